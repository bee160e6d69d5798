// Creates one note per step of a run, although the CRM's create call is not idempotent: each note carries a short
// reference by which it is found again, the same in every language.

import { createHash } from 'node:crypto'
import type { ActionCall, Keep } from './action.ts'
import { audited } from './audited.ts'
import type { Once } from './once.ts'

/** A text for people of the account, in its language. `workflow`: it comes from a workflow's step, not from us. */
export type InWords = (locationId: string, text: string, by: 'us' | 'workflow') => Promise<string>

type Note = {
  contactId: string
  title?: string
  body: string
  /** Author of title and body. */
  by: 'us' | 'workflow'
  /** Of a copied note: precedes the original body. The title stays too. */
  copied?: string
}

/** Throws what the calls throw. */
export const createNoteOnce =
  ({ once, inWords }: { once: Once; inWords: InWords }) =>
  async (
    { locationId, context, crm }: ActionCall,
    { contactId, title, body, by, copied }: Note,
  ): Promise<{ noteId: string; keep: Keep }> => {
    const digest = createHash('sha256').update(`${context.runId}:${context.stepId}`).digest('hex')
    const reference = `Ref ${digest.slice(0, 10)}`

    const find = async (): Promise<string | undefined> => {
      const { notes } = (await crm('crm.notes.list', { contactId })) as { notes: { id: string; body?: string }[] }
      return notes.find((note) => note.body?.includes(reference))?.id
    }
    const make = async (): Promise<string> => {
      const parts = [...(copied === undefined ? [] : [copied]), await inWords(locationId, body, by), reference]
      const named = copied === undefined && title ? await inWords(locationId, title, by) : title
      const output = await crm('crm.notes.create', {
        contactId,
        ...(named ? { title: named } : {}),
        body: parts.join('\n\n'),
      })
      return (output as { note: { id: string } }).note.id
    }
    const { result: noteId, effects } = await once({ locationId, context, find, make })
    return { noteId, keep: { effects, audit: [audited('contact.noted', contactId, context, { noteId })] } }
  }
