// Real processes: one is killed with -9 while its runs wait, another one carries on.

import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createDatabase } from '../../server/store/db.ts'
import { createWorkflows } from '../../server/store/workflows.ts'
import { WORKFLOW_SCHEMA, type WorkflowDocument } from '../../server/workflows/document.ts'
import { createTestDatabase } from '../database.ts'
import { addTenants, liveEnvironment, signedEvents } from '../live.ts'
import { start } from '../process.ts'
import { startStubCrm } from '../stub-crm.ts'

const CUSTOMERS = 20

const waitingWorkflow: WorkflowDocument = {
  schema: WORKFLOW_SCHEMA,
  name: 'A note after three days',
  triggers: [{ trigger: 'rankr.customer.created' }],
  steps: [
    {
      id: 'contact',
      type: 'action',
      action: 'app.customers.upsert-contact',
      input: { rankrId: { path: 'trigger.data.id' }, email: { path: 'trigger.data.email' } },
    },
    { id: 'wait', type: 'delay', for: { amount: 3, unit: 'days' } },
    {
      id: 'note',
      type: 'action',
      action: 'app.customers.add-note',
      input: {
        rankrId: { path: 'trigger.data.id' },
        contactId: { path: 'steps.contact.contactId' },
        body: { template: 'Customer {{trigger.data.id}}' },
      },
    },
  ],
}

test('runs that wait outlive a killed process and are each finished once by the next one', async (t) => {
  const { url: databaseUrl } = await createTestDatabase(t)
  const crm = await startStubCrm()
  t.after(() => crm.close())
  const environment = { ...liveEnvironment(crm.url), DATABASE_URL: databaseUrl }
  const tenants = await addTenants({ databaseUrl, encryptionKeys: environment.ENCRYPTION_KEYS, count: 1 })
  const db = createDatabase({ url: databaseUrl })
  t.after(() => db.close())
  const { locationId } = tenants[0]!
  const workflows = createWorkflows({ db })
  const { id } = (await workflows.list(locationId))[0]!
  await db.transaction((tx) => workflows.publish(locationId, { id, name: 'Wait', document: waitingWorkflow }, tx))

  const count = async (text: string): Promise<number> => Number((await db.pool.query(text)).rows[0].count)
  const until = async (text: string, wanted: number): Promise<void> => {
    while ((await count(text)) !== wanted) await delay(50)
  }
  const WAITING = 'select count(*) from waiting_runs'
  const DONE = `select count(*) from runs where status = 'done' and steps ? 'note'`

  const first = await start(environment)
  t.after(() => first.end('SIGKILL'))
  const sign = signedEvents(tenants)
  const send = async (number: number): Promise<void> => {
    const { path, headers, body } = sign(number)
    const answer = await fetch(`${first.url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    })
    assert.equal(answer.status, 200)
  }
  for (let number = 0; number < CUSTOMERS; number++) await send(number)
  await until(WAITING, CUSTOMERS)
  await first.end('SIGKILL')
  assert.equal(crm.report().notes.size, 0)

  await db.pool.query('update waiting_runs set wake_at = now()')
  const second = await start(environment)
  t.after(() => second.end('SIGKILL'))
  await db.pool.query(`select graphile_worker.add_job('wake_runs', '{}'::json)`)
  await until(DONE, CUSTOMERS)
  // Asked again, by cron or by hand, nothing is left to wake.
  await db.pool.query(`select graphile_worker.add_job('wake_runs', '{}'::json)`)
  await until(`select count(*) from graphile_worker.jobs where task_identifier = 'wake_runs'`, 0)
  assert.equal(await count(WAITING), 0)
  assert.deepEqual(
    [...crm.report().notes.values()],
    Array.from({ length: CUSTOMERS }, () => 1),
  )
  assert.equal(await second.end('SIGTERM'), 0)
})
