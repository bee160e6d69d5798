// The domain under which a company shows the CRM as its own, as HighLevel gives it: a host, or an address with one in it.

/** `https://CRM.Example.com/x` and `crm.example.com` → `crm.example.com`. Undefined for what is no public host name. */
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
