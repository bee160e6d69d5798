// Bodies of contact writes. v3 differs from the dated versions in the names of DND channels and of custom field values.

import { z } from 'zod'
import { clearable, optional, required, texts } from './validation.ts'

const channel = z.strictObject({
  status: z.enum(['active', 'inactive', 'permanent']),
  message: optional,
  code: optional,
})
const channels = (names: readonly string[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, channel.optional()])))

/** Channel names of the dated versions and of v3, in the same order. */
export const DND_CHANNELS = {
  dated: ['Call', 'Email', 'SMS', 'WhatsApp', 'GMB', 'FB'],
  v3: ['call', 'email', 'sms', 'whatsApp', 'gmb', 'fb'],
} as const

const customField = z.strictObject({ id: optional, key: optional, field_value: z.unknown().optional() })
const customFieldV3 = customField.extend({ fieldValue: z.unknown().optional() })

const nameable = {
  firstName: clearable,
  lastName: clearable,
  name: clearable,
  email: z.email('must be an email').nullish(),
  phone: clearable,
  address1: clearable,
  city: clearable,
  state: clearable,
  postalCode: optional,
  website: clearable,
  timezone: clearable,
  dnd: z.boolean().optional(),
  inboundDndSettings: z
    .strictObject({ all: z.strictObject({ status: z.enum(['active', 'inactive']), message: optional }) })
    .optional(),
  tags: texts.optional(),
  source: clearable,
  dateOfBirth: clearable,
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be a valid ISO 3166-1 alpha-2 country code')
    .optional(),
  assignedTo: clearable,
}

const onlyOnCreate = { locationId: required, gender: optional, companyName: clearable }

const bodies = (version: 'dated' | 'v3') => {
  const versioned = {
    dndSettings: channels(DND_CHANNELS[version]).optional(),
    customFields: z.array(version === 'v3' ? customFieldV3 : customField).optional(),
  }
  return {
    create: z.strictObject({ ...nameable, ...versioned, ...onlyOnCreate }),
    upsert: z.strictObject({
      ...nameable,
      ...versioned,
      ...onlyOnCreate,
      createNewIfDuplicateAllowed: z.boolean().optional(),
    }),
    update: z.strictObject({ ...nameable, ...versioned }),
  }
}

export const CONTACT_BODIES = { dated: bodies('dated'), v3: bodies('v3') }

type Body = z.infer<(typeof CONTACT_BODIES)['v3']['upsert']>

/** A custom field as any version writes it. */
type WrittenField = z.infer<typeof customFieldV3>

export type UpsertBody = Omit<Body, 'customFields'> & { customFields?: WrittenField[] | undefined }

/** What any of the bodies may hold, without the location. */
export type ContactFields = Omit<UpsertBody, 'locationId' | 'createNewIfDuplicateAllowed'>
