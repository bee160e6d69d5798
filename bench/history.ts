// What an account looks like that has been in use: many events that were worked on, each with its run and its attempt, and a
// workflow of many steps.

import { newId } from '../server/ids.ts'
import { createDatabase } from '../server/store/db.ts'
import { createWorkflowDrafts } from '../server/store/workflow-drafts.ts'
import { type Step, WORKFLOW_SCHEMA, type WorkflowDocument } from '../server/workflows/document.ts'
import { EVENT_BODY, type Tenant } from '../test/live.ts'

/** Over the last day, the newest last; one in a hundred has failed for good. */
const ADD = `
with box as (
  insert into mailboxes (location_id, lane, tail, cursor, cursor_on, state)
  values ($1, 'live', $3, $3, (now() at time zone 'utc')::date, 'idle')
), made as (
  insert into events (id, received_on, received_at, location_id, lane, seq, source, type, record_key, source_event_id,
    connection_id, occurred_at, hops, payload)
  select gen_random_uuid(), (now() at time zone 'utc')::date, now() - ($3::int - n) * interval '50 milliseconds', $1, 'live', n,
    'rankr', (array['customer.created', 'order.created', 'invoice.paid'])[1 + n % 3], 'customer:cus_' || n,
    $2 || ':msg_' || n, $2, now(), 0, replace($4, '#', n::text)::jsonb
  from generate_series(1, $3::int) as n
  returning id, received_on, received_at, record_key, seq
), ran as (
  insert into runs (id, received_on, location_id, event_id, workflow_id, workflow_version, status, record_key, started_at,
    finished_at, code)
  select gen_random_uuid(), received_on, $1, id, $5::uuid, 1, case when seq % 100 = 0 then 'dead' else 'done' end, record_key,
    received_at, received_at + interval '80 milliseconds', case when seq % 100 = 0 then 'crm_rejected' end
  from made
  returning id, received_on, event_id, started_at
), failed as (
  insert into dead_letters (id, location_id, event_id, received_on, lane, code, died_at)
  select gen_random_uuid(), $1, id, received_on, 'live', 'crm_rejected', received_at from made where seq % 100 = 0
)
insert into attempts (id, received_on, location_id, event_id, run_id, step_id, action_id, number, outcome, started_at, duration_ms)
select gen_random_uuid(), received_on, $1, event_id, id, 'contact', 'app.customers.upsert-contact', 1, 'ok', started_at, 80
from ran`

const act = (id: string): Step => ({
  id,
  type: 'action',
  action: 'app.customers.upsert-contact',
  title: `Step ${id}`,
  input: {
    rankrId: { path: 'trigger.data.id' },
    email: { path: 'trigger.data.email' },
    name: { path: 'trigger.data.name' },
    phone: { path: 'trigger.data.phone' },
  },
})

const tree = (depth: number, id: string): Step[] =>
  depth === 0
    ? ['a', 'b', 'c', 'd'].map((one) => act(id + one))
    : [
        act(`${id}x`),
        {
          id: `${id}if`,
          type: 'condition',
          branches: [
            {
              id: 'yes',
              label: 'Yes',
              when: { path: 'trigger.data.email', operator: 'exists' },
              steps: tree(depth - 1, `${id}y`),
            },
          ],
          otherwise: tree(depth - 1, `${id}n`),
        },
      ]

/** A workflow with branches in branches: 190 steps. */
const LARGE: WorkflowDocument = {
  schema: WORKFLOW_SCHEMA,
  name: 'Large',
  triggers: [{ trigger: 'rankr.customer.created' }],
  steps: tree(5, 's'),
}

/** Answers the id of the large workflow. */
export const addHistory = async ({
  databaseUrl,
  tenant: { locationId, connectionId },
  events,
}: {
  databaseUrl: string
  tenant: Tenant
  events: number
}): Promise<string> => {
  const db = createDatabase({ url: databaseUrl, poolSize: 1 })
  const id = newId()
  try {
    await db.transaction((on) =>
      createWorkflowDrafts({ db }).create(locationId, { id, name: LARGE.name, draft: LARGE, options: {} }, on),
    )
    await db.pool.query(ADD, [locationId, connectionId, events, EVENT_BODY, id])
    await db.pool.query('analyze')
    return id
  } finally {
    await db.close()
  }
}
