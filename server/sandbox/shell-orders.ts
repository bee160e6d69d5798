// The orders of an account as the sandbox page shows them: records of the custom object that the app fills. A person can
// make the object there by hand, as one does where the app may not.

import { currencyFormat } from '../currencies.ts'
import { Refusal } from './crm/refusal.ts'
import type { ShellDeps } from './shell.ts'

const KEY = 'custom_objects.rankr_orders'

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

const shown = (total: unknown, currency: string): string =>
  /^[A-Z]{3}$/.test(currency) && typeof total === 'number'
    ? currencyFormat('en', currency).format(total)
    : [textOf(total), currency].filter(Boolean).join(' ')

/** Newest first. */
export const ordersOf = ({ state }: Pick<ShellDeps['crm'], 'state'>, locationId: string) => {
  const customerOf = (recordId: string): string => {
    const [relation] = state.relations.by('second', recordId)
    const contact = relation && state.contacts.get(relation.firstRecordId)
    return contact ? [contact.firstName, contact.lastName].filter(Boolean).join(' ') || (contact.email ?? '') : ''
  }
  return {
    hasObject: state.objects.first('key', `${locationId} ${KEY}`) !== undefined,
    rows: state.records
      .by('object', `${locationId} ${KEY}`)
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
      .map(({ id, properties }) => ({
        id,
        number: textOf(properties.number),
        status: textOf(properties.status),
        total: shown(properties.total, textOf(properties.currency)),
        items: textOf(properties.items).split('\n').filter(Boolean),
        placedOn: textOf(properties.placed_on),
        customer: customerOf(id),
      })),
  }
}

/** Throws what the CRM shows as an error. */
export const makeOrderObject = ({ control }: ShellDeps['crm'], locationId: string | undefined): string => {
  if (!locationId) throw new Refusal(400, 'Choose an account first.')
  control.person.createObject({
    locationId,
    key: KEY,
    labels: { singular: 'Order', plural: 'Orders' },
    primaryDisplayPropertyDetails: { key: `${KEY}.number`, name: 'Order number', dataType: 'TEXT' },
  })
  return 'The custom object was created. Check again in the settings of the app, or wait a moment.'
}
