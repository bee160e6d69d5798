// Stores the results of many runs in one statement: runs, attempts, markers, links, dead letters and audit entries of a
// batch together, or none.

import type { AuditEntry } from './audit.ts'
import { toAppendable } from './audit.ts'
import type { Database } from './db.ts'
import type { DeadLetter } from './dead-letters.ts'
import type { Effect } from './effects.ts'
import { toJson } from './json.ts'
import type { Link } from './links.ts'
import type { RecordHold } from './record-holds.ts'
import type { Attempt, Run } from './runs.ts'
import type { WaitingRun } from './waiting-runs.ts'

/**
 * A pending effect is written if there is none, or if it replaces one with the same result (each attempt has its own name) or the one
 * started at `replaces`. Otherwise it is not written, and `writeEach` reports that.
 */
export type EffectWrite = Pick<Effect, 'key' | 'receivedOn' | 'state' | 'result'> & { replaces?: Date | undefined }

/** Members left out keep what is stored; `data` is merged. */
export type LinkWrite = Pick<Link, 'kind' | 'rankrId' | 'crmId' | 'state'> &
  Partial<Pick<Link, 'crmFingerprint' | 'rankrFingerprint' | 'writtenAt' | 'data'>>

export type DeadLetterWrite = Omit<DeadLetter, 'status' | 'reason' | 'settledAt'>

/** The results to store of one step of work in one location. */
export type ProgressItem = {
  locationId: string
  run?: Run
  attempts?: Attempt[]
  effects?: EffectWrite[]
  links?: LinkWrite[]
  deadLetters?: DeadLetterWrite[]
  audit?: AuditEntry[]
  /** Runs that start to wait at a delay; a run that already waits is unchanged. */
  waits?: Omit<WaitingRun, 'locationId'>[]
  /** Locks to release: what was done under them is now known. */
  holds?: RecordHold[]
}

/** How each kind of rows is written; `$` stands for the rows. */
const PARTS = {
  runs: `
  insert into runs (id, received_on, location_id, event_id, workflow_id, workflow_version, status, record_key, steps,
    code, detail, started_at, finished_at)
  select r.* from json_to_recordset($::json) as r (id uuid, received_on date, location_id text, event_id uuid,
    workflow_id uuid, workflow_version integer, status text, record_key text, steps jsonb, code text, detail text,
    started_at timestamptz, finished_at timestamptz)
  on conflict (id, received_on) do update set workflow_version = excluded.workflow_version, status = excluded.status,
    steps = excluded.steps, code = excluded.code, detail = excluded.detail, finished_at = excluded.finished_at
  -- Said too late by a node that others have taken for dead: they have ended it.
  where runs.status <> 'done' or excluded.status <> 'waiting'`,
  attempts: `
  insert into attempts (id, received_on, location_id, event_id, run_id, step_id, action_id, number, outcome, code,
    detail, request, response, started_at, duration_ms)
  select a.* from json_to_recordset($::json) as a (id uuid, received_on date, location_id text, event_id uuid,
    run_id uuid, step_id text, action_id text, number integer, outcome text, code text, detail text, request jsonb,
    response jsonb, started_at timestamptz, duration_ms integer)
  on conflict (id, received_on) do nothing`,
  effects: `
  insert into effects (location_id, key, received_on, state, result, started_at, finished_at)
  -- Of a pending one what it replaces goes through the column that it has no use for.
  select e.location_id, e.key, e.received_on, e.state, e.result, e.at, case e.state when 'done' then e.at else e.replaces end
  from json_to_recordset($::json) as e (location_id text, key text, received_on date, state text, result jsonb,
    at timestamptz, replaces timestamptz)
  on conflict (location_id, key, received_on) do update set
    state = excluded.state, result = excluded.result,
    finished_at = case excluded.state when 'done' then excluded.finished_at end,
    started_at = case excluded.state when 'pending' then excluded.started_at else effects.started_at end
  where effects.state <> 'done' and (excluded.state = 'done' or effects.result = excluded.result
    or excluded.state = 'pending' and effects.started_at = excluded.finished_at)
  returning location_id || ' ' || received_on || ' ' || key as id, state`,
  links: `
  insert into links (location_id, kind, rankr_id, crm_id, state, crm_fingerprint, rankr_fingerprint, written_at, data)
  select l.location_id, l.kind, l.rankr_id, l.crm_id, l.state, decode(l.crm_fingerprint, 'hex'),
    decode(l.rankr_fingerprint, 'hex'), l.written_at, l.data
  from json_to_recordset($::json) as l (location_id text, kind text, rankr_id text, crm_id text, state text,
    crm_fingerprint text, rankr_fingerprint text, written_at timestamptz, data jsonb)
  on conflict (location_id, kind, rankr_id) do update set crm_id = excluded.crm_id, state = excluded.state,
    crm_fingerprint = coalesce(excluded.crm_fingerprint, links.crm_fingerprint),
    rankr_fingerprint = coalesce(excluded.rankr_fingerprint, links.rankr_fingerprint),
    written_at = coalesce(excluded.written_at, links.written_at), data = links.data || excluded.data, updated_at = now()`,
  letters: `
  insert into dead_letters (location_id, id, event_id, received_on, lane, run_id, workflow_id, step_id, code, detail,
    answer, attempts, died_at)
  select d.* from json_to_recordset($::json) as d (location_id text, id uuid, event_id uuid, received_on date, lane text,
    run_id uuid, workflow_id uuid, step_id text, code text, detail text, answer jsonb, attempts integer,
    died_at timestamptz)
  on conflict (location_id, id) do update set status = 'open', reason = null, settled_at = null,
    run_id = excluded.run_id, step_id = excluded.step_id, code = excluded.code, detail = excluded.detail,
    answer = excluded.answer, attempts = excluded.attempts, died_at = excluded.died_at`,
  waits: `
  insert into waiting_runs (location_id, run_id, received_on, workflow_id, workflow_version, step_key, event, steps,
    wake_at, awaits_trigger, awaits_filter, created_at)
  select w.* from json_to_recordset($::json) as w (location_id text, run_id uuid, received_on date, workflow_id uuid,
    workflow_version integer, step_key text, event jsonb, steps jsonb, wake_at timestamptz, awaits_trigger text,
    awaits_filter jsonb, created_at timestamptz)
  on conflict (location_id, run_id) do nothing`,
  holds: `
  delete from record_holds held using json_to_recordset($::json) as h (location_id text, record text, holder text,
    until timestamptz)
  where held.location_id = h.location_id and held.record = h.record and held.holder = h.holder and held.until = h.until`,
} as const

type Part = keyof typeof PARTS

const USUAL: Part[] = ['runs', 'attempts', 'effects', 'links']
/** Together or not at all, so that a connection keeps few statements. */
const RARE: Part[] = ['letters', 'waits', 'holds']

type Statement = { name: string; text: string; parts: Part[] }

/** A statement with only the needed parts, because even a part without rows takes time. */
const createStatementFor = () => {
  const known = new Map<string, Statement>()
  return (rows: Record<Part, Map<string, unknown>>): Statement => {
    const has = (part: Part): boolean => rows[part].size > 0
    const parts = [...USUAL.filter(has), ...(RARE.some(has) ? RARE : [])]
    const name = ['progress', ...parts].join('.')
    let statement = known.get(name)
    if (!statement) {
      const written = parts.map((part, at) => `wrote_${part} as (${PARTS[part].replace('$::', `$${at + 2}::`)})`)
      const begin = written.length > 0 ? `with ${written.join(', ')}` : ''
      const marked = has('effects') ? ", array(select id from wrote_effects where state = 'pending') as marked" : ''
      statement = { name, text: `${begin} select append_audit($1::jsonb)${marked}`, parts }
      known.set(name, statement)
    }
    return statement
  }
}

/** One row per key, in the order of the keys: a statement may touch a row once, and all lock in one order. */
const listed = (rows: Map<string, Record<string, unknown>>): string =>
  toJson([...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row))

const effectId = (locationId: string, { key, receivedOn }: Pick<EffectWrite, 'key' | 'receivedOn'>): string =>
  `${locationId} ${receivedOn} ${key}`

const hex = (bytes: Buffer | null | undefined): string | null => bytes?.toString('hex') ?? null

const rowsOf = (items: ProgressItem[], at: Date) => {
  const runs = new Map<string, Record<string, unknown>>()
  const attempts = new Map<string, Record<string, unknown>>()
  const effects = new Map<string, Record<string, unknown>>()
  const holds = new Map<string, Record<string, unknown>>()
  const links = new Map<string, Record<string, unknown>>()
  const letters = new Map<string, Record<string, unknown>>()
  const waits = new Map<string, Record<string, unknown>>()
  for (const { locationId: location_id, ...item } of items) {
    const { run } = item
    if (run) {
      runs.set(run.id, {
        id: run.id,
        received_on: run.receivedOn,
        location_id,
        event_id: run.eventId,
        workflow_id: run.workflowId,
        workflow_version: run.workflowVersion,
        status: run.status,
        record_key: run.recordKey,
        steps: run.steps,
        code: run.code,
        detail: run.detail,
        started_at: run.startedAt,
        finished_at: run.finishedAt,
      })
    }
    for (const attempt of item.attempts ?? []) {
      attempts.set(attempt.id, {
        id: attempt.id,
        received_on: attempt.receivedOn,
        location_id,
        event_id: attempt.eventId,
        run_id: attempt.runId,
        step_id: attempt.stepId,
        action_id: attempt.actionId,
        number: attempt.number,
        outcome: attempt.outcome,
        code: attempt.code,
        detail: attempt.detail,
        request: attempt.request ?? null,
        response: attempt.response ?? null,
        started_at: attempt.startedAt,
        duration_ms: attempt.durationMs,
      })
    }
    for (const { key, receivedOn, state, result, replaces } of item.effects ?? []) {
      effects.set(effectId(location_id, { key, receivedOn }), {
        location_id,
        key,
        received_on: receivedOn,
        state,
        result: result ?? null,
        at,
        replaces: replaces ?? null,
      })
    }
    for (const link of item.links ?? []) {
      const key = `${location_id} ${link.kind} ${link.rankrId}`
      const before = links.get(key)
      links.set(key, {
        location_id,
        kind: link.kind,
        rankr_id: link.rankrId,
        crm_id: link.crmId,
        state: link.state,
        crm_fingerprint: hex(link.crmFingerprint) ?? before?.crm_fingerprint ?? null,
        rankr_fingerprint: hex(link.rankrFingerprint) ?? before?.rankr_fingerprint ?? null,
        written_at: link.writtenAt ?? before?.written_at ?? null,
        data: { ...(before?.data ?? {}), ...link.data },
      })
    }
    for (const { record, holder, until } of item.holds ?? []) {
      holds.set(`${location_id} ${record}`, { location_id, record, holder, until })
    }
    for (const wait of item.waits ?? []) {
      waits.set(`${location_id} ${wait.runId}`, {
        location_id,
        run_id: wait.runId,
        received_on: wait.receivedOn,
        workflow_id: wait.workflowId,
        workflow_version: wait.workflowVersion,
        step_key: wait.key,
        event: wait.event,
        steps: wait.steps,
        wake_at: wait.wakeAt,
        awaits_trigger: wait.awaits?.trigger ?? null,
        awaits_filter: wait.awaits?.filter ?? null,
        created_at: wait.at,
      })
    }
    for (const letter of item.deadLetters ?? []) {
      letters.set(`${location_id} ${letter.id}`, {
        location_id,
        id: letter.id,
        event_id: letter.eventId,
        received_on: letter.receivedOn,
        lane: letter.lane,
        run_id: letter.runId,
        workflow_id: letter.workflowId,
        step_id: letter.stepId,
        code: letter.code,
        detail: letter.detail,
        answer: letter.answer ?? null,
        attempts: letter.attempts,
        died_at: letter.diedAt,
      })
    }
  }
  return { runs, attempts, effects, links, letters, waits, holds }
}

export type ProgressStore = ReturnType<typeof createProgressStore>

/** `write` stores a batch atomically. */
export const createProgressStore = ({ db, now }: { db: Database; now: () => Date }) => {
  const statementFor = createStatementFor()

  /** Writes all items or none. Returns for each whether its pending effects were written. Throws what PostgreSQL throws. */
  const writeEach = async (items: ProgressItem[]): Promise<boolean[]> => {
    const at = now()
    const rows = rowsOf(items, at)
    const audit = items.flatMap(({ locationId, audit = [] }) =>
      audit.map((entry) => toAppendable(locationId, entry, at)),
    )
    const { name, text, parts } = statementFor(rows)
    const {
      rows: [answer],
    } = await db.pool.query<{ marked?: string[] }>({
      name,
      text,
      values: [`[${audit.join(',')}]`, ...parts.map((part) => listed(rows[part]))],
    })
    const marked = new Set(answer?.marked)
    return items.map(({ locationId, effects = [] }) =>
      effects.every((effect) => effect.state !== 'pending' || marked.has(effectId(locationId, effect))),
    )
  }

  return {
    writeEach,
    /** The same for items without pending effects. */
    async write(items: ProgressItem[]): Promise<void> {
      await writeEach(items)
    },
  }
}
