// Wires the field mapping screen: the account's own fields, recent events, and current contact values. Each edit
// re-renders the form, so what is read of the account is cached briefly.

import { createBriefCache } from '../brief-cache.ts'
import type { Execute } from '../highlevel/execute.ts'
import type { MappingDeps } from '../http/ui/mapping-show.ts'
import type { OrdersDeps } from '../http/ui/orders.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/db.ts'
import { createEvents } from '../store/events.ts'
import type { Links } from '../store/links.ts'
import type { CallCrm } from '../sync/action.ts'
import { type AccountField, createAccountFields, type FieldOwner } from '../sync/customers/account-fields.ts'
import { heldBy } from '../sync/customers/push-mapped.ts'
import type { MappingService } from '../workflows/mapping-service.ts'

type Deps = {
  db: Database
  service: MappingService
  execute: Execute['execute']
  links: Pick<Links, 'find'>
  orders: Pick<OrdersDeps, 'orderPlace'>
  now: () => Date
  log: Pick<Log, 'warn'>
}

type Contact = Record<string, unknown>

const LIFE_MS = 20_000
const OWNERS: readonly FieldOwner[] = ['contact', 'order']

const keyOf = (...parts: string[]): string => JSON.stringify(parts)
const partsOf = (key: string): [string, string] => JSON.parse(key) as [string, string]

/** The parts of the field mapping screen. */
export const wireMappingScreen = ({ db, service, execute, links, orders, now, log }: Deps): MappingDeps['mappings'] => {
  const crm =
    (locationId: string): CallCrm =>
    async (actionId, input) =>
      (await execute({ locationId, actionId, input, priority: 'interactive' })).output
  const fields = createAccountFields({ crm })
  const remembered = { lifeMs: () => LIFE_MS, now, size: 500 }
  const lists = createBriefCache<AccountField[]>({
    ...remembered,
    load(key) {
      const [locationId, owner] = partsOf(key)
      return fields.list(locationId, owner as FieldOwner)
    },
  })
  const contacts = createBriefCache<Contact | undefined>({
    ...remembered,
    async load(key) {
      const [locationId, contactId] = partsOf(key)
      return ((await crm(locationId)('crm.contacts.get', { contactId })) as { contact?: Contact }).contact
    },
  })

  return {
    service,
    fields: { list: (locationId, owner) => lists.get(keyOf(locationId, owner)), create: fields.create },
    recent: createEvents({ db }).recent,
    async held(locationId, payload) {
      const { id } = ((payload as { data?: { id?: unknown } }).data ?? {}) as { id?: unknown }
      const link = id === undefined ? undefined : await links.find(locationId, 'customer', String(id))
      if (link?.state !== 'linked' || !link.crmId) return undefined
      try {
        const contact = await contacts.get(keyOf(locationId, link.crmId))
        return contact && heldBy(contact)
      } catch (err) {
        log.warn({ err, locationId }, 'a contact could not be read for a preview')
        return undefined
      }
    },
    forget(locationId) {
      for (const owner of OWNERS) lists.forget(keyOf(locationId, owner))
      orders.orderPlace.forget(locationId)
    },
  }
}
