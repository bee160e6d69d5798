// Published workflows that start on a schedule, and up to when they were started. Knows no calendar.

import type { Database } from './db.ts'

export type ScheduledWorkflow = {
  locationId: string
  workflowId: string
  name: string
  version: number
  /** Triggers of the published document, as it is kept. */
  triggers: unknown
  timeZone: string | null
  /** Undefined until it was looked at for the first time. */
  mark: { version: number; toldUntil: Date } | undefined
}

type Row = Omit<ScheduledWorkflow, 'mark'> & { markVersion: number | null; toldUntil: Date | null }

// Paused accounts are left out: their mailboxes would fill with events that are outdated by the time they continue.
const SCHEDULED = `
select w.location_id as "locationId", w.id as "workflowId", w.name, w.published_version as version,
  w.published -> 'triggers' as triggers, i.time_zone as "timeZone",
  m.version as "markVersion", m.told_until as "toldUntil"
from workflows w
join installations i on i.tenant_id = w.location_id and i.status = 'active'
left join schedule_marks m on m.location_id = w.location_id and m.workflow_id = w.id
where w.enabled and w.published @> '{"triggers":[{"trigger":"app.schedule.due"}]}'
  and (w.location_id, w.id) > ($1, $2)
order by w.location_id, w.id limit $3`

const FORGET_OFF = `
delete from schedule_marks m where not exists (
  select from workflows w where w.location_id = m.location_id and w.id = m.workflow_id
    and w.enabled and w.published @> '{"triggers":[{"trigger":"app.schedule.due"}]}')`

const MARK = `
insert into schedule_marks (location_id, workflow_id, version, told_until) values ($1, $2, $3, $4)
on conflict (location_id, workflow_id) do update set version = excluded.version, told_until = excluded.told_until`

export type Schedules = ReturnType<typeof createSchedules>

/** Schedules of published workflows. */
export const createSchedules = ({ db }: { db: Database }) => ({
  /** Of all locations, in a fixed order, those behind `after`. */
  async list(
    after: Pick<ScheduledWorkflow, 'locationId' | 'workflowId'> | undefined,
    limit: number,
  ): Promise<ScheduledWorkflow[]> {
    const { locationId = '', workflowId = '00000000-0000-0000-0000-000000000000' } = after ?? {}
    const { rows } = await db.pool.query<Row>({
      name: 'schedules.list',
      text: SCHEDULED,
      values: [locationId, workflowId, limit],
    })
    return rows.map(({ markVersion, toldUntil, ...row }) => ({
      ...row,
      mark: markVersion === null || toldUntil === null ? undefined : { version: markVersion, toldUntil },
    }))
  },

  async mark(
    locationId: string,
    { workflowId, version, toldUntil }: { workflowId: string; version: number; toldUntil: Date },
  ): Promise<void> {
    await db.pool.query({ name: 'schedules.mark', text: MARK, values: [locationId, workflowId, version, toldUntil] })
  },

  /** A workflow that was switched off starts afresh when it is switched on; missed times are not made up for. */
  async forgetOff(): Promise<void> {
    await db.pool.query(FORGET_OFF)
  },
})
