import assert from 'node:assert/strict'
import test, { after, beforeEach, type TestContext } from 'node:test'
import pg from 'pg'
import { createLog, type Log } from '../../server/log.ts'
import type { HandleEvent } from '../../server/relay/outcome.ts'
import { createNodeIdentity, createRelayWorker, type WorkerDeps, type WorkerTask } from '../../server/relay/worker.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createMailboxes } from '../../server/store/mailboxes.ts'
import { createNodes, lockKeyOf } from '../../server/store/nodes.ts'
import { openSession } from '../../server/store/session.ts'
import { createKit, empty, handIn, newEvent, openDatabase, silent } from './kit.ts'

const db = await openDatabase(after)
const { url } = db
const MINUTE_MS = 60_000

const rows = async <Row extends object>(text: string, values: unknown[] = []) =>
  (await db.pool.query<Row>(text, values)).rows

beforeEach(() => empty(db, 'events', 'mailboxes', 'parked_events', 'dead_letters', 'nodes'))

type Options = {
  tasks?: WorkerTask[]
  concurrency?: number
  now?: () => Date
  named?: WorkerDeps['nodes']['named']
  log?: Log
}

/** One node with a pool of its own, as another process would have. */
const startNode = async (
  t: TestContext,
  handle: HandleEvent,
  { tasks = [], concurrency = 4, now = () => new Date(), named, log = silent }: Options = {},
) => {
  const own = createDatabase({ url, applicationName: 'test node' })
  const kit = createKit(own, { now, advance: () => {} })
  const node = createNodeIdentity()
  const { drain } = kit.drainWith(handle, { nodeId: () => node.id, isLost: () => node.isLost, random: () => 0, log })
  const worker = createRelayWorker({
    db: own,
    openSession: (lost) => openSession({ url, lost, applicationName: 'test session' }),
    nodes: { ...createNodes({ db: own }), ...(named ? { named } : {}) },
    mailboxes: createMailboxes({ db: own }),
    drain,
    node,
    role: 'all',
    host: 'test',
    pid: process.pid,
    now,
    log,
    tasks,
    settings: { concurrency, pollMs: 100, sweepMs: 50, restartMs: 20, releaseMs: 50 },
  })
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    await worker.stop()
    await own.close()
  }
  t.after(stop)
  await worker.start()
  return { node, stop, accept: kit.accept, catchUp: worker.catchUp, pool: own.pool }
}

/** Resolves once `holds` does, which is looked at whenever something was handled. */
const until = () => {
  let wake = () => {}
  return {
    changed: () => wake(),
    async holds(condition: () => boolean | Promise<boolean>): Promise<void> {
      while (!(await condition())) {
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, 100)
        })
      }
    },
  }
}

test('an accepted event is handled without waiting for a poll', async (t) => {
  const seen: string[] = []
  const { changed, holds } = until()
  const { accept } = await startNode(t, async ({ id }) => {
    seen.push(id)
    changed()
    return { kind: 'done' }
  })
  const { eventId } = await accept.accept(newEvent())
  await holds(() => seen.length > 0)
  assert.deepEqual(seen, [eventId])
})

test('when the clock is moved, what comes round comes round once and mailboxes that slept go on at once', async (t) => {
  let aheadMs = 0
  const now = () => new Date(Date.now() + aheadMs)
  const done: string[] = []
  const { changed, holds } = until()
  const tries: number[] = []
  const handle: HandleEvent = async (_event, { attempt }) => {
    tries.push(attempt)
    changed()
    // For three days of the moved clock; the job that the queue then keeps sleeps by the clock of the database.
    return attempt < 3 ? { kind: 'retry', code: 'crm_unavailable', retryAfterSeconds: 3 * 86_400 } : { kind: 'done' }
  }
  // On the thirtieth of February: by itself it never comes round while this runs.
  const never = '0 0 30 2 *'
  const { accept, catchUp } = await startNode(t, handle, {
    now,
    tasks: [
      { name: 'breaks', cron: never, handler: () => Promise.reject(new Error('broken')) },
      { name: 'round', cron: never, handler: async () => void done.push('round') },
      { name: 'asked for', handler: async () => void done.push('asked for') },
    ],
  })
  await accept.accept(newEvent())
  const sleeps = async () => (await rows(`select from mailboxes where state = 'sleeping'`)).length === 1
  for (const tried of [2, 3]) {
    await holds(async () => tries.length === tried - 1 && (await sleeps()))
    aheadMs += 73 * 3_600_000
    await catchUp()
    await holds(() => tries.length === tried)
  }
  assert.deepEqual(
    [tries, done],
    [
      [1, 2, 3],
      ['round', 'round'],
    ],
  )
})

test('what comes round by itself runs once on two nodes, whichever of them is first', async (t) => {
  // The queue's own clock for it stands just before a full minute, in the past of the database's.
  const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - MINUTE_MS
  t.mock.timers.enable({ apis: ['Date'], now: minute - 1 })
  const ran: string[] = []
  const told: string[] = []
  const { changed, holds } = until()
  for (const name of ['a', 'b']) {
    const handler = async () => {
      ran.push(name)
      changed()
    }
    const { pool } = await startNode(t, async () => ({ kind: 'done' }), {
      tasks: [{ name: 'every_minute', cron: '* * * * *', handler }],
    })
    const query = pool.query.bind(pool) as (...of: unknown[]) => Promise<unknown>
    t.mock.method(pool, 'query', async (...of: unknown[]) => {
      const answer = await query(...of)
      // The queue's statement that claims a minute and adds its jobs.
      if (JSON.stringify(of).includes('with specs as')) {
        told.push(name)
        changed()
      }
      return answer
    })
  }
  t.mock.timers.setTime(minute)
  await holds(() => told.length === 2 && ran.length > 0)
  assert.deepEqual(told.sort(), ['a', 'b'])
  await holds(async () => (await rows(`select from graphile_worker.jobs`)).length === 0)
  assert.equal(ran.length, 1)
})

test('a time that was missed while no node ran is made up for once, the last one, unless it soon comes round anyway', async (t) => {
  const at = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 10_000
  t.mock.timers.enable({ apis: ['Date'], now: at })
  const hoursAgo = (hours: number) => new Date(at - hours * 60 * MINUTE_MS)
  const due = new Date(hoursAgo(0).setUTCSeconds(0, 0) - 20 * MINUTE_MS)
  const hourly = `${due.getUTCMinutes()} * * * *`
  const daily = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`
  const ran: unknown[] = []
  const { changed, holds } = until()
  const task = (name: string, cron: string): WorkerTask => ({
    name,
    cron,
    handler: async (payload) => {
      const { _cron } = payload as { _cron: { ts: string; backfilled: boolean } }
      ran.push([name, _cron.backfilled, _cron.ts])
      changed()
    },
  })
  await db.pool.query(
    `insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
     values ('missed_hours', $1, $2), ('missed_minutes', $1, $2), ('missed_long_ago', $1, $1), ('not_missed', $1, $3)`,
    [hoursAgo(60), hoursAgo(5), due],
  )
  const tasks = [
    task('missed_hours', hourly),
    task('missed_minutes', '*/5 * * * *'),
    task('missed_long_ago', `0 0 ${((due.getUTCDate() + 13) % 28) + 1} * *`),
    task('not_missed', daily),
    task('unknown', daily),
  ]
  for (const _ of ['first', 'second']) {
    const node = await startNode(t, async () => ({ kind: 'done' }), { tasks })
    await holds(async () => ran.length > 0 && (await rows(`select from graphile_worker.jobs`)).length === 0)
    await node.stop()
  }
  assert.deepEqual(ran, [['missed_hours', true, due.toISOString()]])
})

test('two nodes share the mailboxes, and each event is handled once, in the order of its record', async (t) => {
  const seen: { node: string; key: string; seq: number }[] = []
  const { changed, holds } = until()
  const begun = new Set<string>()
  const bothAtWork = Promise.withResolvers<void>()
  const handlerOf =
    (node: string): HandleEvent =>
    async ({ locationId, recordKey, seq }) => {
      // However late the other one comes, there is work left for it.
      if (begun.add(node).size === 2) bothAtWork.resolve()
      await bothAtWork.promise
      seen.push({ node, key: `${locationId} ${recordKey}`, seq })
      changed()
      return { kind: 'done' }
    }
  const { accept } = await startNode(t, handlerOf('first'), { concurrency: 2 })
  await startNode(t, handlerOf('second'), { concurrency: 2 })
  await Promise.all(
    Array.from({ length: 300 }, (_, n) =>
      accept.accept(newEvent({ locationId: `loc_${n % 10}`, recordKey: `customer:${n % 4}` })),
    ),
  )
  await holds(() => seen.length >= 300)
  await holds(async () => (await rows(`select from mailboxes where state <> 'idle'`)).length === 0)
  assert.equal(seen.length, 300)
  assert.deepEqual([...new Set(seen.map(({ node }) => node))].sort(), ['first', 'second'])
  for (const [, ofRecord] of Map.groupBy(seen, ({ key }) => key)) {
    const numbers = ofRecord.map(({ seq }) => seq)
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    )
  }
})

test('a single event does not wait for a location with a long backlog', async (t) => {
  const order: string[] = []
  const { changed, holds } = until()
  const { accept } = createKit(db)
  await handIn(accept, 600, () => ({ locationId: 'loc_big' }))
  const node = await startNode(
    t,
    async ({ locationId }) => {
      await new Promise((resolve) => setTimeout(resolve, 2))
      order.push(locationId)
      if (order.length === 1) await accept.accept(newEvent({ locationId: 'loc_small' }))
      changed()
      return { kind: 'done' }
    },
    { concurrency: 1 },
  )
  await holds(() => order.includes('loc_small'))
  await node.stop()
  // At most the slice that was under way went first.
  assert.ok(order.indexOf('loc_small') <= 210, `after ${order.indexOf('loc_small')} events`)
})

test('a node that stops ends what it has begun and leaves the rest to others', async (t) => {
  const seen: number[] = []
  const { changed, holds } = until()
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const first = await startNode(t, async ({ seq }) => {
    seen.push(seq)
    changed()
    await gate
    return { kind: 'done' }
  })
  await handIn(first.accept, 30)
  await holds(() => seen.length > 0)
  const stopped = first.stop()
  release()
  await stopped
  const begun = seen.length
  assert.ok(begun < 30)
  assert.deepEqual(await rows('select from nodes'), [])
  assert.deepEqual(await rows('select state from mailboxes'), [{ state: 'queued' }])

  await startNode(t, async ({ seq }) => {
    seen.push(seq)
    changed()
    return { kind: 'done' }
  })
  await holds(() => seen.length >= 30)
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    Array.from({ length: 30 }, (_, n) => n + 1),
  )
})

test('what a dead node had is taken over within a sweep', async (t) => {
  const { accept } = createKit(db)
  await accept.accept(newEvent())
  const dead = '00000000-0000-4000-8000-00000000dead'
  await db.pool.query(
    `insert into nodes (id, lock_key, role, host, pid, worker_ids) values ($1, $2, 'all', 'gone', 1, '{pool-dead}')`,
    [dead, lockKeyOf(dead)],
  )
  await db.pool.query(
    `update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now(), attempts = 1`,
  )
  await db.pool.query(`update mailboxes set state = 'draining', drain_node = $1`, [dead])
  const fresh: boolean[] = []
  const { changed, holds } = until()
  await startNode(t, async (_event, { isFresh }) => {
    fresh.push(isFresh)
    changed()
    return { kind: 'done' }
  })
  await holds(() => fresh.length > 0)
  assert.deepEqual(fresh, [false])
  assert.deepEqual(await rows('select from nodes where id = $1', [dead]), [])
})

test('a node is at work once others know in whose name it locks jobs, and is gone when they cannot be told', async (t) => {
  const { named } = createNodes({ db })
  const later = async (...of: Parameters<typeof named>): Promise<void> => {
    for (let rounds = 0; rounds < 100; rounds++) await new Promise((resolve) => setImmediate(resolve))
    await named(...of)
  }
  const { node } = await startNode(t, async () => ({ kind: 'done' }), { named: later })
  assert.deepEqual(await rows('select cardinality(worker_ids) as names from nodes where id = $1', [node.id]), [
    { names: 1 },
  ])
  const away = () => Promise.reject(new Error('away'))
  await assert.rejects(
    startNode(t, async () => ({ kind: 'done' }), { named: away }),
    /away/,
  )
  assert.deepEqual(await rows('select id from nodes'), [{ id: node.id }])
})

test('a node whose session is cut comes back as another one and goes on', async (t) => {
  const seen: string[] = []
  const { changed, holds } = until()
  const { accept, node } = await startNode(t, async ({ id }) => {
    seen.push(id)
    changed()
    return { kind: 'done' }
  })
  const before = node.id
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'test session' and datname = current_database()`,
  )
  await admin.end()
  await holds(() => node.id !== before)
  await accept.accept(newEvent())
  await holds(() => seen.length > 0)
  const ids = await rows<{ id: string }>('select id from nodes')
  assert.deepEqual(ids, [{ id: node.id }])
})

test('a node outlives a database that goes away while several mailboxes are at work, each of which has something to say', async (t) => {
  let isAway = false
  let refused = 0
  const seen: string[] = []
  const gates: (() => void)[] = []
  const { changed, holds } = until()
  const handle: HandleEvent = async ({ id }) => {
    seen.push(id)
    changed()
    if (seen.length <= 3) await new Promise<void>((resolve) => gates.push(resolve))
    return { kind: 'done' }
  }
  const said: { level: string; msg: string }[] = []
  const log = createLog({ level: 'warn', destination: { write: (line) => void said.push(JSON.parse(line)) } })
  const { accept, pool, stop } = await startNode(t, handle, { log })
  const connect = pool.connect.bind(pool) as (...of: unknown[]) => unknown
  t.mock.method(pool, 'connect', (...of: unknown[]) => {
    if (!isAway) return connect(...of)
    refused += 1
    changed()
    const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    if (typeof of[0] === 'function') return of[0](error)
    return Promise.reject(error)
  })
  const other = createKit(db).accept
  for (const n of [1, 2, 3]) await other.accept(newEvent({ locationId: `loc_${n}` }))
  await holds(() => gates.length === 3)
  isAway = true
  // One after the other: each is a failure of its own to the queue.
  for (const open of gates) {
    const before = refused
    open()
    await holds(() => refused >= before + 2)
  }
  isAway = false
  const { eventId } = await accept.accept(newEvent({ locationId: 'loc_4' }))
  await holds(() => seen.includes(eventId))
  await holds(async () => (await rows(`select from mailboxes where state <> 'idle'`)).length === 0)
  await stop()
  // What comes and goes with the database is no error of ours.
  assert.ok(said.length > 0)
  assert.deepEqual(
    said.filter(({ level }) => level === 'error').map(({ msg }) => msg),
    [],
  )
})

test('tasks of others run with their payload', async (t) => {
  const got: unknown[] = []
  const { changed, holds } = until()
  await startNode(t, async () => ({ kind: 'done' }), {
    tasks: [
      {
        name: 'refresh',
        handler: async (payload) => {
          got.push(payload)
          changed()
        },
      },
    ],
  })
  await db.pool.query(`select graphile_worker.add_job('refresh', '{"a":1}')`)
  await holds(() => got.length > 0)
  assert.deepEqual(got, [{ a: 1 }])
})
