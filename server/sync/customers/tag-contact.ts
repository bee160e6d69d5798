// Adds tags to a contact: only those that we have not added before, since a person may have taken them off; when somebody
// asks for them, all.

import type { Link } from '../../store/links.ts'
import type { LinkWrite } from '../../store/progress.ts'
import type { CallCrm } from '../action.ts'

export const asTags = (value: unknown): string[] => (Array.isArray(value) ? [...new Set(value.map(String))] : [])

/** The tags that are not among the others. The CRM keeps them in small letters, so these make no difference. */
export const withoutTags = (tags: string[], others: string[]): string[] => {
  const known = new Set(others.map((tag) => tag.toLowerCase()))
  return tags.filter((tag) => !known.has(tag.toLowerCase()))
}

export type Tagged = {
  /** Those sent now. */
  added: string[]
  /** Every one that we have ever added. */
  tags: string[]
  /** For the link. */
  data: NonNullable<LinkWrite['data']>
}

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
