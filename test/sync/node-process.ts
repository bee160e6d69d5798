// A process for tests that are about processes: accepts events it is told of, works as a node, stops when asked, and is
// killed without being asked. Started by crash.test.ts with its settings as JSON.

import { createDrain } from '../../server/relay/drain.ts'
import { createNodeIdentity, createRelayWorker } from '../../server/relay/worker.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createNodes } from '../../server/store/nodes.ts'
import { openSession } from '../../server/store/session.ts'
import { createSuspects } from '../../server/store/suspects.ts'
import { silent } from '../relay/kit.ts'
import { createSync } from './kit.ts'

export type Settings = { databaseUrl: string; crmUrl: string; token: Record<string, string>; works: boolean }

const now = () => new Date()
const { databaseUrl, crmUrl, token, works }: Settings = JSON.parse(process.argv[2]!)
const db = createDatabase({ url: databaseUrl, poolSize: 8 })
const sync = createSync({ db, crmUrl, token, clock: { now, advance: () => {} }, settleMs: 200 })
const node = createNodeIdentity()
const worker = createRelayWorker({
  db,
  openSession: (lost) => openSession({ url: databaseUrl, lost }),
  nodes: createNodes({ db }),
  mailboxes: sync.mailboxes,
  drain: createDrain({
    ...sync,
    nodeId: () => node.id,
    isLost: () => node.isLost,
    db,
    suspects: createSuspects({ db }),
    writeDeadLetters: sync.progressStore.write,
    handlers: { lifecycle: sync.handle, work: sync.handle },
    onPaused: async () => {},
    now,
    random: () => 0,
    log: silent,
    limits: { concurrency: 3, sliceMs: 100 },
  }).drain,
  node,
  role: 'worker',
  host: 'test',
  pid: process.pid,
  now,
  log: silent,
  settings: { concurrency: 2, pollMs: 100, sweepMs: 100, nudgeAfterMs: 2_000 },
})

process.on('message', async (message: { accept: Parameters<typeof sync.accept.accept>[0] } | 'stop') => {
  if (message === 'stop') {
    await worker.stop()
    await sync.accept.close()
    sync.close()
    await db.close()
    process.disconnect()
    return
  }
  process.send!({ accepted: await sync.accept.accept(message.accept) })
})
if (works) await worker.start()
process.send!('ready')
