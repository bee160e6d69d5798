// Unfinished work of a mailbox by record and workflow: a workflow may begin an event only when it has finished all
// earlier events of the record. Pure.

import type { HoldRow, Holds } from '../store/parked.ts'

type Place = Pick<HoldRow, 'recordKey' | 'seq'>

export type Unfinished = ReturnType<typeof createUnfinished>

const NONE: ReadonlySet<string> = new Set()

/** Tracks unfinished work of a slice, starting from the stored rows. */
export const createUnfinished = (rows: Iterable<HoldRow>) => {
  const records = new Map<string, Map<number, Holds>>()

  const put = ({ recordKey, seq }: Place, holds: Holds): void => {
    const record = records.get(recordKey)
    if (record) record.set(seq, holds)
    else records.set(recordKey, new Map([[seq, holds]]))
  }
  for (const { holds, ...place } of rows) put(place, holds)

  return {
    put,
    finish: ({ recordKey, seq }: Place): void => void records.get(recordKey)?.delete(seq),

    /** The workflows that must not begin this event yet. */
    aheadOf({ recordKey, seq }: Place): ReadonlySet<string> | 'all' {
      const record = records.get(recordKey)
      if (!record) return NONE
      const ahead = new Set<string>()
      for (const [place, holds] of record) {
        if (place >= seq) continue
        if (holds === 'all') return 'all'
        for (const workflow of holds) ahead.add(workflow)
      }
      return ahead
    },
  }
}
