// Rows of custom objects, their fields and records, associations, relations, conversations, calendars and workflows.
// Types only.

import type { Instant } from './rows.ts'

export type ObjectSchema = {
  id: string
  /** Empty for the standard objects, which every location has. */
  locationId: string
  key: string
  standard: boolean
  labels: { singular: string; plural: string }
  description?: string | undefined
  primaryDisplayProperty: string
  searchableProperties: string[]
  dateAdded: Instant
  dateUpdated: Instant
}

export const OBJECT_DATA_TYPES = [
  'TEXT',
  'LARGE_TEXT',
  'NUMERICAL',
  'PHONE',
  'MONETORY',
  'CHECKBOX',
  'SINGLE_OPTIONS',
  'MULTIPLE_OPTIONS',
  'DATE',
  'TEXTBOX_LIST',
  'FILE_UPLOAD',
  'RADIO',
  'EMAIL',
] as const
type ObjectDataType = (typeof OBJECT_DATA_TYPES)[number]

export type ObjectField = {
  id: string
  locationId: string
  objectKey: string
  /** With the object's key before it: custom_objects.order.total. */
  fieldKey: string
  name?: string | undefined
  description?: string | undefined
  placeholder?: string | undefined
  dataType: ObjectDataType
  parentId: string
  showInForms: boolean
  options?: { key: string; label: string; url?: string | undefined }[] | undefined
  allowCustomOption?: boolean | undefined
  maxFileLimit?: number | undefined
  acceptedFormats?: string | undefined
  dateAdded: Instant
  dateUpdated: Instant
}

export type FieldFolder = { id: string; locationId: string; objectKey: string; name: string }

/** Who wrote: an app (INTEGRATION, OAUTH) or a person (WEB_USER, APP). */
export type Origin = { source: string; channel: string; sourceId: string; createdAt: Instant }

export type ObjectRecord = {
  id: string
  locationId: string
  objectId: string
  objectKey: string
  /** By field key without the object's part. */
  properties: Record<string, unknown>
  owner: string[]
  followers: string[]
  createdBy: Origin
  lastUpdatedBy: Origin
  createdAt: Instant
  updatedAt: Instant
}

export type Association = {
  id: string
  locationId: string
  key: string
  firstObjectLabel: unknown
  firstObjectKey: string
  secondObjectLabel: unknown
  secondObjectKey: string
  associationType: 'USER_DEFINED' | 'SYSTEM_DEFINED'
}

export type Relation = {
  id: string
  locationId: string
  associationId: string
  firstObjectKey: string
  firstRecordId: string
  secondObjectKey: string
  secondRecordId: string
}

export type Conversation = {
  id: string
  locationId: string
  contactId: string
  lastMessageBody: string
  lastMessageType: string
  unreadCount: number
  starred: boolean
  dateAdded: Instant
  dateUpdated: Instant
}

export type Message = {
  id: string
  locationId: string
  contactId: string
  conversationId: string
  /** SMS, Email, … */
  channel: string
  direction: 'inbound' | 'outbound'
  status: string
  body: string
  subject?: string | undefined
  attachments: string[]
  from?: string | undefined
  to?: string | undefined
  conversationProviderId?: string | undefined
  dateAdded: Instant
}

export type Calendar = {
  id: string
  locationId: string
  name: string
  description: string
  isActive: boolean
  groupId?: string | undefined
  slotDuration?: number | undefined
  slotDurationUnit?: 'mins' | 'hours' | undefined
  /** Spelt so by the platform. */
  appoinmentPerSlot?: number | undefined
  teamMembers?: { userId: string }[] | undefined
} & Record<string, unknown>

export type Appointment = {
  id: string
  locationId: string
  calendarId: string
  contactId: string
  title: string
  appointmentStatus: string
  assignedUserId?: string | undefined
  meetingLocationType?: string | undefined
  address?: string | undefined
  description?: string | undefined
  startTime: Instant
  endTime: Instant
  dateAdded: Instant
  dateUpdated: Instant
}

export type Workflow = {
  id: string
  locationId: string
  name: string
  status: 'draft' | 'published'
  version: number
  createdAt: Instant
  updatedAt: Instant
}

/** A contact put into a workflow by API, so that a person can see it. */
export type Enrolment = { id: string; locationId: string; contactId: string; workflowId: string; at: Instant }
