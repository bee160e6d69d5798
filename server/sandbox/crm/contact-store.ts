// The rules of contacts: who is a duplicate of whom, what a write changes, which events follow. Knows no HTTP; API
// operations and the controls of a person use the same store.

import type { ContactFields } from './contact-body.ts'
import { contactDndEvent, contactEvent } from './contact-view.ts'
import { newCrmId } from './crm-ids.ts'
import { Refusal, unprocessable } from './refusal.ts'
import type { Contact, CustomFieldValue, DndSettings, Location } from './rows.ts'
import type { SearchIndex } from './search-index.ts'
import type { State } from './state.ts'
import type { TagList } from './tag-list.ts'
import type { Events } from './webhooks.ts'

type StoreOptions = {
  state: State
  events: Events
  tags: TagList
  index: SearchIndex<Contact>
  now: () => Date
}

const PLAIN = [
  'firstName',
  'lastName',
  'companyName',
  'address1',
  'city',
  'state',
  'country',
  'postalCode',
  'website',
  'timezone',
  'source',
  'assignedTo',
  'dateOfBirth',
  'gender',
] as const

/** E.164, with the location's country for numbers that name none. Throws a 422 for what is no number. */
export const normalPhone = (phone: string, country: string): string => {
  const digits = phone.replace(/\D/g, '')
  if (digits.length < 7 || digits.length > 15) throw unprocessable('phone must be a valid phone number')
  if (phone.trim().startsWith('+')) return `+${digits}`
  const isNorthAmerican = ['US', 'CA'].includes(country)
  return isNorthAmerican && digits.length === 10 ? `+1${digits}` : `+${digits}`
}

const withoutUndefined = (value: object): string => JSON.stringify(value)

/** The store. Changes are made inside the caller's `state.change`. */
export const createContactStore = ({ state, events, tags, index, now }: StoreOptions) => {
  const locationOf = (locationId: string): Location => {
    const location = state.locations.get(locationId)
    if (!location) throw new Refusal(400, 'Location not found')
    return location
  }

  /** The contact that has this value already, other than `self`. */
  const holder = (locationId: string, field: 'email' | 'phone', value: string | undefined, self?: string) =>
    value === undefined ? undefined : state.contacts.by(field, `${locationId} ${value}`).find(({ id }) => id !== self)

  /** The duplicate by the location's order of e-mail and phone. */
  const duplicateOf = (location: Location, wanted: { email?: string | undefined; phone?: string | undefined }) => {
    for (const field of location.contactIdentifiers) {
      const contact = holder(location.id, field, wanted[field])
      if (contact) return { contact, field }
    }
    return undefined
  }

  const refuseDuplicate = ({ contact, field }: { contact: Contact; field: string }): never => {
    throw new Refusal(400, 'This location does not allow duplicated contacts.', {
      meta: {
        contactId: contact.id,
        contactName: [contact.firstName, contact.lastName].filter(Boolean).join(' '),
        matchingField: field,
      },
    })
  }

  /** Ids of known fields only: the platform drops values of fields that the location does not have. */
  const customFieldsIn = (
    location: Location,
    old: CustomFieldValue[],
    written: ContactFields['customFields'],
  ): CustomFieldValue[] => {
    const values = new Map(old.map(({ id, value }) => [id, value]))
    for (const { id, key, field_value, fieldValue } of written ?? []) {
      const fieldKey = key && (key.startsWith('contact.') ? key : `contact.${key}`)
      const field = id
        ? state.customFields.get(id)
        : fieldKey && state.customFields.first('key', `${location.id} ${fieldKey}`)
      if (!field || field.locationId !== location.id) continue
      const value = fieldValue ?? field_value
      if (value === undefined || value === null || value === '') values.delete(field.id)
      else values.set(field.id, value)
    }
    return Array.from(values, ([id, value]) => ({ id, value }))
  }

  const namesIn = ({ name, firstName, lastName }: ContactFields) => {
    if (name === undefined || name === null || firstName !== undefined || lastName !== undefined) return {}
    const [first = '', ...rest] = name.trim().split(/\s+/)
    return { firstName: first, lastName: rest.join(' ') || undefined }
  }

  const identityIn = ({ email, phone }: ContactFields, location: Location) => ({
    ...(email !== undefined && { email: email === null ? undefined : email.trim().toLowerCase() }),
    ...(phone !== undefined && { phone: phone ? normalPhone(phone, location.country) : undefined }),
  })

  /** `contact` with `fields` written over it. */
  const written = (contact: Contact, fields: ContactFields, location: Location): Contact => ({
    ...contact,
    ...Object.fromEntries(PLAIN.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key] ?? undefined]]))),
    ...namesIn(fields),
    ...identityIn(fields, location),
    ...(fields.dnd !== undefined && { dnd: fields.dnd }),
    ...(fields.dndSettings && { dndSettings: { ...contact.dndSettings, ...lowerChannels(fields.dndSettings) } }),
    ...(fields.inboundDndSettings && { inboundDndSettings: fields.inboundDndSettings }),
    // Not merged: whoever writes tags here writes all of them.
    ...(fields.tags && { tags: tags.normal(fields.tags) }),
    customFields: customFieldsIn(location, contact.customFields, fields.customFields),
  })

  const store = (before: Contact | undefined, after: Contact): Contact => {
    tags.learn(after.locationId, after.tags)
    index.changed(before, after)
    return state.contacts.put(after)
  }

  const add = (location: Location, fields: ContactFields): Contact => {
    const at = now().toISOString()
    const blank: Contact = {
      id: newCrmId(),
      locationId: location.id,
      dnd: false,
      tags: [],
      customFields: [],
      followers: [],
      country: location.country,
      source: 'public api',
      dateAdded: at,
      dateUpdated: at,
    }
    const contact = store(undefined, written(blank, fields, location))
    state.count('contacts.created')
    events.emit('ContactCreate', location.id, contactEvent(contact))
    return contact
  }

  /** Stores what really changed and tells about it; a write that changes nothing has no effect. */
  const change = (before: Contact, wanted: Contact): Contact => {
    if (withoutUndefined(before) === withoutUndefined(wanted)) return before
    const after = store(before, { ...wanted, dateUpdated: now().toISOString() })
    state.count('contacts.updated')
    const tagsChanged = before.tags.join('\n') !== after.tags.join('\n')
    const dndChanged =
      before.dnd !== after.dnd || JSON.stringify(before.dndSettings) !== JSON.stringify(after.dndSettings)
    const rest = (contact: Contact) => withoutUndefined({ ...contact, tags: 0, dnd: 0, dndSettings: 0, dateUpdated: 0 })
    if (rest(before) !== rest(after)) events.emit('ContactUpdate', after.locationId, contactEvent(after))
    if (tagsChanged) events.emit('ContactTagUpdate', after.locationId, contactEvent(after))
    if (dndChanged) events.emit('ContactDndUpdate', after.locationId, contactDndEvent(after))
    return after
  }

  return {
    locationOf,
    duplicateOf,
    create(locationId: string, fields: ContactFields): Contact {
      const location = locationOf(locationId)
      const duplicate = duplicateOf(location, identityIn(fields, location))
      if (duplicate && !location.settings.allowDuplicateContact) refuseDuplicate(duplicate)
      return add(location, fields)
    },
    /** Creates or updates by the location's rules; `isForcedNew` counts only where duplicates are allowed. */
    upsert(locationId: string, fields: ContactFields, isForcedNew: boolean): { isNew: boolean; contact: Contact } {
      const location = locationOf(locationId)
      const identity = identityIn(fields, location)
      const found = duplicateOf(location, identity)
      if (!found || (isForcedNew && location.settings.allowDuplicateContact)) {
        return { isNew: true, contact: add(location, fields) }
      }
      const wanted = written(found.contact, fields, location)
      // Matched by e-mail while the phone belongs to somebody else (or the reverse): that value is left alone.
      const other = found.field === 'email' ? 'phone' : 'email'
      if (holder(locationId, other, identity[other], found.contact.id)) wanted[other] = found.contact[other]
      return { isNew: false, contact: change(found.contact, wanted) }
    },
    update(contact: Contact, fields: ContactFields): Contact {
      const location = locationOf(contact.locationId)
      const identity = identityIn(fields, location)
      for (const field of location.contactIdentifiers) {
        const other = holder(location.id, field, identity[field], contact.id)
        if (other && !location.settings.allowDuplicateContact) refuseDuplicate({ contact: other, field })
      }
      return change(contact, written(contact, fields, location))
    },
    addTags: (contact: Contact, names: string[]): Contact =>
      change(contact, { ...contact, tags: tags.normal([...contact.tags, ...names]) }),
    removeTags(contact: Contact, names: string[]): Contact {
      const gone = tags.normal(names)
      return change(contact, { ...contact, tags: contact.tags.filter((tag) => !gone.includes(tag)) })
    },
    setTags: (contact: Contact, names: string[]): Contact => change(contact, { ...contact, tags: tags.normal(names) }),
    setFollowers: (contact: Contact, followers: string[]): Contact => change(contact, { ...contact, followers }),
    setBusiness: (contact: Contact, businessId: string | undefined): Contact =>
      change(contact, { ...contact, businessId }),
    remove(contact: Contact): void {
      for (const { id } of state.notes.by('contact', contact.id)) state.notes.delete(id)
      for (const { id } of state.tasks.by('contact', contact.id)) state.tasks.delete(id)
      for (const side of ['first', 'second'] as const) {
        for (const { id } of state.relations.by(side, contact.id)) state.relations.delete(id)
      }
      index.changed(contact, undefined)
      state.contacts.delete(contact.id)
      state.count('contacts.deleted')
      events.emit('ContactDelete', contact.locationId, contactEvent(contact))
    },
  }
}

/** Both spellings of channel names as v3 has them. */
const lowerChannels = (settings: Record<string, unknown>): DndSettings =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name === 'WhatsApp' || name === 'whatsApp' ? 'whatsApp' : name.toLowerCase(),
      value,
    ]),
  ) as DndSettings

export type ContactStore = ReturnType<typeof createContactStore>
