// Runs any catalog action: a function of our own by its id, or one call to the action's system. This file decides who runs it and how
// other systems are reached; the work is in the functions (customers/, orders/ …) and in plain-call.ts.

import { action } from '../catalog/index.ts'
import type { Action } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import type { Breaker } from '../relay/breaker.ts'
import type { LinkWrite } from '../store/progress.ts'
import type { Priority } from '../store/rate-budget-lease.ts'
import type { ActionContext, ActionResult, CallCrm, Exchange, OwnAction } from './action.ts'
import { quietInput } from './backfill/quiet.ts'
import { checkedInput } from './checked-input.ts'
import { throughCircuit } from './crm-circuit.ts'
import type { Once } from './once.ts'
import { createPlainCall } from './plain-call.ts'
import { createCallTarget, type Target } from './targets.ts'
import { writtenOf } from './written.ts'

/** Runs one catalog action of the CRM (server/highlevel/execute.ts). */
export type Execute = (execution: {
  locationId: string
  actionId: string
  input: Record<string, unknown>
  priority: Priority
  eventId?: string
  onExchange?: (exchange: Exchange) => void
}) => Promise<{ output: unknown }>

type Deps = {
  own: Record<string, OwnAction>
  execute: Execute
  /** Systems besides the CRM. */
  targets?: Partial<Record<Action['system'], Target>>
  breaker: Breaker
  once: Once
}

type Call = {
  locationId: string
  actionId: string
  input: Record<string, unknown>
  priority: Priority
  context: ActionContext
  /** Awaited before each call to another system; what it throws keeps the call from being made. */
  check?: (() => Promise<void>) | undefined
  /** Told of every call to another system, also of one that fails. */
  onExchange?: (exchange: Exchange) => void
}

export type RunAction = (call: Call) => Promise<ActionResult>

/** Throws AppError: `action_unknown`, `action_input_invalid` with the faults, `target_resting`, or what the action throws. */
export const createRunAction = ({ own, execute, targets = {}, breaker, once }: Deps): RunAction => {
  const callCrm = throughCircuit(execute, breaker)
  const callTarget = createCallTarget(breaker)
  const plainCall = createPlainCall({ once })

  /** Sends calls to the CRM. */
  const toCrm =
    ({ locationId, priority, context: { eventId }, check, onExchange }: Call): CallCrm =>
    async (actionId, input) => {
      await check?.()
      const told = onExchange ? { onExchange } : {}
      const { output } = await callCrm({ locationId, actionId, input, priority, eventId, ...told })
      return output
    }

  /** Sends calls to another system. */
  const to = (target: Target | undefined, { locationId, context: { eventId }, check, onExchange }: Call): CallCrm => {
    const told = onExchange ? { onExchange } : {}
    return async (actionId, input) => {
      if (!target) throw unknown('Actions of this system cannot be run here.')
      await check?.()
      return await callTarget(target, { locationId, actionId, input, eventId, ...told })
    }
  }

  const runOwn = async (mine: OwnAction, call: Call): Promise<ActionResult> => {
    const { locationId, actionId, input, context, onExchange } = call
    const { crm, notes } = notingNotes(toCrm(call))
    const [rankr, support] = [to(targets.rankr, call), to(targets.support, call)]
    const result = await mine({ locationId, input, context, crm, rankr, support, onExchange })
    return withLinks(demanded(actionId, context, result), notes)
  }

  return async (call) => {
    const { locationId, actionId, context } = call
    const entry = action(actionId)
    if (!entry) throw unknown(`There is no action "${actionId}".`)
    const input = context.isBackfill ? quietInput({ actionId, input: call.input }) : call.input
    if (!input) return { output: { outcome: 'held-back' } }
    // The executor of the CRM checks by itself.
    if (entry.system === 'crm') return await plainCall(entry, { locationId, input, context, send: toCrm(call) })
    const [mine, target] = [own[actionId], targets[entry.system]]
    if (!mine && !target) throw unknown(`"${entry.label}" cannot be run here.`)
    const checked = { ...call, input: checkedInput(entry, { locationId, input }) }
    return mine ? await runOwn(mine, checked) : await plainCall(entry, { ...checked, send: to(target, call) })
  }
}

const unknown = (detail: string): AppError => new AppError('action_unknown', { detail })

/** Contacts that our own actions write have links; notes do not. `notes` collects marks by which their echoes are recognised. */
const notingNotes = (toCrm: CallCrm): { crm: CallCrm; notes: LinkWrite[] } => {
  const notes: LinkWrite[] = []
  return {
    notes,
    async crm(actionId, input) {
      const output = await toCrm(actionId, input)
      const written = actionId === 'crm.notes.create' ? writtenOf({ actionId, input, output }) : undefined
      if (written) notes.push(written)
      return output
    },
  }
}

const withLinks = (result: ActionResult, more: LinkWrite[]): ActionResult =>
  more.length === 0 ? result : { ...result, keep: { ...result.keep, links: [...(result.keep?.links ?? []), ...more] } }

/** Asked for by ourselves, of a record that came from Rankr. */
const OURS: ReadonlySet<string> = new Set(['app.orders.move-waiting'])

/** Ids that somebody's call has brought need not be known to Rankr: the links say so. */
const demanded = (actionId: string, { isDemanded }: ActionContext, result: ActionResult): ActionResult => {
  const { links } = result.keep ?? {}
  if (!isDemanded || !links || OURS.has(actionId)) return result
  const marked = links.map((link) => (link.state === 'linked' ? { ...link, data: { ...link.data, isDemanded } } : link))
  return { ...result, keep: { ...result.keep, links: marked } }
}
