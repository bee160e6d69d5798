// Field mappings, put together for the settings: the account's own fields, recent events, and what a contact holds now.

import type { Execute } from './highlevel/execute.ts'
import type { MappingDeps } from './http/ui/mapping-show.ts'
import type { OrdersDeps } from './http/ui/orders.ts'
import type { Log } from './log.ts'
import type { Database } from './store/db.ts'
import { createEvents } from './store/events.ts'
import type { Links } from './store/links.ts'
import { createAccountFields } from './sync/account-fields.ts'
import type { CallCrm } from './sync/action.ts'
import { heldBy } from './sync/push-mapped.ts'
import type { MappingBook } from './workflows/mapping-book.ts'

type Deps = {
  db: Database
  book: MappingBook
  execute: Execute['execute']
  links: Pick<Links, 'find'>
  orders: Pick<OrdersDeps, 'orderPlace'>
  log: Pick<Log, 'warn'>
}

export const wireMappingScreen = ({ db, book, execute, links, orders, log }: Deps): MappingDeps['mappings'] => {
  const crm =
    (locationId: string): CallCrm =>
    async (actionId, input) =>
      (await execute({ locationId, actionId, input, priority: 'interactive' })).output
  return {
    book,
    fields: createAccountFields({ crm }),
    recent: createEvents({ db }).recent,
    async held(locationId, payload) {
      const { id } = ((payload as { data?: { id?: unknown } }).data ?? {}) as { id?: unknown }
      const link = id === undefined ? undefined : await links.find(locationId, 'customer', String(id))
      if (link?.state !== 'linked' || !link.crmId) return undefined
      try {
        const { contact } = (await crm(locationId)('crm.contacts.get', { contactId: link.crmId })) as {
          contact?: Record<string, unknown>
        }
        return contact && heldBy(contact)
      } catch (err) {
        log.warn({ err, locationId }, 'a contact could not be read for a preview')
        return undefined
      }
    },
    forget: orders.orderPlace.forget,
  }
}
