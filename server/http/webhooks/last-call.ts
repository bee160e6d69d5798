// Stores the last call of each incoming webhook for the settings screen, at most once every few seconds.

import type { Log } from '../../log.ts'

const EVERY_MS = 3_000
/** Larger bodies are not stored. */
const MOST_LETTERS = 64 * 1024
const MOST_KEPT = 10_000

type Deps = {
  received: (locationId: string, id: string, call: { at: Date; sample: unknown }) => Promise<void>
  refused: (locationId: string, id: string, call: { at: Date; code: string }) => Promise<void>
  now: () => Date
  log: Log
}

type Call = { locationId: string; id: string }

/** Throttled writes of the last received and refused call. */
export const createLastCall = ({ received, refused, now, log }: Deps) => {
  const lastAt = new Map<string, number>()

  const note = (key: string, write: (at: Date) => Promise<void>): void => {
    const at = now()
    if (at.getTime() - (lastAt.get(key) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return
    if (lastAt.size >= MOST_KEPT) lastAt.clear()
    lastAt.set(key, at.getTime())
    write(at).catch((error) => {
      lastAt.delete(key)
      log.warn({ err: error, hookId: key }, 'the last call of a webhook could not be kept')
    })
  }

  return {
    received({ locationId, id, sample }: Call & { sample: Record<string, unknown> }): void {
      const isKept = JSON.stringify(sample).length <= MOST_LETTERS
      note(id, (at) => received(locationId, id, { at, sample: isKept ? sample : null }))
    },
    refused({ locationId, id, code }: Call & { code: string }): void {
      note(`refused ${id}`, (at) => refused(locationId, id, { at, code }))
    },
  }
}
