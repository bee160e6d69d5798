// Dead letters: failed events with their requests and answers, until a person replays or discards them, and a while
// longer. Written by progress.ts (a run failed for good) and by a drain (an event failed without a run).

import { sql } from 'kysely'
import type { Database, Queryable } from './db.ts'
import type { Lane } from './schema.ts'

export type DeadLetter = {
  id: string
  eventId: string
  receivedOn: string
  lane: Lane
  runId: string | null
  workflowId: string | null
  stepId: string | null
  code: string
  detail: string | null
  /** What the other side answered, masked. */
  answer: unknown
  attempts: number
  status: 'open' | 'replayed' | 'discarded'
  reason: string | null
  diedAt: Date
  settledAt: Date | null
}

export type DeadLetterFilter = { status?: DeadLetter['status']; code?: string; before?: Date; limit?: number }

const PAGE = 50
/** Rows that one statement removes. */
const BATCH = 1_000

const COLUMNS = [
  'id',
  'event_id as eventId',
  'received_on as receivedOn',
  'lane',
  'run_id as runId',
  'workflow_id as workflowId',
  'step_id as stepId',
  'code',
  'detail',
  'answer',
  'attempts',
  'status',
  'reason',
  'died_at as diedAt',
  'settled_at as settledAt',
] as const

export type DeadLetters = ReturnType<typeof createDeadLetters>

/** The dead letters of a location. */
export const createDeadLetters = ({ db }: { db: Database }) => {
  const lettersOf = (locationId: string, on: Queryable = db.kysely) =>
    on.selectFrom('dead_letters').select(COLUMNS).where('location_id', '=', locationId)

  return {
    /** Latest death first. */
    list: (locationId: string, { status = 'open', code, before, limit = PAGE }: DeadLetterFilter = {}) =>
      lettersOf(locationId)
        .where('status', '=', status)
        .$if(code !== undefined, (query) => query.where('code', '=', code!))
        .$if(before !== undefined, (query) => query.where('died_at', '<', before!))
        .orderBy('died_at', 'desc')
        .limit(limit)
        .execute() as Promise<DeadLetter[]>,

    get: (locationId: string, id: string): Promise<DeadLetter | undefined> =>
      lettersOf(locationId).where('id', '=', id).executeTakeFirst() as Promise<DeadLetter | undefined>,

    /** Settles a letter; undefined when it is no longer open, because a letter can be settled only once. */
    async discard(
      locationId: string,
      id: string,
      { reason, at, on = db.kysely }: { reason: string; at: Date; on?: Queryable },
    ): Promise<DeadLetter | undefined> {
      const row = await on
        .updateTable('dead_letters')
        .set({ status: 'discarded', reason, settled_at: at })
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .where('status', '=', 'open')
        .returning(COLUMNS)
        .executeTakeFirst()
      return row as DeadLetter | undefined
    },

    /**
     * Marks an open letter as replayed, sets its run back to where it stopped, under the workflow's present version,
     * and parks its event as due now. The mailbox still has to be woken. Undefined when it is not open, or when the event
     * is no longer kept.
     */
    async reopen(
      locationId: string,
      id: string,
      { at, on }: { at: Date; on: Queryable },
    ): Promise<DeadLetter | undefined> {
      const letter = (await lettersOf(locationId, on)
        .where('id', '=', id)
        .where('status', '=', 'open')
        .forUpdate()
        .executeTakeFirst()) as DeadLetter | undefined
      if (!letter) return undefined
      const { eventId, receivedOn, lane } = letter
      const { numAffectedRows } = await sql`
        insert into parked_events (location_id, lane, seq, event_id, received_on, record_key, state, attempts, next_at, code,
          holds, parked_at)
        select location_id, lane, seq, id, received_on, record_key, 'retry', 0, ${at}, ${letter.code},
          case when ${letter.workflowId}::uuid is not null then array[${letter.workflowId}::uuid] end, ${at} from events
        where id = ${eventId} and received_on = ${receivedOn} and location_id = ${locationId} and lane = ${lane}
        on conflict (location_id, lane, seq) do update set state = 'retry', attempts = 0, next_at = excluded.next_at,
          holds = case when excluded.holds <@ parked_events.holds then parked_events.holds end,
          tries = parked_events.tries - ${letter.workflowId}::text`.execute(on)
      if (!numAffectedRows) return undefined
      await sql`
        update runs r set status = 'waiting', code = null, detail = null, finished_at = null,
          workflow_version = coalesce((select w.published_version from workflows w
            where w.location_id = r.location_id and w.id = r.workflow_id), r.workflow_version)
        where r.id = ${letter.runId} and r.received_on = ${receivedOn} and r.location_id = ${locationId}
          and r.status = 'dead'`.execute(on)
      // A person who replays an event with an unknown result has checked and wants it done.
      if (letter.code === 'effect_unknown') {
        await on
          .updateTable('effects')
          .set({ state: 'void' })
          .where('location_id', '=', locationId)
          .where('received_on', '=', receivedOn)
          .where('key', '=', `${letter.runId}:${letter.stepId}`)
          .where('state', '=', 'pending')
          .execute()
      }
      await on
        .updateTable('dead_letters')
        .set({ status: 'replayed', settled_at: at })
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .execute()
      return letter
    },

    /** Deletes letters settled before `before`, of all locations; open ones stay. Returns how many. */
    async prune(before: Date, batch = BATCH): Promise<number> {
      for (let gone = 0; ; ) {
        const { rowCount } = await db.pool.query(
          `delete from dead_letters where (location_id, id) in (
             select location_id, id from dead_letters where status <> 'open' and settled_at < $1
             order by settled_at limit $2)
           -- Failed again meanwhile, it is open.
           and status <> 'open'`,
          [before, batch],
        )
        gone += rowCount ?? 0
        if ((rowCount ?? 0) < batch) return gone
      }
    },
  }
}
