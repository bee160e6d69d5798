// Real processes on one database, some of them killed with -9, against a CRM that lives on and is counted.

import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import test, { after, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { SEED } from '../../server/sandbox/crm/simulated-crm.ts'
import { openDatabase } from '../relay/kit.ts'
import { startCrm } from '../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll } from './kit.ts'
import type { Settings } from './node-process.ts'

const db = await openDatabase(after)
const LOCATIONS = Object.values(SEED.locations)

/** The next message of a child; rejects when it ends instead. */
const said = async (child: ChildProcess) => {
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The process ended with ${code}`)))
  const [message] = await Promise.race([once(child, 'message'), ended])
  ended.catch(() => {})
  return message
}

const setUp = async (t: TestContext) => {
  await emptyAll(db)
  const { crm, url, locationToken } = await startCrm(t, {
    now: () => new Date(),
    limits: { burst: 1_000_000, daily: 1_000_000 },
    latencyMs: 3,
  })
  const token: Record<string, string> = {}
  for (const id of LOCATIONS) token[id] = await locationToken(id)
  const sync = createSync({ db, crmUrl: url, token })
  t.after(sync.close)
  for (const id of LOCATIONS) await sync.enableCustomers({}, id)

  const startNode = async (works = true): Promise<ChildProcess> => {
    const settings: Settings = { databaseUrl: db.url, crmUrl: url, token, works }
    const child = fork(new URL('node-process.ts', import.meta.url), [JSON.stringify(settings)], {
      serialization: 'advanced',
    })
    t.after(() => void child.kill('SIGKILL'))
    await said(child)
    return child
  }

  const contacts = () => [...crm.state.contacts.all()].filter(({ email }) => email?.startsWith('crash-'))

  /** Waits until so many contacts have been made, or until nothing is left to do. */
  const made = async (count: number): Promise<void> => {
    while (contacts().length < count) await delay(10)
  }
  const settled = async (): Promise<void> => {
    for (;;) {
      const { rows } = await db.pool.query(`select from mailboxes where state <> 'idle' or tail <> cursor`)
      if (rows.length === 0) return
      await delay(50)
    }
  }

  /** Each customer is one contact with one note and its tags, each event one finished run. */
  const assertOnce = async (count: number): Promise<void> => {
    const found = contacts()
    assert.equal(found.length, count)
    assert.equal(new Set(found.map(({ email }) => email)).size, count)
    for (const contact of found) {
      assert.deepEqual(contact.tags, ['rankr'])
      assert.equal([...crm.state.notes.by('contact', contact.id)].length, 1, `notes of ${contact.email}`)
    }
    const { rows } = await db.pool.query<{ status: string; count: number }>(
      'select status, count(*) from runs group by status',
    )
    assert.deepEqual(rows, [{ status: 'done', count }])
    const { rows: left } = await db.pool.query('select from parked_events union all select from dead_letters')
    assert.equal(left.length, 0)
    for (const id of LOCATIONS) assert.equal((await sync.audit.verify(id)).ok, true)
  }

  return { sync, startNode, made, settled, assertOnce }
}

const created = (n: number) =>
  customerEvent(
    'created',
    { id: `cus_${n}`, email: `crash-${n}@example.com`, name: `Customer ${n}` },
    { locationId: LOCATIONS[n % LOCATIONS.length]!, sourceEventId: `crash-${n}`, occurredAt: new Date() },
  )

const kill = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const stop = async (child: ChildProcess): Promise<void> => {
  child.send('stop')
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
}

test('an event that was acknowledged survives a kill -9 before anybody has worked on it', async (t) => {
  const { startNode, settled, assertOnce } = await setUp(t)
  const door = await startNode(false)
  door.send({ accept: created(0) })
  const answer = await said(door)
  await kill(door)
  assert.equal(answer.accepted.outcome, 'stored')
  await startNode()
  await settled()
  await assertOnce(1)
})

test('with three nodes, one killed with -9 under load and one restarted in good order, nothing is lost or doubled', async (t) => {
  const { sync, startNode, made, settled, assertOnce } = await setUp(t)
  const COUNT = 60
  const nodes = await Promise.all([startNode(), startNode(), startNode()])
  const sending = Promise.all(Array.from({ length: COUNT }, (_, n) => sync.accept.accept(created(n))))
  await made(10)
  await kill(nodes[0]!)
  await made(25)
  await stop(nodes[1]!)
  const replacement = await startNode()
  await made(40)
  await kill(replacement)
  await sending
  await settled()
  await assertOnce(COUNT)
  // The survivor notices the dead, also one that had nothing in hand.
  const known = async () => (await db.pool.query('select from nodes')).rows.length
  while ((await known()) > 1) await delay(20)
  await stop(nodes[2]!)
  assert.equal(await known(), 0)
})

test('nodes that live on while their sessions are cut under load, and take each other for dead, lose and double nothing', async (t) => {
  const { sync, startNode, made, settled, assertOnce } = await setUp(t)
  const COUNT = 60
  const nodes = await Promise.all([startNode(), startNode()])
  const sending = Promise.all(Array.from({ length: COUNT }, (_, n) => sync.accept.accept(created(n))))
  await made(20)
  const { rows } = await db.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'rankr-connect session' and datname = current_database()`)
  await sending
  await settled()
  await assertOnce(COUNT)
  assert.equal(rows.length, 2)
  await Promise.all(nodes.map(stop))
})
