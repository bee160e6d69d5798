// What a person does in the product itself, without any app: the same rules and events as the API, but no app wrote it.

import type { ContactFields } from './contact-body.ts'
import type { ContactStore } from './contact-store.ts'
import { newCrmId } from './crm-ids.ts'
import type { InvoiceStore } from './invoice-store.ts'
import type { MessageStore } from './message-store.ts'
import type { ObjectRecord, ObjectSchema } from './object-rows.ts'
import { makeSchema, type NewSchema, schemaOf } from './objects.ts'
import type { OpportunityStore } from './opportunity-store.ts'
import { byPerson, type RecordStore } from './record-store.ts'
import type { Contact, Note } from './rows.ts'
import type { Invoice, Opportunity } from './sales-rows.ts'
import { SEED } from './seed.ts'
import type { State } from './state.ts'
import type { Table } from './table.ts'
import type { Events } from './webhooks.ts'

type Parts = {
  state: State
  contacts: ContactStore
  opportunities: OpportunityStore
  invoices: InvoiceStore
  records: RecordStore
  messages: MessageStore
  events: Events
  now: () => Date
}

const need = <R extends { id: string }>(table: Pick<Table<R>, 'get' | 'name'>, id: string): R => {
  const row = table.get(id)
  if (!row) throw new Error(`The simulated CRM has no ${table.name} ${id}.`)
  return row
}

/** Acts as a person in the product. Throws Refusal where the product would show an error. */
export const createPerson = (parts: Parts) => {
  const { state, contacts, opportunities, invoices, records, messages, events, now } = parts
  const contactOf = (id: string): Contact => need(state.contacts, id)

  return {
    createContact: (locationId: string, fields: ContactFields): Contact =>
      state.change(() => contacts.create(locationId, { source: 'manual', ...fields })),
    changeContact: (id: string, fields: ContactFields): Contact =>
      state.change(() => contacts.update(contactOf(id), fields)),
    addTags: (id: string, tags: string[]): Contact => state.change(() => contacts.addTags(contactOf(id), tags)),
    removeTags: (id: string, tags: string[]): Contact => state.change(() => contacts.removeTags(contactOf(id), tags)),
    deleteContact: (id: string): void => state.change(() => contacts.remove(contactOf(id))),
    addNote: (contactId: string, body: string, userId: string = SEED.users.admin): Note =>
      state.change(() => {
        const { locationId } = contactOf(contactId)
        const dateAdded = now().toISOString()
        const note = state.notes.put({ id: newCrmId(), locationId, contactId, body, userId, pinned: false, dateAdded })
        events.emit('NoteCreate', locationId, { locationId, id: note.id, body, contactId, dateAdded })
        return note
      }),
    /** The contact writes to the location. */
    receiveMessage: (contactId: string, body: string, channel: 'SMS' | 'Email' = 'SMS') =>
      state.change(() => messages.add(contactOf(contactId), { channel, direction: 'inbound', body })),
    changeOpportunity: (id: string, fields: Parameters<OpportunityStore['change']>[1]): Opportunity =>
      state.change(() => opportunities.change(need(state.opportunities, id), fields)),
    payInvoice: (id: string, amount?: number): Invoice =>
      state.change(() => {
        const invoice = need(state.invoices, id)
        const ofLocation = { altId: invoice.locationId, altType: 'location' as const }
        return invoices.recordPayment(invoice, { ...ofLocation, mode: 'cash', notes: '', amount })
      }),
    voidInvoice: (id: string): Invoice => state.change(() => invoices.void(need(state.invoices, id))),
    /** In the settings of the account. */
    createObject: (schema: NewSchema): ObjectSchema => state.change(() => makeSchema({ state, events, now }, schema)),
    createRecord: (locationId: string, objectKey: string, properties: ObjectRecord['properties']): ObjectRecord =>
      state.change(() =>
        records.create(
          schemaOf(state, locationId, objectKey),
          { properties, owner: [], followers: [] },
          byPerson(SEED.users.admin),
        ),
      ),
    /** Marked as written by a person, which apps can tell from their own writes. */
    changeRecord: (id: string, properties: ObjectRecord['properties']): ObjectRecord =>
      state.change(() => records.change(need(state.records, id), { properties }, byPerson(SEED.users.admin))),
    deleteRecord: (id: string): void => state.change(() => records.remove(need(state.records, id))),
  }
}

export type Person = ReturnType<typeof createPerson>
