// Tables as CSV (RFC 4180) for people's spreadsheets.

/** Cells that a spreadsheet would take for a formula get an apostrophe before them (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/

const cell = (value: string | number | null): string => {
  if (typeof value === 'number') return String(value)
  const text = value ?? ''
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Lines end with CR LF, the first one names the columns; a byte order mark tells spreadsheets that it is UTF-8. */
export const toCsv = (columns: readonly string[], rows: Iterable<readonly (string | number | null)[]>): string =>
  `\uFEFF${[columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`
