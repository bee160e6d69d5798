import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createDatabase } from '../../server/store/db.ts'
import { createMailboxes } from '../../server/store/mailboxes.ts'
import { migrate } from '../../server/store/migrate.ts'
import { createTestDatabase } from '../database.ts'
import { addTenants, liveEnvironment, type SignedEvent, signedEvents } from '../live.ts'
import { LONGEST_MS } from '../patience.ts'
import { type Running, start, temporaryFolder } from '../process.ts'
import { startStubCrm } from '../stub-crm.ts'

const TENANTS = 12
const SENDERS = 8
const AT_LEAST = 600
const POLL_MS = 50

/** For so long a node that stops still takes what comes, while whoever hands it events notices that it is not ready. */
const DRAIN_SECONDS = 3

type Node = {
  running: Running
  isReady: boolean
  /** Until when it must answer whatever it is sent; a clock that only goes on. */
  answersUntil: number
  errors: string[]
  accepted: number
}

/** Answers the status; rejects when the connection fails. */
const post = (url: string, { path, headers, body }: SignedEvent, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    const sending = request(
      new URL(path, url),
      {
        agent,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => answer.resume().once('end', () => resolve(answer.statusCode!)),
    )
    sending.once('error', reject).end(body)
  })

/** What stands before the nodes: asks each whether it is ready, and hands events to those that are, in turn. */
const createBalancer = (t: TestContext) => {
  const nodes: Node[] = []
  const agent = new Agent({ keepAlive: true })
  const ended = new AbortController()
  let turn = 0

  const watch = async (node: Node): Promise<void> => {
    while (!ended.signal.aborted) {
      node.isReady = await fetch(`${node.running.url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
      await delay(POLL_MS, undefined, { signal: ended.signal }).catch(() => {})
    }
  }
  t.after(() => {
    ended.abort()
    agent.destroy()
  })

  return {
    add(running: Running): Node {
      const node: Node = { running, isReady: true, answersUntil: Number.POSITIVE_INFINITY, errors: [], accepted: 0 }
      nodes.push(node)
      void watch(node)
      return node
    },
    /** Repeats an event that failed at another node, as every sender does. Answers when it is acknowledged. */
    async deliver(event: SignedEvent): Promise<void> {
      for (;;) {
        const ready = nodes.filter(({ isReady }) => isReady)
        const node = ready[turn++ % ready.length]
        if (!node) {
          await delay(POLL_MS)
          continue
        }
        const answer = await post(node.running.url, event, agent).catch((error: Error) => error.message)
        if (answer === 200) {
          node.accepted += 1
          return
        }
        // On a machine that is busy enough somebody still asks it later: like every sender, goes to another one then.
        if (performance.now() < node.answersUntil) node.errors.push(`${answer}`)
      }
    },
  }
}

const waitFor = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await delay(POLL_MS)
}

/** Adds to tables that the nodes at work read and write all the time, and to none. */
const newerVersion = async (t: TestContext): Promise<URL> => {
  const folder = await temporaryFolder(t)
  await writeFile(
    join(folder, '9000-newer.sql'),
    `create table newer (id text primary key, noted_at timestamptz not null);
     create index newer_noted_at on newer (noted_at);
     alter table events add column newer text;
     alter table parked_events add column newer text;
     alter table mailboxes add column newer integer not null default 0;
     alter table runs add column newer jsonb;`,
  )
  return pathToFileURL(`${folder}/`)
}

test('three nodes lose and double nothing when one is killed, a newer version migrates and one is restarted under load', {
  timeout: LONGEST_MS,
}, async (t) => {
  const { url: databaseUrl } = await createTestDatabase(t)
  const crm = await startStubCrm()
  t.after(crm.close)
  crm.reset(20)
  const environment = {
    ...liveEnvironment(crm.url),
    DATABASE_URL: databaseUrl,
    DRAIN_SECONDS: String(DRAIN_SECONDS),
  }
  const tenants = await addTenants({
    databaseUrl,
    encryptionKeys: environment.ENCRYPTION_KEYS,
    count: TENANTS,
    withNotes: true,
  })
  const db = createDatabase({ url: databaseUrl, poolSize: 2 })
  t.after(db.close)
  const startNode = async (): Promise<Running> => {
    const running = await start(environment)
    t.after(() => running.end('SIGKILL'))
    return running
  }
  const balancer = createBalancer(t)
  const [killed, restarted, steady] = (await Promise.all([startNode(), startNode(), startNode()])).map(balancer.add)

  const sign = signedEvents(tenants)
  let sent = 0
  let acknowledged = 0
  let isOver = false
  const sending = Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (!isOver) {
        await balancer.deliver(sign(sent++))
        acknowledged += 1
        await delay(20)
      }
    }),
  )
  const acknowledgedBeyond = (more: number): Promise<void> => {
    const wanted = acknowledged + more
    return waitFor(() => acknowledged >= wanted)
  }

  await acknowledgedBeyond(AT_LEAST / 4)
  assert.equal(await killed!.running.end('SIGKILL'), 'SIGKILL')
  await acknowledgedBeyond(AT_LEAST / 4)
  await migrate(databaseUrl, { folder: await newerVersion(t) })
  await acknowledgedBeyond(AT_LEAST / 10)
  restarted!.answersUntil = performance.now() + DRAIN_SECONDS * 1_000
  assert.equal(await restarted!.running.end('SIGTERM'), 0)
  await acknowledgedBeyond(AT_LEAST / 4)
  const successor = balancer.add(await startNode())
  await waitFor(() => successor.accepted >= AT_LEAST / 10)
  await waitFor(() => acknowledged >= AT_LEAST)
  isOver = true
  await sending

  const backlog = async () =>
    (await createMailboxes({ db }).backlog()).reduce((waiting, { events }) => waiting + events, 0)
  await waitFor(async () => (await backlog()) === 0)

  assert.deepEqual(restarted!.errors, [], 'the node that is stopping answers every request')
  assert.deepEqual(steady!.errors, [])
  assert.deepEqual(successor.errors, [])
  assert.ok(restarted!.accepted > 0 && killed!.accepted > 0 && steady!.accepted > 0)

  const numbers = Array.from({ length: sent }, (_, n) => n)
  const { numbers: contacts, notes } = crm.report()
  assert.deepEqual(
    [...contacts].sort((a, b) => a - b),
    numbers,
    'every event has reached the CRM',
  )
  assert.deepEqual(
    numbers.filter((number) => notes.get(number) !== 1).map((number) => [number, notes.get(number)]),
    [],
    'every contact has one note',
  )
  const { rows } = await db.pool.query(
    `select (select count(*) from events) as events, (select count(*) from runs where status = 'done') as done,
       (select count(*) from runs) as runs, (select count(*) from dead_letters) as letters`,
  )
  assert.deepEqual(rows, [{ events: sent, done: sent, runs: sent, letters: 0 }])
})
