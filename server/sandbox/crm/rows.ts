// What the simulated CRM keeps. Types only; names are the platform's own.

/** ISO 8601 text. */
export type Instant = string

export type Company = {
  id: string
  name: string
  email: string
  /** The domain under which the agency resells the product, if it does. */
  whitelabel?: { domain: string; logoUrl: string } | undefined
}

type LocationSettings = {
  allowDuplicateContact: boolean
  allowDuplicateOpportunity: boolean
  allowFacebookNameMerge: boolean
  disableContactTimezone: boolean
}

export type Location = {
  id: string
  companyId: string
  name: string
  email: string
  phone: string
  address: string
  city: string
  state: string
  country: string
  postalCode: string
  website: string
  timezone: string
  settings: LocationSettings
  /** Which of the two decides first whether a contact is a duplicate. */
  contactIdentifiers: ('email' | 'phone')[]
  /** Suspended ones are not active: their tokens are refused until they are active again. */
  isActive: boolean
}

export type User = {
  id: string
  companyId: string
  firstName: string
  lastName: string
  email: string
  phone: string
  type: 'agency' | 'account'
  role: 'admin' | 'user'
  isOwner: boolean
  /** Locations an account user works in; agency users work in all. */
  locationIds: string[]
}

/** The app on one location or one company. */
export type Installation = {
  id: string
  clientId: string
  appId: string
  companyId: string
  locationId?: string | undefined
  userId?: string | undefined
  scopes: string[]
  installedAt: Instant
  /** Of a company: locations made later get the app, too. */
  installToFuture?: boolean | undefined
  /** Of a company: made for its locations, not for the company's own data. */
  isBulk?: boolean | undefined
}

/** Whom a token stands for. */
export type Grant = {
  clientId: string
  appId: string
  kind: 'Location' | 'Company'
  companyId: string
  locationId?: string | undefined
  userId?: string | undefined
  scopes: string[]
  isBulk: boolean
}

/** Tokens and codes are kept by the hash of their text only. */
export type Credential = Grant & { id: string; expiresAt: number }
export type AuthorizationCode = Credential & { redirectUri: string; approvedLocations?: string[] | undefined }

export type CustomFieldValue = { id: string; value: unknown }
export type DndSettings = Record<string, { status: string; message?: string | undefined; code?: string | undefined }>

export type Contact = {
  id: string
  locationId: string
  firstName?: string | undefined
  lastName?: string | undefined
  email?: string | undefined
  phone?: string | undefined
  companyName?: string | undefined
  address1?: string | undefined
  city?: string | undefined
  state?: string | undefined
  country?: string | undefined
  postalCode?: string | undefined
  website?: string | undefined
  timezone?: string | undefined
  source?: string | undefined
  assignedTo?: string | undefined
  dateOfBirth?: string | undefined
  gender?: string | undefined
  businessId?: string | undefined
  dnd: boolean
  dndSettings?: DndSettings | undefined
  inboundDndSettings?: unknown
  tags: string[]
  customFields: CustomFieldValue[]
  followers: string[]
  dateAdded: Instant
  dateUpdated: Instant
}

export type Note = {
  id: string
  locationId: string
  contactId: string
  body: string
  userId?: string | undefined
  title?: string | undefined
  color?: string | undefined
  pinned: boolean
  dateAdded: Instant
}

export type Task = {
  id: string
  locationId: string
  contactId: string
  title: string
  body?: string | undefined
  assignedTo?: string | undefined
  dueDate: Instant
  completed: boolean
  dateAdded: Instant
}

export type Tag = { id: string; locationId: string; name: string }

export type CustomField = {
  id: string
  locationId: string
  name: string
  fieldKey: string
  dataType: string
  model: 'contact' | 'opportunity'
  position: number
  placeholder?: string | undefined
  picklistOptions?: string[] | undefined
}

export type Business = {
  id: string
  locationId: string
  name: string
  phone?: string | undefined
  email?: string | undefined
  website?: string | undefined
  address?: string | undefined
  city?: string | undefined
  state?: string | undefined
  postalCode?: string | undefined
  country?: string | undefined
  description?: string | undefined
  createdAt: Instant
  updatedAt: Instant
}

/** A file or folder of the media library, or a file that messages of a conversation carry. */
export type MediaFile = {
  id: string
  locationId: string
  kind: 'file' | 'folder'
  name: string
  parentId?: string | undefined
  conversationId?: string | undefined
  url?: string | undefined
  /** Of what was uploaded; a linked file has none. */
  contentType?: string | undefined
  bytes?: number | undefined
  sha256?: string | undefined
  updatedAt: Instant
}

export type Attempt = { at: Instant; status: number | null; error?: string | undefined }

/** One webhook on its way. `body` is the exact text that is signed. */
export type Delivery = {
  id: string
  event: string
  clientId: string
  locationId?: string | undefined
  url: string
  body: string
  state: 'pending' | 'delivered' | 'failed'
  attempts: Attempt[]
  nextAttemptAt: number
  createdAt: Instant
}

/** How many effective writes of one kind there were since the file was made. */
export type Counter = { id: string; value: number }

/** Facts about the simulation itself, such as its signing key. */
export type Fact = { id: string; value: string }
