// Tables as CSV (RFC 4180).

/** Prefixes cells that a spreadsheet would run as a formula with an apostrophe (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/

const cell = (value: string | number | null): string => {
  if (typeof value === 'number') return String(value)
  const text = value ?? ''
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Lines end with CR LF; the first names the columns. A byte order mark tells spreadsheets that it is UTF-8. */
export const toCsv = (columns: readonly string[], rows: Iterable<readonly (string | number | null)[]>): string =>
  `\uFEFF${[columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`
