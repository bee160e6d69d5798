// Adds tags to a contact: only those never added before, since a person may have removed them; all of them on explicit
// request.

import type { Link } from '../../store/links.ts'
import type { LinkWrite } from '../../store/progress.ts'
import type { CallCrm } from '../action.ts'

/** The unique tags of an input value. */
export const asTags = (value: unknown): string[] => (Array.isArray(value) ? [...new Set(value.map(String))] : [])

/** The tags not among the others, ignoring case: the CRM lower-cases them. */
export const withoutTags = (tags: string[], others: string[]): string[] => {
  const known = new Set(others.map((tag) => tag.toLowerCase()))
  return tags.filter((tag) => !known.has(tag.toLowerCase()))
}

export type Tagged = {
  /** Sent now. */
  added: string[]
  /** All tags we have ever added. */
  tags: string[]
  /** To store with the link. */
  data: NonNullable<LinkWrite['data']>
}

/** Adds the tags and returns what to store. Throws what the call throws. */
export const tagContact = async (
  crm: CallCrm,
  {
    contactId,
    tags,
    link,
    isDemanded = false,
  }: { contactId: string; tags: string[]; link: Link | undefined; isDemanded?: boolean | undefined },
): Promise<Tagged> => {
  const before = asTags(link?.data.tags)
  const added = isDemanded ? tags : withoutTags(tags, before)
  if (added.length === 0) return { added, tags: before, data: {} }
  const { tags: after } = (await crm('crm.contacts.add-tags', { contactId, tags: added })) as { tags?: unknown }
  const all = [...new Set([...before, ...added])]
  return { added, tags: all, data: { tags: all, tagsAfter: asTags(after) } }
}
