// Runs actions that are a single call to another system. A call that must not be repeated is made once; what was written gets a link
// and an audit entry. Actions of several calls have functions of their own.

import type { Action } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import type { ActionCall, ActionResult, CallCrm } from './action.ts'
import { audited } from './audited.ts'
import type { Once } from './once.ts'
import { writtenOf } from './written.ts'

type Call = Pick<ActionCall, 'locationId' | 'input' | 'context'> & {
  /** Makes the call to the action's system. */
  send: CallCrm
}

export type PlainCall = (entry: Action, call: Call) => Promise<ActionResult>

/** Throws what the call throws; `effect_unknown` when a call that must not be repeated was started before and its answer is unknown. */
export const createPlainCall =
  ({ once }: { once: Once }): PlainCall =>
  async (entry, { locationId, input, context, send }) => {
    const make = async () => ((await send(entry.id, input)) ?? {}) as Record<string, unknown>
    if (entry.risk === 'read') return { output: await make() }
    // What a second call would double is not known here, so it cannot be looked for: a person decides.
    const find = () => Promise.reject(new AppError('effect_unknown'))
    const { result: output, effects } = mayRepeat(entry, input)
      ? { result: await make(), effects: [] }
      : await once({ locationId, context, find, make })
    const written = writtenOf({ actionId: entry.id, input, output })
    const told = audited(entry.id, subjectOf(output, input), context, { label: entry.label })
    return {
      output,
      keep: {
        links: written ? [written] : [],
        effects,
        audit: [{ ...told, subject: { ...told.subject, type: entry.resource } }],
      },
    }
  }

/** A call that leaves the same state when it is made again; of a call to any address only a person knows. */
const mayRepeat = ({ idempotent, system }: Action, input: Record<string, unknown>): boolean =>
  idempotent || (system === 'http' && (input.isIdempotent === true || input.method === 'GET'))

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
