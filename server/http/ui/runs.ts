// Runs of a workflow: list, detail, cancel, repeat from a step, and run on past events.

import { z } from 'zod'
import { trigger } from '../../catalog/index.ts'
import { AppError } from '../../errors.ts'
import { newId } from '../../ids.ts'
import type { Events } from '../../store/events.ts'
import type { Names } from '../../store/names.ts'
import type { TextKey } from '../../texts/texts.ts'
import type { RunService, RunWorkflow } from '../../workflows/run-service.ts'
import type { WorkflowService } from '../../workflows/workflow-service.ts'
import type { Session } from '../doors/session.ts'
import { redirect, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { namedIn, withAbout } from './about.ts'
import { addressOf } from './address.ts'
import type { Transaction } from './deps.ts'
import { summaryText } from './editor/step-words.ts'
import { inWords } from './event-words.ts'
import { createRecentStarts } from './recent-starts.ts'
import { runTree } from './run-tree.ts'
import { runSteps } from './run-view.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

export type RunsDeps = {
  workflowService: Pick<WorkflowService, 'get'>
  runService: Pick<RunService, 'list' | 'workflow' | 'detail' | 'cancel' | 'repeat' | 'runOnPast'>
  recentEvents: Events['recent']
  names: Pick<Names, 'of'>
  transaction: Transaction
}

const HERE = '/settings/workflows/:workflowId/runs'
const PAGE_SIZE = 25
/** Number of latest events offered per trigger. */
const PAST_EVENTS = 50

/** A filter word covers one or several run states. */
const STATES = {
  running: ['running'],
  waiting: ['waiting'],
  done: ['done', 'skipped'],
  failed: ['dead', 'failed'],
  cancelled: ['cancelled'],
} as const
const WORDS = Object.keys(STATES) as (keyof typeof STATES)[]

const MESSAGES = ['ended', 'begun', 'begunBefore'] as const
const REPEATED = ['repeated', 'repeatedBefore'] as const

const params = z.object({ workflowId: z.uuid() })
const runParams = params.extend({ runId: z.uuid() })

/** Page cursor: time and id of the last run. */
const position = z
  .string()
  .regex(/^\d{13}_[0-9a-f-]{36}$/)
  .optional()
  .catch(undefined)

const listQuery = z.object({
  state: z.enum(WORDS).optional().catch(undefined),
  before: position,
  message: z.enum(MESSAGES).optional().catch(undefined),
  count: z.coerce.number().int().min(0).max(1000).optional().catch(undefined),
})

type RunShown = { refused?: string; step?: string | undefined; message?: (typeof REPEATED)[number] | undefined }

const positionIn = (text: string | undefined) => {
  const [at, id] = text?.split('_') ?? []
  return at === undefined || id === undefined ? undefined : { startedAt: new Date(Number(at)), id }
}

const runsAddress = (workflowId: string, query: Record<string, string | undefined> = {}): string =>
  addressOf(`/settings/workflows/${workflowId}/runs`, query)

/** The screen the workflow belongs to and the text of the link back; undefined for one set up elsewhere. */
const homeOf = ({ id, templateId }: RunWorkflow): { href: string; label: TextKey } | undefined => {
  if (templateId === null) return { href: `/settings/workflows/${id}`, label: 'runs.back' }
  const [kind, settingId] = templateId.split(':')
  if (kind === 'webhook') return { href: '/settings/webhooks', label: 'navigation.webhooks' }
  if (kind === 'route') return { href: '/settings/routes', label: 'navigation.routes' }
  return settingId === undefined ? { href: `/settings/syncs#sync-${kind}`, label: 'navigation.syncs' } : undefined
}

const TOO_MUCH_WAITS = 'Nothing was begun: too many events wait. Try again later.'

const REFUSALS = ['conflict', 'not_found', 'invalid_request']

/** The text of an error that a person can act on. */
const refusalOf = (error: unknown): string => {
  if (error instanceof AppError && REFUSALS.includes(error.code)) return error.detail
  if (error instanceof AppError && error.code === 'cannot_store_now') return TOO_MUCH_WAITS
  throw error
}

/** Routes below `/settings/workflows/:workflowId/runs`. */
export const runRoutes = (screen: Screen, deps: RunsDeps): Route[] => {
  const { workflowService, runService, names, transaction } = deps
  const recentStarts = createRecentStarts(deps.recentEvents)

  const showRun = async (
    caller: Session,
    workflowId: string,
    runId: string,
    { refused, step, message }: RunShown = {},
  ) => {
    const { locationId } = caller
    const detail = await runService.detail(locationId, runId)
    if (detail.run.workflowId !== workflowId) throw new AppError('not_found')
    const { run, workflow, event, wait, before, next, repeats, nextRepeat } = detail
    const steps = runSteps(detail)
    const nameOf = await names.of(locationId, namedIn([run]))
    return view(
      'screens/run',
      {
        ...screenData(caller),
        workflow,
        run: withAbout(run, nameOf),
        steps,
        tree: runTree(detail, steps),
        summaryText,
        chosen: step,
        event: event && inWords(event),
        wait: wait && { ...wait, awaits: wait.awaits && (trigger(wait.awaits)?.label ?? wait.awaits) },
        isVersionKept: detail.document !== undefined,
        before,
        next,
        repeats,
        nextRepeat,
        refused,
        message,
      },
      { status: refused ? 422 : 200 },
    )
  }

  /** The latest events that would start the workflow, newest first. */
  const pastOf = async (locationId: string, workflowId: string) => {
    const workflow = await workflowService.get(locationId, workflowId)
    const { triggers } = workflow.published ?? workflow.draft
    const found = await recentStarts(locationId, { id: workflowId, triggers }, PAST_EVENTS)
    return { workflow, events: found.map(({ id: eventId, ...event }) => inWords({ eventId, ...event })) }
  }

  const showPast = async (caller: Session, workflowId: string, refused?: string) => {
    const past = await pastOf(caller.locationId, workflowId)
    return view(
      'screens/past',
      { ...screenData(caller), ...past, wish: newId(), refused },
      { status: refused ? 422 : 200 },
    )
  }

  return [
    screen({
      path: HERE,
      input: { params, query: listQuery },
      async handler({ caller, params: { workflowId }, query: { state, before, message, count } }) {
        const { locationId } = caller
        const ends = positionIn(before)
        const [workflow, runs] = await Promise.all([
          runService.workflow(locationId, workflowId),
          runService.list(locationId, {
            workflowId,
            limit: PAGE_SIZE + 1,
            ...(state ? { statuses: STATES[state] } : {}),
            ...(ends ? { before: ends } : {}),
          }),
        ])
        const shown = runs.slice(0, PAGE_SIZE)
        const nameOf = await names.of(locationId, namedIn(shown))
        const last = runs.length > PAGE_SIZE ? shown.at(-1) : undefined
        return view('screens/runs', {
          ...screenData(caller),
          workflow,
          home: homeOf(workflow),
          runs: shown.map((run) => withAbout(run, nameOf)),
          state,
          states: WORDS,
          message,
          count: count ?? 0,
          newest: before === undefined ? undefined : runsAddress(workflowId, { state }),
          older: last && runsAddress(workflowId, { state, before: `${last.startedAt.getTime()}_${last.id}` }),
        })
      },
    }),

    // Must precede `:runId`.
    screen({
      path: `${HERE}/past`,
      input: { params },
      handler: ({ caller, params: { workflowId } }) => showPast(caller, workflowId),
    }),

    defineChange({
      path: `${HERE}/past`,
      audit: 'workflow.run_on_past',
      input: {
        params,
        body: z
          .object({
            event: z.union([z.uuid().transform((one) => [one]), z.array(z.uuid()).max(1000)]).default([]),
            // From the page: prevents a second start. Pages of the previous version have none.
            wish: z.uuid().optional(),
          })
          .prefault({}),
      },
      async handler({ caller, params: { workflowId }, body: { event: chosen, wish }, audit, ...call }) {
        const { locationId } = caller
        const { events } = await pastOf(locationId, workflowId)
        const wanted = events.filter(({ eventId }) => chosen.includes(eventId))
        if (wanted.length === 0) return await showPast(caller, workflowId, 'Choose at least one event.')
        try {
          const begun = await runService.runOnPast(
            locationId,
            workflowId,
            wanted.map(({ eventId, receivedAt }) => ({ eventId, receivedOn: receivedAt.toISOString().slice(0, 10) })),
            wish,
          )
          if (begun === 0) call.nothingChanged()
          else await audit({ subjectType: 'workflow', subjectId: workflowId, details: { events: begun } })
          const message = begun === 0 ? 'begunBefore' : 'begun'
          return redirect(runsAddress(workflowId, { message, count: String(begun) }), { status: 303 })
        } catch (error) {
          return await showPast(caller, workflowId, refusalOf(error))
        }
      },
    }),

    screen({
      path: `${HERE}/:runId`,
      input: {
        params: runParams,
        query: z.object({
          step: z.string().max(60).optional().catch(undefined),
          message: z.enum(REPEATED).optional().catch(undefined),
        }),
      },
      handler: ({ caller, params: { workflowId, runId }, query }) => showRun(caller, workflowId, runId, query),
    }),

    defineChange({
      path: `${HERE}/:runId/cancel`,
      audit: 'run.cancelled',
      input: { params: runParams },
      async handler({ caller, params: { workflowId, runId }, audit }) {
        const { locationId } = caller
        try {
          await transaction(async (on) => {
            await runService.cancel(locationId, runId, { on })
            await audit({ subjectType: 'run', subjectId: runId }, on)
          })
        } catch (error) {
          return await showRun(caller, workflowId, runId, { refused: refusalOf(error) })
        }
        return redirect(runsAddress(workflowId, { message: 'ended' }), { status: 303 })
      },
    }),

    defineChange({
      path: `${HERE}/:runId/repeat`,
      audit: 'run.repeated',
      input: {
        params: runParams,
        // `number` of the repeat, from the page: prevents a second start. Pages of the previous version have none.
        body: z.object({ step: z.string().min(1).max(60), number: z.coerce.number().int().min(1).optional() }),
      },
      async handler({ caller, params: { workflowId, runId }, body: { step: stepId, number }, audit }) {
        try {
          const isBegun = await runService.repeat(caller.locationId, runId, { stepId, number })
          await audit({ subjectType: 'run', subjectId: runId, details: { from: stepId, isBegun } })
          const message = isBegun ? 'repeated' : 'repeatedBefore'
          return redirect(addressOf(`/settings/workflows/${workflowId}/runs/${runId}`, { message }), { status: 303 })
        } catch (error) {
          return await showRun(caller, workflowId, runId, { refused: refusalOf(error) })
        }
      },
    }),
  ]
}
