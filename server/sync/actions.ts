// Runs any catalog action: our own by id, others through their system's executor. Validates the input, pauses calls to
// a system that is down, and prevents a repeat of calls that must not be made twice.

import { action } from '../catalog/index.ts'
import { checkInput } from '../catalog/input.ts'
import type { Action } from '../catalog/schema.ts'
import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import type { Breaker } from '../relay/breaker.ts'
import type { LinkWrite } from '../store/progress.ts'
import type { Priority } from '../store/rate-budget-lease.ts'
import type { ActionCall, ActionContext, ActionResult, CallCrm, Exchange, OwnAction } from './action.ts'
import { audited } from './audited.ts'
import { quietInput } from './backfill/quiet.ts'
import type { Once } from './once.ts'
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

export type RunAction = (call: {
  locationId: string
  actionId: string
  input: Record<string, unknown>
  priority: Priority
  context: ActionContext
  /** Awaited before each call to another system; what it throws keeps the call from being made. */
  check?: (() => Promise<void>) | undefined
  /** Told of every call to the CRM, also of one that fails. */
  onExchange?: (exchange: Exchange) => void
}) => Promise<ActionResult>

const CRM = 'crm'
/** The CRM itself has a fault. Anything else it answers shows that it is up. */
const DOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['crm_unreachable', 'crm_unavailable'])
/** No call was made, or none that says anything of the CRM's health. */
const SAYS_NOTHING =
  /^(?:reconnect_needed|not_installed|token_refresh_failed|crm_rate_limited|action_|url_|file_|server_error)/

/** Throws AppError: `action_unknown`, `action_input_invalid` with the faults, `target_resting`, or what the action throws. */
export const createRunAction = ({ own, execute, targets = {}, breaker, once }: Deps): RunAction => {
  const guarded: Execute = async (execution) => {
    const restMs = breaker.restOf(CRM)
    if (restMs > 0) throw new AppError('target_resting', { retryAfterSeconds: Math.ceil(restMs / 1000) })
    try {
      const executed = await execute(execution)
      breaker.succeeded(CRM)
      return executed
    } catch (error) {
      const { code } = asAppError(error)
      if (DOWN.has(code)) breaker.failed(CRM)
      else if (SAYS_NOTHING.test(code)) breaker.abandoned(CRM)
      else breaker.succeeded(CRM)
      throw error
    }
  }

  const callTarget = createCallTarget(breaker)

  const runCall = async (
    entry: Action,
    { locationId, input, context }: Pick<ActionCall, 'locationId' | 'input' | 'context'>,
    send: CallCrm,
  ): Promise<ActionResult> => {
    const call = async () => ((await send(entry.id, input)) ?? {}) as Record<string, unknown>
    if (entry.risk === 'read') return { output: await call() }
    // What a second call would double is not known here, so it cannot be looked for: a person decides.
    const find = () => Promise.reject(new AppError('effect_unknown'))
    const made = mayRepeat(entry, input)
      ? { result: await call(), effects: [] }
      : await once({ locationId, context, find, make: call })
    const entryOf = audited(entry.id, subjectOf(made.result, input), context, { label: entry.label })
    const written = writtenOf({ actionId: entry.id, input, output: made.result })
    return {
      output: made.result,
      keep: {
        links: written ? [written] : [],
        effects: made.effects,
        audit: [{ ...entryOf, subject: { ...entryOf.subject, type: entry.resource } }],
      },
    }
  }

  return async ({ locationId, actionId, input: given, priority, context, check, onExchange }) => {
    const entry = action(actionId)
    if (!entry) throw new AppError('action_unknown', { detail: `There is no action "${actionId}".` })
    const input = context.isBackfill ? quietInput({ actionId, input: given }) : given
    if (!input) return { output: { outcome: 'held-back' } }
    const notes: LinkWrite[] = []
    const crm = async (id: string, given: Record<string, unknown>): Promise<unknown> => {
      await check?.()
      const { output } = await guarded({
        locationId,
        actionId: id,
        input: given,
        priority,
        eventId: context.eventId,
        ...(onExchange ? { onExchange } : {}),
      })
      // Contacts that our own actions write have links; their notes do not.
      const written = id === 'crm.notes.create' ? writtenOf({ actionId: id, input: given, output }) : undefined
      if (written) notes.push(written)
      return output
    }
    const sendTo =
      (target: Target | undefined): CallCrm =>
      async (id, given) => {
        if (!target) throw new AppError('action_unknown', { detail: 'Actions of this system cannot be run here.' })
        await check?.()
        const { eventId } = context
        return await callTarget(target, {
          locationId,
          actionId: id,
          input: given,
          eventId,
          ...(onExchange ? { onExchange } : {}),
        })
      }
    const asked = { locationId, input, context }
    if (entry.system === 'crm') return runCall(entry, asked, crm)
    const target = targets[entry.system]
    if (target && !own[actionId]) {
      return runCall(entry, { ...asked, input: checkedInput(entry, asked) }, sendTo(target))
    }
    const mine = own[actionId]
    if (!mine) throw new AppError('action_unknown', { detail: `"${entry.label}" cannot be run here.` })
    const checked = checkedInput(entry, { locationId, input })
    const others = { rankr: sendTo(targets.rankr), support: sendTo(targets.support) }
    const call = { locationId, input: checked, context, crm, ...others, onExchange }
    const result = demanded(actionId, context, await mine(call))
    if (notes.length === 0) return result
    return { ...result, keep: { ...result.keep, links: [...(result.keep?.links ?? []), ...notes] } }
  }
}

/** Asked for by ourselves, of a record that came from Rankr. */
const OURS: ReadonlySet<string> = new Set(['app.orders.move-waiting'])

/** Ids that somebody's call has brought need not be known to Rankr: the links say so. */
const demanded = (actionId: string, { isDemanded }: ActionContext, result: ActionResult): ActionResult => {
  const { links } = result.keep ?? {}
  if (!isDemanded || !links || OURS.has(actionId)) return result
  const marked = links.map((link) => (link.state === 'linked' ? { ...link, data: { ...link.data, isDemanded } } : link))
  return { ...result, keep: { ...result.keep, links: marked } }
}

/** A call that leaves the same state when it is made again; of a call to any address only a person knows. */
const mayRepeat = ({ idempotent, system }: Action, input: Record<string, unknown>): boolean =>
  idempotent || (system === 'http' && (input.isIdempotent === true || input.method === 'GET'))

type Given = Pick<ActionCall, 'locationId' | 'input'>

/**
 * The input as an action gets it. An e-mail address or a phone number that cannot be used is left out: it must not keep
 * the rest of a record out. Throws `action_input_invalid` with the faults.
 */
export const checkedInput = (entry: Action, { locationId, input }: Given): Record<string, unknown> => {
  const checked = checkInput({ fields: entry.input, input, context: { locationId } })
  if (checked.ok) return checked.value
  const optional = entry.input.filter(
    ({ required, type, format }) => !required && (type === 'phone' || format === 'email'),
  )
  const unusable = new Set(
    optional.map(({ key }) => key).filter((key) => checked.faults.some((f) => f.pointer === `/${key}`)),
  )
  if (unusable.size === 0) throw new AppError('action_input_invalid', { errors: checked.faults })
  const rest = Object.fromEntries(Object.entries(input).filter(([key]) => !unusable.has(key)))
  return checkedInput(entry, { locationId, input: rest })
}

/** The record that was written, as well as it can be told from the answer or from what was asked. */
const subjectOf = (output: Record<string, unknown>, input: Record<string, unknown>): string | undefined => {
  const records = [output, ...Object.values(output)]
  for (const record of records) {
    const { id } = (record ?? {}) as { id?: unknown }
    if (typeof id === 'string') return id
  }
  const key = Object.keys(input).find((name) => name.endsWith('Id'))
  return key === undefined ? undefined : String(input[key])
}
