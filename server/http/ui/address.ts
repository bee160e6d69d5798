// Addresses of screens with what was chosen there.

/** `path?name=value`; what is undefined or empty is left out, and so is the question mark when nothing is left. */
export const addressOf = (path: string, values: Record<string, string | number | undefined>): string => {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path
}
