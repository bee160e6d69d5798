// Contacts as answers and webhooks show them.

import { DND_CHANNELS } from './contact-body.ts'
import type { Contact, DndSettings } from './rows.ts'

const fullName = ({ firstName, lastName }: Contact): string | undefined =>
  [firstName, lastName].filter(Boolean).join(' ') || undefined

/** Kept with v3 names; the dated versions and webhooks use their own. */
const dndSettingsIn = (version: 'dated' | 'v3', settings: DndSettings | undefined): DndSettings | undefined =>
  settings &&
  Object.fromEntries(
    DND_CHANNELS.v3.flatMap((name, index) => (settings[name] ? [[DND_CHANNELS[version][index]!, settings[name]]] : [])),
  )

/** The contact of a single read or write. */
export const contactView = (contact: Contact, isV3: boolean): Record<string, unknown> => {
  const name = fullName(contact)
  return {
    id: contact.id,
    name,
    locationId: contact.locationId,
    firstName: contact.firstName,
    lastName: contact.lastName,
    email: contact.email,
    emailLowerCase: contact.email,
    timezone: contact.timezone,
    companyName: contact.companyName,
    phone: contact.phone,
    dnd: contact.dnd,
    dndSettings: dndSettingsIn(isV3 ? 'v3' : 'dated', contact.dndSettings),
    inboundDndSettings: contact.inboundDndSettings,
    type: 'lead',
    source: contact.source,
    assignedTo: contact.assignedTo,
    gender: contact.gender,
    address1: contact.address1,
    city: contact.city,
    state: contact.state,
    country: contact.country,
    postalCode: contact.postalCode,
    website: contact.website,
    tags: contact.tags,
    dateOfBirth: contact.dateOfBirth,
    dateAdded: contact.dateAdded,
    dateUpdated: contact.dateUpdated,
    firstNameLowerCase: contact.firstName?.toLowerCase(),
    lastNameLowerCase: contact.lastName?.toLowerCase(),
    fullNameLowerCase: name?.toLowerCase(),
    customFields: contact.customFields,
    businessId: contact.businessId,
    followers: contact.followers,
    additionalEmails: [],
  }
}

/** The contact of a search or list. */
export const foundContact = (contact: Contact): Record<string, unknown> => ({
  id: contact.id,
  locationId: contact.locationId,
  contactName: fullName(contact)?.toLowerCase() ?? null,
  firstNameLowerCase: contact.firstName?.toLowerCase() ?? null,
  lastNameLowerCase: contact.lastName?.toLowerCase() ?? null,
  firstName: contact.firstName,
  lastName: contact.lastName,
  email: contact.email,
  phone: contact.phone,
  companyName: contact.companyName ?? null,
  type: 'lead',
  source: contact.source,
  assignedTo: contact.assignedTo ?? null,
  address: contact.address1 ?? null,
  city: contact.city ?? null,
  state: contact.state ?? null,
  country: contact.country,
  postalCode: contact.postalCode ?? null,
  website: contact.website ?? null,
  timezone: contact.timezone,
  dnd: contact.dnd,
  tags: contact.tags,
  dateOfBirth: contact.dateOfBirth ?? null,
  customFields: contact.customFields,
  businessId: contact.businessId,
  followers: contact.followers,
  attributions: [],
  additionalEmails: [],
  dateAdded: contact.dateAdded,
  dateUpdated: contact.dateUpdated,
})

/** The body of contact webhooks. */
export const contactEvent = (contact: Contact): Record<string, unknown> => ({
  locationId: contact.locationId,
  id: contact.id,
  address1: contact.address1,
  city: contact.city,
  state: contact.state,
  companyName: contact.companyName,
  country: contact.country,
  source: contact.source,
  dateAdded: contact.dateAdded,
  dateOfBirth: contact.dateOfBirth,
  dnd: contact.dnd,
  email: contact.email,
  name: fullName(contact),
  firstName: contact.firstName,
  lastName: contact.lastName,
  phone: contact.phone,
  postalCode: contact.postalCode,
  tags: contact.tags,
  website: contact.website,
  attachments: [],
  assignedTo: contact.assignedTo,
  customFields: contact.customFields,
})

/** The body of ContactDndUpdate. */
export const contactDndEvent = (contact: Contact): Record<string, unknown> => ({
  ...contactEvent(contact),
  dndSettings: dndSettingsIn('dated', contact.dndSettings),
})
