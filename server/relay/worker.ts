// The worker of a process: graphile-worker runs the jobs (one per mailbox with work, and registered tasks), a session
// marks the process as a living node, and a sweep takes over what dead nodes left.

import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Logger, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/db.ts'
import { DRAIN_TASK, type DrainJob } from '../store/drain-jobs.ts'
import { logLevelOf } from '../store/failures.ts'
import type { Mailboxes } from '../store/mailboxes.ts'
import { lockKeyOf, type Nodes } from '../store/nodes.ts'
import type { Session } from '../store/session.ts'
import type { Drain } from './drain.ts'
import { missedAt, roundsOf } from './recurring-tasks.ts'

/** Work that is not a drain: by cron (UTC), or when somebody adds a job of that name. */
export type WorkerTask = {
  name: string
  /**
   * Five fields; several nodes run it once. What comes round hourly or more rarely is made up for, once, when no node ran at its
   * time; what comes round more often soon comes round anyway.
   */
  cron?: string
  handler(payload: unknown, context: { signal: AbortSignal; log: Log }): Promise<void>
}

export type WorkerDeps = {
  db: Database
  openSession(lost: (error: Error) => void): Promise<Session>
  nodes: Nodes
  mailboxes: Pick<Mailboxes, 'orphaned' | 'nudge'>
  /** Gets the id under which this process drains. */
  drain: Drain['drain']
  /** Resolves when what went on after its slice has ended. */
  settled?: Drain['settled']
  node: NodeIdentity
  role: string
  host: string
  pid: number
  now: () => Date
  log: Log
  tasks?: WorkerTask[]
  settings?: Partial<WorkerSettings>
}

type WorkerSettings = {
  /** Mailboxes drained at once by this process. */
  concurrency: number
  /** How often sleeping mailboxes are looked for; new work is notified. */
  pollMs: number
  sweepMs: number
  /** After so long in line a mailbox's job is looked after. */
  nudgeAfterMs: number
  restartMs: number
  /** How long the queue may take to end when no job is at work any more. */
  releaseMs: number
}

const SETTINGS: WorkerSettings = {
  concurrency: 16,
  pollMs: 1_000,
  sweepMs: 3_000,
  nudgeAfterMs: 10_000,
  restartMs: 1_000,
  releaseMs: 5_000,
}

/** Who this process is to other nodes; changes when its session was lost. `isLost`: others may be at work on what it has. */
export type NodeIdentity = { id: string; isLost: boolean }

export const createNodeIdentity = (): NodeIdentity => ({ id: newId(), isLost: false })

/** More than two machines' clocks differ. */
const MOVED_MS = 60_000

const LEVELS = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const

/** What `leave` left behind is taken over by the next sweep of whichever node. */
type Worker = { stop(): Promise<void>; leave(): Promise<void> }

/** Starts and stops this process's worker. */
export const createRelayWorker = (deps: WorkerDeps) => {
  const { db, nodes, mailboxes, node, now, log } = deps
  const settings: WorkerSettings = { ...SETTINGS, ...deps.settings }
  let stopping = false
  let current: Worker | undefined
  let restart: Promise<void> | undefined
  let look = () => {}

  const atWork = new Set<Promise<unknown>>()
  const counted = async (work: Promise<unknown>): Promise<void> => {
    atWork.add(work)
    try {
      await work
    } finally {
      atWork.delete(work)
    }
  }

  const taskList = (signal: AbortSignal): TaskList => ({
    [DRAIN_TASK]: (payload) => counted(deps.drain(payload as DrainJob, { signal })),
    ...Object.fromEntries(
      (deps.tasks ?? []).map(({ name, handler }) => [
        name,
        (payload: unknown) => {
          const own = log.child({ task: name })
          const dueAt = missedAt(payload)
          if (dueAt) own.info({ dueAt }, 'no node ran when this was due; it is made up for')
          return counted(handler(payload, { signal, log: own }))
        },
      ]),
    ),
  })

  const logger = new Logger(() => (level, message, { error, fatalError } = {}) => {
    const cause = error ?? fatalError
    if (cause === undefined) log[LEVELS[level]]({ part: 'queue' }, message)
    else
      log[level === 'error' ? logLevelOf(cause) : LEVELS[level]]({ part: 'queue', err: cause }, message.split('\n')[0])
  })

  const sweep = async (): Promise<void> => {
    const dead = await nodes.sweep({ self: node.id, orphaned: (id, tx) => mailboxes.orphaned(id, tx) })
    if (dead.length > 0) log.warn({ nodes: dead }, 'took over the mailboxes of nodes that died')
    // Jobs sleep by the clock of the database: while ours was moved ahead of it, mailboxes are woken here.
    const isAhead = now().getTime() - Date.now() > MOVED_MS
    const before = new Date(now().getTime() - (isAhead ? 0 : settings.nudgeAfterMs))
    const nudged = await mailboxes.nudge(before, node.id)
    if (nudged > 0) log.debug({ mailboxes: nudged }, 'looked after mailboxes that waited long')
  }

  /** Every `sweepMs`, never two at once. */
  const keepSweeping = (signal: AbortSignal, forgotten: () => void): void => {
    const round = async (): Promise<void> => {
      // A session may be over for the database while this end of it has heard nothing.
      if (await nodes.isKnown(node.id)) await sweep()
      else if (!signal.aborted) forgotten()
    }
    const again = () => {
      if (signal.aborted) return
      timer = setTimeout(() => {
        round()
          .catch((error) => log[logLevelOf(error)]({ err: error }, 'the sweep failed'))
          .finally(again)
      }, settings.sweepMs)
    }
    let timer: NodeJS.Timeout | undefined
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    again()
  }

  const startOnce = async (): Promise<Worker> => {
    const controller = new AbortController()
    const id = newId()
    let isUp = false
    let failure: Error | undefined
    const lost = (error: Error): void => {
      failure ??= error
      if (isUp) onLost(error)
    }
    /** From now on others may take over what this node has. */
    const lostSession = (error: Error): void => {
      node.isLost = true
      lost(error)
    }
    const session = await deps.openSession(lostSession)
    try {
      await session.lock(lockKeyOf(id))
      Object.assign(node, { id, isLost: false })
      const { role, host, pid } = deps
      await nodes.register({ id, role, host, pid, startedAt: now(), workerIds: [] })
      await sweep()
      const events = new EventEmitter() as WorkerEvents
      // Jobs are locked in the name of the pool: whoever sweeps must know it, or they would stay locked for hours after a death.
      let named = Promise.resolve()
      events.on('pool:create', ({ workerPool }) => {
        look = () => workerPool.nudge(1)
        named = nodes.named(id, [workerPool.id]).catch((error) => {
          failure ??= error
        })
      })
      const runner = await run({
        pgPool: db.pool,
        taskList: taskList(controller.signal),
        // The queue goes by the machine's own clock.
        parsedCronItems: roundsOf(deps.tasks ?? [], new Date()),
        concurrency: settings.concurrency,
        pollInterval: settings.pollMs,
        noHandleSignals: true,
        logger,
        events,
        // By itself the queue says that a job is over in a promise that nobody waits for: while the database is away that would end
        // the process. Said in batches, it ends the queue, and `lost` begins another one.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      })
      // A queue that ends by itself ends the node; another one takes its place.
      const ended = () => lost(new Error('the queue stopped'))
      runner.promise.then(ended, lost)
      events.on('pool:gracefulShutdown', ended)
      keepSweeping(controller.signal, () => lostSession(new Error('other nodes have taken this one for dead')))
      const end = async (): Promise<void> => {
        isUp = false
        // A queue that ends must not be nudged.
        look = () => {}
        controller.abort()
        const stopped = runner.stop().catch(() => {})
        await Promise.allSettled(atWork)
        // After two failures to say that a job is over it waits for ever for a third.
        const patience = new AbortController()
        await Promise.race([stopped, delay(settings.releaseMs, undefined, patience).catch(() => {})])
        patience.abort()
        await deps.settled?.()
      }
      const leave = async (): Promise<void> => {
        await end()
        await session.close().catch(() => {})
      }
      const stop = async (): Promise<void> => {
        await end()
        await nodes.remove(id).catch(() => {})
        await session.close().catch(() => {})
      }
      await named
      if (failure) {
        await stop()
        throw failure
      }
      isUp = true
      return { stop, leave }
    } catch (error) {
      await session.close().catch(() => {})
      throw error
    }
  }

  const onLost = (error: Error): void => {
    if (stopping || restart) return
    log[logLevelOf(error)]({ err: error }, 'this node has lost its session: it starts again as another one')
    restart = (async () => {
      // With its row: jobs that it could not give back are locked in its name.
      await current?.leave()
      current = undefined
      while (!stopping && !current) {
        try {
          current = await startOnce()
        } catch (failure) {
          log[logLevelOf(failure)]({ err: failure }, 'this node could not start again yet')
          await delay(settings.restartMs)
        }
      }
    })().finally(() => {
      restart = undefined
    })
  }

  return {
    /** Looks for a job that is due, without waiting for the next round. */
    look: () => look(),
    /** Begins to take jobs. Throws when the database cannot be reached. */
    async start(): Promise<void> {
      current = await startOnce()
    },
    /**
     * Time has gone ahead by a leap: everything that comes round by itself comes round once, in its order, and mailboxes that
     * slept are looked for. One that fails does not hold up the next.
     */
    async catchUp(): Promise<void> {
      const { signal } = new AbortController()
      for (const { name, cron, handler } of deps.tasks ?? []) {
        if (!cron) continue
        const own = log.child({ task: name })
        await handler({}, { signal, log: own }).catch((error) =>
          own.error({ err: error }, 'a task failed after a leap'),
        )
      }
      await sweep()
    },
    /** Takes no more jobs, ends slices after the events in progress, and leaves the rest queued. */
    async stop(): Promise<void> {
      stopping = true
      await restart
      await current?.stop()
      current = undefined
    },
  }
}
