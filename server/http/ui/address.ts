// URLs of screens with query parameters.

/** `path?name=value`; leaves out undefined and empty values, and the question mark when none is left. */
export const addressOf = (path: string, values: Record<string, string | number | undefined>): string => {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path
}
