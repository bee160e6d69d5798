import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import pg from 'pg'
import { newId } from '../../server/ids.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createWorkflows, WORKFLOWS_CHANNEL } from '../../server/store/workflows.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const workflows = createWorkflows({ db })

const publish = (locationId: string, id: string, document: unknown) =>
  db.transaction((tx) => workflows.publish(locationId, { id, name: 'Test', document, publishedBy: 'ada' }, tx))
const change = (locationId: string, id: string, changes: Parameters<typeof workflows.change>[2]) =>
  db.transaction((tx) => workflows.change(locationId, id, changes, tx))

test('a published workflow is off until it is switched on', async () => {
  const id = newId()
  assert.equal(await publish('L1', id, { a: 1 }), 1)
  assert.deepEqual(await workflows.enabled('L1'), [])
  const row = await change('L1', id, { enabled: true, options: { tags: ['x'] } })
  assert.equal(row?.enabled, true)
  assert.deepEqual(
    (await workflows.enabled('L1')).map(({ published, options }) => [published, options]),
    [[{ a: 1 }, { tags: ['x'] }]],
  )
  await change('L1', id, { enabled: false })
  assert.deepEqual((await workflows.get('L1', id))?.options, { tags: ['x'] })
})

test('a changed document is a new version, the same one is not, and every version stays readable', async () => {
  const id = newId()
  assert.equal(await publish('L2', id, { v: 'one' }), 1)
  assert.equal(await publish('L2', id, { v: 'one' }), 1)
  assert.equal(await publish('L2', id, { v: 'two' }), 2)
  assert.deepEqual(await workflows.version('L2', id, 1), { v: 'one' })
  assert.deepEqual(await workflows.version('L2', id, 2), { v: 'two' })
  assert.equal(await workflows.version('L2', id, 3), undefined)
})

test('a workflow of one account is not found by another', async () => {
  const id = newId()
  await publish('L3', id, {})
  assert.equal(await workflows.get('L4', id), undefined)
  assert.deepEqual(await workflows.list('L4'), [])
  assert.equal(await workflows.version('L4', id, 1), undefined)
  assert.equal(await change('L4', id, { enabled: true }), undefined)
  assert.equal((await workflows.get('L3', id))?.enabled, false)
})

test('whoever listens is told whose workflows changed, once the change is committed', async (t) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.after(() => client.end())
  await client.query(`listen ${WORKFLOWS_CHANNEL}`)
  const heard = new Promise<string | undefined>((resolve) => {
    client.once('notification', ({ payload }) => resolve(payload))
  })
  await publish('L5', newId(), {})
  assert.equal(await heard, 'L5')
})
