// Stores when a connection's last event came, at most once every few seconds.

import type { Log } from '../../log.ts'

const EVERY_MS = 5_000

type Deps = {
  touch: (locationId: string, connectionId: string, at: Date) => Promise<void>
  now: () => Date
  log: Log
}

/** Throttled writes of a connection's last event time. */
export const createTouch = ({ touch, now, log }: Deps) => {
  const lastAt = new Map<string, number>()
  return ({ locationId, connectionId }: { locationId: string; connectionId: string }): void => {
    const at = now()
    if (at.getTime() - (lastAt.get(connectionId) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return
    lastAt.set(connectionId, at.getTime())
    touch(locationId, connectionId, at).catch((error) => {
      lastAt.delete(connectionId)
      log.warn({ err: error, connectionId }, 'the time of the last event could not be kept')
    })
  }
}
