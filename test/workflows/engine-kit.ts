// The engine with a real database and actions that only write down what they were asked.

import { action, trigger } from '../../server/catalog/index.ts'
import { createProgress } from '../../server/relay/progress.ts'
import type { Database } from '../../server/store/db.ts'
import { ensurePartitions } from '../../server/store/partitions.ts'
import { createRuns } from '../../server/store/runs.ts'
import { createWaitingRuns } from '../../server/store/waiting-runs.ts'
import { createWorkflows } from '../../server/store/workflows.ts'
import type { Step } from '../../server/workflows/document.ts'
import { createWorkflowRegistry } from '../../server/workflows/registry.ts'
import { createRunWorkflows } from '../../server/workflows/run-workflows.ts'
import { createWaker } from '../../server/workflows/waker.ts'
import { createClock, createKit, drainAll, empty, newEvent, silent } from '../relay/kit.ts'

export const ID = '00000000-0000-4000-8000-0000000000a1'
export const HOUR = 3_600_000

export const act = (id: string, input: Record<string, unknown> = {}): Step =>
  ({ id, type: 'action', action: `test.${id}`, input }) as Step
export const delay = (over: object): Step => ({ id: 'wait', type: 'delay', ...over }) as Step

/** A point at which the process ends: what was committed stays, everything in memory is gone. */
export class Killed extends Error {}

export const setUpEngine = async (
  db: Database,
  steps: Step[],
  answer: (actionId: string) => Record<string, unknown> = (of) => ({ of }),
) => {
  const tables = ['events', 'mailboxes', 'parked_events', 'dead_letters', 'runs', 'attempts', 'waiting_runs']
  await empty(db, ...tables, 'workflows', 'workflow_versions', 'audit', 'audit_heads')
  const clock = createClock()
  await ensurePartitions(db, { from: clock.now(), days: 3 })
  const kit = createKit(db, clock)
  const { now } = clock
  const workflows = createWorkflows({ db })
  const waiting = createWaitingRuns({ db })
  const runs = createRuns({ db })
  const progress = createProgress({ store: kit.progressStore })
  const called: string[] = []
  const effects = new Set<string>()
  let killAt: string | undefined
  const kill = (point: string): void => {
    if (point !== killAt) return
    killAt = undefined
    throw new Killed(point)
  }

  /** All that is in memory, as a process has it that has just started. */
  const start = () => {
    const registry = createWorkflowRegistry({
      enabled: workflows.enabled,
      version: workflows.version,
      awaited: waiting.awaited,
      action,
      trigger,
      now,
      log: silent,
    })
    const waker = createWaker({
      waiting: {
        ...waiting,
        async resumed(locationId, run) {
          kill('between accept and resume')
          const was = await waiting.resumed(locationId, run)
          kill('after resume')
          return was
        },
      },
      accept: async (event) => {
        kill('before accept')
        return kit.accept.accept(event)
      },
      awaitedBy: registry.awaitedBy,
      now,
    })
    const handle = createRunWorkflows({
      workflowsFor: registry.workflowsFor,
      versionOf: registry.versionOf,
      callable: registry.callable,
      arrived: waker.arrived,
      runs,
      // Actions bear being repeated by the same run; another run would be another effect.
      runAction: async ({ actionId, input, context: { runId, stepId } }) => {
        if (effects.has(`${runId} ${stepId}`)) return { output: answer(actionId) }
        effects.add(`${runId} ${stepId}`)
        called.push(`${actionId.slice(5)} ${JSON.stringify(Object.fromEntries(Object.entries(input).sort()))}`)
        return { output: answer(actionId) }
      },
      isEcho: async () => false,
      progress,
      account: async (id) => ({ id }),
      now,
      fault: kill,
    })
    const drain = kit.drainWith(handle, { fault: kill })
    return { registry, waker, drain: () => drainAll(drain), drainBulk: () => drainAll(drain, 'loc_1', 'bulk') }
  }

  const publish = (list: Step[]) =>
    db.transaction(async (tx) => {
      const document = {
        schema: 'rankr-connect/workflow@1',
        name: 'Test',
        triggers: [{ trigger: 'rankr.customer.created' }],
        steps: list,
      }
      await workflows.publish('loc_1', { id: ID, name: 'Test', document }, tx)
      await workflows.change('loc_1', ID, { enabled: true }, tx)
    })
  await publish(steps)

  const statuses = async (): Promise<string[]> => {
    const { rows } = await db.pool.query(`select status from runs order by started_at, id`)
    return rows.map(({ status }) => status).sort()
  }
  const waits = async () => (await waiting.list('loc_1', ID)).length
  return {
    ...{ clock, kit, workflows, waiting, runs, called, publish, statuses, waits, start },
    killNextAt: (point: string) => {
      killAt = point
    },
  }
}

export const created = (n: string, over = {}) =>
  newEvent({
    sourceEventId: `e${n}`,
    recordKey: 'customer:1',
    payload: { type: 'customer.created', timestamp: '2026-01-31T12:00:00Z', data: { id: n } },
    ...over,
  })
