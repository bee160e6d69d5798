// A note is made once per step of a run, although the CRM makes a new one at every call: it carries a short reference by
// which it is found again.

import { createHash } from 'node:crypto'
import type { ActionCall, Keep } from './action.ts'
import { audited } from './audited.ts'
import type { Once } from './once.ts'

type Note = { contactId: string; title?: string; body: string }

/** Throws what the calls throw. */
export const createNoteOnce =
  (once: Once) =>
  async (
    { locationId, context, crm }: ActionCall,
    { contactId, title, body }: Note,
  ): Promise<{ noteId: string; keep: Keep }> => {
    const digest = createHash('sha256').update(`${context.runId}:${context.stepId}`).digest('hex')
    const reference = `Ref ${digest.slice(0, 10)}`

    const find = async (): Promise<string | undefined> => {
      const { notes } = (await crm('crm.notes.list', { contactId })) as { notes: { id: string; body?: string }[] }
      return notes.find((note) => note.body?.includes(reference))?.id
    }
    const make = async (): Promise<string> => {
      const output = await crm('crm.notes.create', {
        contactId,
        ...(title ? { title } : {}),
        body: `${body}\n\n${reference}`,
      })
      return (output as { note: { id: string } }).note.id
    }
    const { result: noteId, effects } = await once({ locationId, context, find, make })
    return { noteId, keep: { effects, audit: [audited('contact.noted', contactId, context, { noteId })] } }
  }
