// Remembers writes to CRM records that have no link, so that their echo is recognised: the record's id and its content
// in the answer. Pure.

import type { LinkWrite } from '../store/progress.ts'
import { contactState } from './customers/contact-state.ts'

const CONTACT = /^crm\.contacts\.(?:create|update|upsert)$/
const TAGS = /^crm\.contacts\.(?:add|remove)-tags$/

const mark = (of: string, id: string, more: Partial<LinkWrite> = {}): LinkWrite => ({
  kind: 'written',
  rankrId: `${of}:${id}`,
  crmId: id,
  state: 'linked',
  ...more,
})

type Written = { actionId: string; input: Record<string, unknown>; output: unknown }

/** Undefined for calls whose echo cannot be told from other writes. */
export const writtenOf = ({ actionId, input, output }: Written): LinkWrite | undefined => {
  const { contact, note, tags } = (output ?? {}) as Record<string, { id?: unknown } | undefined> & { tags?: unknown }
  if (actionId === 'crm.notes.create' && typeof note?.id === 'string') return mark('note', note.id)
  if (TAGS.test(actionId) && Array.isArray(tags)) {
    return mark('contact', String(input.contactId), { data: { tagsAfter: tags.map(String) } })
  }
  if (!CONTACT.test(actionId) || typeof contact?.id !== 'string') return undefined
  const { tags: after } = contact as { tags?: unknown }
  return mark('contact', contact.id, {
    crmFingerprint: contactState(contact as Record<string, unknown>),
    data: Array.isArray(after) ? { tagsAfter: after.map(String) } : {},
  })
}
