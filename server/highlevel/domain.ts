// A company's white-label domain, from whatever HighLevel sends: a host name or a URL.

/** `https://CRM.Example.com/x` and `crm.example.com` → `crm.example.com`. Undefined unless it is a public host name. */
export const hostIn = (text: string | null | undefined): string | undefined => {
  const host = text
    ?.trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[/?#].*$/, '')
  return host && host.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+$/.test(host)
    ? host
    : undefined
}
