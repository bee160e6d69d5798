// Resolves a customer id from an API caller: one of Rankr's, or a contact's own id.

import type { Links } from '../../store/links.ts'

/** A contact that never came from Rankr is addressed by its own id. */
const CONTACT_ID = /^[A-Za-z0-9]{20,24}$/

export const createContactBehind =
  ({ links }: { links: Pick<Links, 'find'> }) =>
  async (locationId: string, customerId: string): Promise<string | undefined> => {
    const link = await links.find(locationId, 'customer', customerId)
    if (link?.state === 'linked') return link.crmId ?? undefined
    return !link && CONTACT_ID.test(customerId) ? customerId : undefined
  }
