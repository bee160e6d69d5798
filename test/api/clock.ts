// A clock that stands still until a test moves it.

export const createClock = (start = '2026-03-01T12:00:00.000Z') => {
  let at = Date.parse(start)
  return {
    now: (): Date => new Date(at),
    forward: (ms: number): void => {
      at += ms
    },
  }
}

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
