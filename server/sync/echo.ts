// Recognises events of the CRM that echo our own write, by comparing the record with the answer to that write: the
// platform does not mark an event's origin.

import type { StoredEvent } from '../store/events.ts'
import type { Links } from '../store/links.ts'
import { contactState } from './customers/contact-state.ts'

const same = (a: unknown, b: unknown): boolean => {
  const texts = (list: unknown): string[] | undefined =>
    Array.isArray(list) ? list.map((tag) => String(tag).toLowerCase()).sort() : undefined
  const [left, right] = [texts(a), texts(b)]
  return left !== undefined && right !== undefined && JSON.stringify(left) === JSON.stringify(right)
}

/** Whether the event contains nothing beyond our last write to the record. */
export const createIsEcho =
  ({ links }: { links: Pick<Links, 'byCrmId'> }) =>
  async ({ locationId, source, type, payload }: StoredEvent): Promise<boolean> => {
    if (source !== 'crm' || !/^(?:Contact(?:Create|Update|TagUpdate)|NoteCreate)$/.test(type)) return false
    // Some bodies hold the record under `data`.
    const contact = (payload.data ?? payload) as Record<string, unknown>
    if (typeof contact.id !== 'string') return false
    const written = await links.byCrmId(locationId, 'written', contact.id)
    if (type === 'NoteCreate') return written.length > 0
    const [customers, users] = await Promise.all([
      links.byCrmId(locationId, 'customer', contact.id),
      links.byCrmId(locationId, 'user', contact.id),
    ])
    const own = [...written, ...customers, ...users]
    const state = contactState(contact)
    return own.some(({ crmFingerprint, data }) =>
      type === 'ContactTagUpdate' ? same(data.tagsAfter, contact.tags) : crmFingerprint?.equals(state) === true,
    )
  }
