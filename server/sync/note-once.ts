// A note is made once per step of a run, although the CRM makes a new one at every call: a marker is committed before the
// call, and before a second try the note is looked for by the reference in its text.

import { createHash } from 'node:crypto'
import type { Effects } from '../store/effects.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { ActionContext, ActionResult, Execute } from './action.ts'
import { audited } from './audited.ts'

type Deps = {
  effects: Pick<Effects, 'find'>
  progress: { write(item: ProgressItem): Promise<void> }
  execute: Execute
}

type Note = { locationId: string; contactId: string; title?: string; body: string; context: ActionContext }

/** Output `{ contactId, noteId }`. Throws what the calls throw. */
export const createNoteOnce = ({ effects, progress, execute }: Deps) => {
  const findNote = async ({ locationId, contactId }: Note, reference: string) => {
    const { output } = await execute({ locationId, actionId: 'crm.notes.list', input: { contactId }, priority: 'live' })
    const { notes } = output as { notes: { id: string; body?: string }[] }
    return notes.find(({ body }) => body?.includes(reference))?.id
  }

  return async (note: Note): Promise<ActionResult> => {
    const { locationId, contactId, title, body, context } = note
    const key = `${context.runId}:${context.stepId}`
    const { receivedOn } = context
    const reference = `Ref ${createHash('sha256').update(key).digest('hex').slice(0, 10)}`
    const marker = await effects.find(locationId, { key, receivedOn })
    if (marker?.state === 'done') return { output: marker.result as Record<string, unknown> }

    const existing = marker ? await findNote(note, reference) : undefined
    if (!marker) await progress.write({ locationId, effects: [{ key, receivedOn, state: 'pending', result: null }] })
    const made = existing
      ? undefined
      : await execute({
          locationId,
          actionId: 'crm.notes.create',
          input: { contactId, ...(title ? { title } : {}), body: `${body}\n\n${reference}` },
          priority: 'live',
        })
    const noteId = existing ?? (made!.output as { note: { id: string } }).note.id
    const output = { contactId, noteId }
    return {
      output,
      request: made?.request,
      response: made?.response,
      keep: {
        effects: [{ key, receivedOn, state: 'done', result: output }],
        audit: [audited('contact.noted', contactId, context, { noteId })],
      },
    }
  }
}
