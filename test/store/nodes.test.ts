import assert from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import { newId } from '../../server/ids.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createNodes, lockKeyOf } from '../../server/store/nodes.ts'
import { openSession } from '../../server/store/session.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const nodes = createNodes({ db })

beforeEach(() => db.pool.query('delete from nodes'))

const register = async (lost = () => {}) => {
  const id = newId()
  const session = await openSession({ url, lost })
  assert.equal(await session.lock(lockKeyOf(id)), true)
  await nodes.register({ id, role: 'worker', host: 'h', pid: 1, startedAt: new Date(), workerIds: [] })
  return { id, session }
}

const sweepAs = async (self: string) => {
  const orphaned: string[] = []
  const dead = await nodes.sweep({ self, orphaned: async (id) => void orphaned.push(id) })
  assert.deepEqual(orphaned, dead)
  return dead
}

test('a node is alive as long as its session is, and is swept once when it is not', async (t) => {
  const one = await register()
  const two = await register()
  t.after(() => two.session.close())
  assert.deepEqual(await sweepAs(two.id), [])
  await one.session.close()
  const swept = await Promise.all([sweepAs(two.id), sweepAs(newId()), sweepAs(newId())])
  assert.deepEqual(swept.flat(), [one.id])
  assert.deepEqual(
    (await nodes.list()).map(({ id }) => id),
    [two.id],
  )
})

test('jobs that a dead node had locked are free again', async () => {
  const { id, session } = await register()
  await nodes.named(id, ['pool-x'])
  await db.pool.query(`select graphile_worker.add_job('drain', '{}', job_key := 'k')`)
  await db.pool.query(`update graphile_worker._private_jobs set locked_by = 'pool-x', locked_at = now()`)
  await session.close()
  await sweepAs(newId())
  const { rows } = await db.pool.query('select locked_by from graphile_worker.jobs')
  assert.deepEqual(rows, [{ locked_by: null }])
})

test('what fails while a dead node is taken over leaves it for the next sweep', async () => {
  const { id, session } = await register()
  await session.close()
  await assert.rejects(nodes.sweep({ self: newId(), orphaned: () => Promise.reject(new Error('no')) }), /no/)
  assert.deepEqual(await sweepAs(newId()), [id])
})

test('a session that is cut says so once; one that is closed on purpose does not', async () => {
  const reasons: string[] = []
  const { session } = await register(() => void reasons.push('closed'))
  await session.close()
  const cut = new Promise<void>((resolve) => {
    void register(() => {
      reasons.push('cut')
      resolve()
    }).then(() =>
      db.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'rankr-connect session' and datname = current_database()`,
      ),
    )
  })
  await cut
  assert.deepEqual(reasons, ['cut'])
})
