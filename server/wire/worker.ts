// Wires the drain, the worker and its recurring tasks.

import { hostname } from 'node:os'
import type { Config } from '../config.ts'
import type { Tokens } from '../highlevel/tokens.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { createAlarm } from '../relay/alarm.ts'
import { createDrain, type DrainDeps } from '../relay/drain.ts'
import type { HandleEvent } from '../relay/outcome.ts'
import { createNodeIdentity, createRelayWorker, type WorkerTask } from '../relay/worker.ts'
import type { Database } from '../store/db.ts'
import type { DeadLetters } from '../store/dead-letters.ts'
import type { Events, StoredEvent } from '../store/events.ts'
import type { Mailboxes } from '../store/mailboxes.ts'
import { createNodes } from '../store/nodes.ts'
import { createParked } from '../store/parked.ts'
import { keepPartitions } from '../store/partitions.ts'
import { openSession } from '../store/session.ts'
import { createSuspects } from '../store/suspects.ts'
import { traced } from '../telemetry.ts'

type Deps = Pick<DrainDeps, 'writeDeadLetters' | 'onPaused' | 'random'> & {
  config: Config
  log: Log
  now: () => Date
  databaseUrl: string
  db: Database
  mailboxes: Mailboxes
  deadLetters: Pick<DeadLetters, 'prune'>
  events: Events
  metrics: Metrics
  tokens: Pick<Tokens, 'refreshDue'>
  installer: { reconcile(): Promise<unknown> }
  lifecycle: HandleEvent
  runWorkflows: HandleEvent
  /** Of all parts. */
  tasks: WorkerTask[]
}

const DAY_MS = 86_400_000

/** Of the event that a span is about; ids only. */
const spanOf = ({ id, source, type, locationId }: Pick<StoredEvent, 'id' | 'source' | 'type' | 'locationId'>) => ({
  'event.id': id,
  'event.source': source,
  'event.type': type,
  'tenant.id': locationId,
})

/** The worker of this process, not yet started. */
export const wireWorker = (deps: Deps) => {
  const { config, log, now, databaseUrl, db, mailboxes, tokens, installer } = deps
  const node = createNodeIdentity()
  const { drain, settled } = createDrain({
    ...deps,
    onRest: createAlarm({ ring: () => worker.look(), now }),
    limits: { concurrency: config.concurrency.account },
    nodeId: () => node.id,
    isLost: () => node.isLost,
    parked: createParked({ db }),
    suspects: createSuspects({ db }),
    handlers: {
      lifecycle: traced('lifecycle event', deps.lifecycle, spanOf),
      work: traced('event', deps.runWorkflows, spanOf),
    },
  })
  const worker = createRelayWorker({
    settings: { concurrency: config.concurrency.node },
    db,
    openSession: (lost) => openSession({ url: databaseUrl, lost }),
    nodes: createNodes({ db }),
    mailboxes,
    drain,
    settled,
    node,
    role: config.role,
    host: hostname(),
    pid: process.pid,
    now,
    log,
    tasks: [
      // First: what others accept needs a partition of the day.
      {
        name: 'keep_partitions',
        cron: '5 */6 * * *',
        async handler() {
          const dropped = await keepPartitions(db, { now: now(), keepDays: config.eventRetentionDays })
          if (dropped.length > 0) log.info({ days: dropped }, 'dropped events that were kept long enough')
        },
      },
      ...deps.tasks,
      {
        name: 'prune_dead_letters',
        cron: '53 3 * * *',
        async handler() {
          const gone = await deps.deadLetters.prune(new Date(now().getTime() - config.eventRetentionDays * DAY_MS))
          if (gone > 0) log.info({ deadLetters: gone }, 'let go of failed events that were settled long enough ago')
        },
      },
      { name: 'refresh_tokens', cron: '*/10 * * * *', handler: async () => void (await tokens.refreshDue()) },
      { name: 'reconcile_companies', cron: '17 3 * * *', handler: async () => void (await installer.reconcile()) },
    ],
  })
  return worker
}
