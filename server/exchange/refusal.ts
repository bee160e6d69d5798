// Reads error responses of any system: how long to wait, and a message that can be shown. Pure.

const MOST_WAIT_SECONDS = 3_600
const MOST_LETTERS = 300

/** Seconds or a date (RFC 9110, 10.2.3), at least one, at most an hour. */
export const retryAfterOf = (header: string | undefined, now: Date): number | undefined => {
  if (header === undefined) return undefined
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now.getTime()) / 1000
  return Number.isFinite(seconds) ? Math.min(Math.max(1, Math.ceil(seconds)), MOST_WAIT_SECONDS) : undefined
}

/** Removes long words with digits, which may be an echoed key. Undefined for anything but text. */
export const shownText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== ''
    ? value.replace(/\b(?=[\w-]*\d)[A-Za-z0-9_-]{32,}/g, '[hidden]').slice(0, MOST_LETTERS)
    : undefined
