// Read-only search of dead letters with their events: by reason, event type and time.

import type { Database } from './db.ts'
import type { DeadLetter } from './dead-letters.ts'
import type { EventSource } from './schema.ts'

/** Selects open dead letters that match all given members. */
export type FailureFilter = {
  code?: string | undefined
  /** The event's name at its source. */
  type?: string | undefined
  /** Failed at this time or later. */
  since?: Date | undefined
}

export type Failure = Pick<
  DeadLetter,
  'id' | 'eventId' | 'receivedOn' | 'lane' | 'runId' | 'workflowId' | 'stepId' | 'code' | 'detail' | 'attempts'
> & {
  diedAt: Date
  status: DeadLetter['status']
  /** Of the event; null when it is no longer kept. */
  type: string | null
  source: EventSource | null
  recordKey: string | null
  workflowName: string | null
}

/** Position in a list; letters are ordered by time of failure, then id. */
export type FailurePosition = { diedAt: Date; id: string }

const SHOWN = `d.id, d.event_id as "eventId", d.received_on as "receivedOn", d.lane, d.run_id as "runId",
  d.workflow_id as "workflowId", d.step_id as "stepId", d.code, d.detail, d.attempts, d.died_at as "diedAt", d.status,
  e.type, e.source, e.record_key as "recordKey", w.name as "workflowName"`

const BESIDE = `dead_letters d
  left join events e on e.id = d.event_id and e.received_on = d.received_on
  left join workflows w on w.location_id = d.location_id and w.id = d.workflow_id`

const MATCHING = `d.location_id = $1 and d.status = 'open' and ($2::text is null or d.code = $2)
  and ($3::text is null or e.type = $3) and ($4::timestamptz is null or d.died_at >= $4)`

const valuesOf = (locationId: string, { code, type, since }: FailureFilter): unknown[] => [
  locationId,
  code ?? null,
  type ?? null,
  since ?? null,
]

const encode = ({ diedAt, id }: FailurePosition): string =>
  Buffer.from(`${diedAt.toISOString()} ${id}`).toString('base64url')

const decode = (text: string): FailurePosition | undefined => {
  const [at = '', id = ''] = Buffer.from(text, 'base64url').toString('utf8').split(' ')
  return Number.isNaN(Date.parse(at)) || !/^[\da-f-]{36}$/.test(id) ? undefined : { diedAt: new Date(at), id }
}

export type DeadLetterSearch = ReturnType<typeof createDeadLetterSearch>

/** Search of a location's dead letters. */
export const createDeadLetterSearch = ({ db }: { db: Database }) => ({
  /** Latest death first; `next` opens the page of older ones and is null on the last. */
  async page(
    locationId: string,
    { filter, before, limit }: { filter: FailureFilter; before?: string | undefined; limit: number },
  ): Promise<{ entries: Failure[]; next: string | null }> {
    const from = before === undefined ? undefined : decode(before)
    const { rows } = await db.pool.query<Failure>(
      `select ${SHOWN} from ${BESIDE}
       where ${MATCHING} and ($5::timestamptz is null or (d.died_at, d.id) < ($5, $6::uuid))
       order by d.died_at desc, d.id desc limit $7`,
      [...valuesOf(locationId, filter), from?.diedAt ?? null, from?.id ?? null, limit + 1],
    )
    const entries = rows.slice(0, limit)
    const last = entries.at(-1)
    return { entries, next: rows.length > limit && last ? encode(last) : null }
  },

  async count(locationId: string, filter: FailureFilter): Promise<number> {
    const { rows } = await db.pool.query<{ count: number }>(
      `select count(*) from ${BESIDE} where ${MATCHING}`,
      valuesOf(locationId, filter),
    )
    return rows[0]!.count
  },

  /** The first ones after a position that had died by `until`, oldest first. */
  async after(
    locationId: string,
    {
      filter,
      until,
      position,
      limit,
    }: { filter: FailureFilter; until: Date; position: FailurePosition | null; limit: number },
  ): Promise<FailurePosition[]> {
    const { rows } = await db.pool.query<FailurePosition>(
      `select d.id, d.died_at as "diedAt" from ${BESIDE}
       where ${MATCHING} and d.died_at <= $5 and ($6::timestamptz is null or (d.died_at, d.id) > ($6, $7::uuid))
       order by d.died_at, d.id limit $8`,
      [...valuesOf(locationId, filter), until, position?.diedAt ?? null, position?.id ?? null, limit],
    )
    return rows
  },

  /** In any state. */
  async get(locationId: string, id: string): Promise<(Failure & Pick<DeadLetter, 'answer' | 'reason'>) | undefined> {
    const { rows } = await db.pool.query<Failure & Pick<DeadLetter, 'answer' | 'reason'>>(
      `select ${SHOWN}, d.answer, d.reason from ${BESIDE} where d.location_id = $1 and d.id = $2`,
      [locationId, id],
    )
    return rows[0]
  },

  /** What the open ones can be filtered by. */
  async kinds(locationId: string): Promise<{ codes: string[]; types: string[] }> {
    const { rows } = await db.pool.query<{ codes: string[] | null; types: string[] | null }>(
      `select array_agg(distinct d.code order by d.code) as codes,
         array_agg(distinct e.type order by e.type) filter (where e.type is not null) as types
       from ${BESIDE} where d.location_id = $1 and d.status = 'open'`,
      [locationId],
    )
    return { codes: rows[0]?.codes ?? [], types: rows[0]?.types ?? [] }
  },
})
