// The contact behind a customer's id that callers of our API send: one of Rankr's, or the contact's own.

import type { Links } from '../../store/links.ts'

/** A contact that never came from Rankr is known by its own id. */
const CONTACT_ID = /^[A-Za-z0-9]{20,24}$/

export const createContactBehind =
  ({ links }: { links: Pick<Links, 'find'> }) =>
  async (locationId: string, customerId: string): Promise<string | undefined> => {
    const link = await links.find(locationId, 'customer', customerId)
    if (link?.state === 'linked') return link.crmId ?? undefined
    return !link && CONTACT_ID.test(customerId) ? customerId : undefined
  }
