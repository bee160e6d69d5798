// Finds poison events: those whose processing kills the process or breaks the database, so that no outcome is ever
// stored and the mailbox would be retried forever. After two such drains in a row the mailbox pauses before each try
// and processes its events one by one. Attempts are counted before an event is begun; after a few it is given up, as is
// whatever a dead process was still working on after its slice.

import type { Log } from '../log.ts'
import type { Events } from '../store/events.ts'
import { type AcquiredMailbox, ALONE, type Trouble } from '../store/mailboxes.ts'
import type { Parked } from '../store/parked.ts'
import type { Lane } from '../store/schema.ts'
import type { Suspects } from '../store/suspects.ts'
import type { Outcome } from './outcome.ts'
import { nextAttempt } from './schedule.ts'
import type { Done, Work } from './slice.ts'
import { createUnfinished, type Unfinished } from './unfinished.ts'

type Deps = {
  suspects: Suspects
  events: Pick<Events, 'get'>
  parked: Pick<Parked, 'holds'>
  now: () => Date
  log: Log
}

type Target = { locationId: string; lane: Lane }

/** `end`: it is not to be begun, and nothing but its place is known. */
export type Lone = { work: Work; unfinished: Unfinished; end?: Outcome }

/** Begun alone so often, an event is not begun again. */
const MOST_BEGUN = 5
/** After the second drain up to half a minute, then doubling. */
const REST = { baseMs: 15_000, capMs: 15 * 60_000, maxAttempts: Number.POSITIVE_INFINITY }

const hasBrokenOff = ({ outcome }: Done): boolean =>
  typeof outcome === 'object' && outcome.kind === 'wait' && outcome.hasBrokenOff === true

/** What is known of a mailbox's troubles after a slice that has ended. */
export const troubleAfter = ({ troubles, alone }: Trouble, results: Done[]): Trouble => {
  if (results.some(hasBrokenOff)) return { troubles: troubles + 1, alone: troubles > 0 ? ALONE : alone }
  return { troubles: 0, alone: Math.max(0, alone - 1) }
}

/** How long a mailbox rests after the last trouble before it is tried again; undefined for the first in a row. */
export const restMsAfter = ({ troubles }: Trouble, random: () => number): number | undefined => {
  if (troubles < 2) return undefined
  const next = nextAttempt({ attempt: troubles, random, limits: REST })
  return 'delayMs' in next ? next.delayMs : REST.capMs
}

/** Processes the events of a suspect mailbox one by one. */
export const createSuspectDesk = ({ suspects, events, parked, now, log }: Deps) => ({
  /** The next event of the mailbox, to be worked on by itself; undefined when there is none. */
  async take(
    { locationId, lane }: Target,
    { token, box }: { token: string; box: AcquiredMailbox },
  ): Promise<Lone | undefined> {
    const suspect = await suspects.begin(locationId, lane, { token, at: now(), isExcused: box.isExcused })
    if (!suspect) return undefined
    const { id, receivedOn, receivedAt, seq, recordKey, begun, isParked, attempts, holds, tries } = suspect
    const isGivenUp = begun > MOST_BEGUN
    const place = { id, receivedOn, receivedAt, seq, recordKey, locationId, lane }
    if (isGivenUp) {
      log.error({ eventId: id, locationId }, 'an event was given up: the process or the database ended each time')
    } else if (begun > 1) log.warn({ eventId: id, locationId, begun }, 'an event is taken by itself once more')
    const unread = { ...place, type: '', source: 'app' as const, sourceEventId: null, connectionId: null }
    const event = isGivenUp ? undefined : await events.get(locationId, id, receivedOn)
    return {
      work: {
        event: event ?? { ...unread, occurredAt: null, hops: 0, payload: {} },
        ...{ attempts, isParked, holds, tries, isDue: isParked },
        wasBegun: isParked || begun > 1 || seq <= box.uncertainUntil,
      },
      unfinished: createUnfinished(await parked.holds(locationId, lane, [recordKey])),
      ...(isGivenUp ? { end: { kind: 'dead', code: 'event_breaks_off' } } : {}),
      // Its day was dropped.
      ...(isGivenUp || event ? {} : { end: { kind: 'skipped' } }),
    }
  },
})
