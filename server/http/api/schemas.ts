// What goes in and out of our API, as zod schemas: the doors check by them, and the API document is made of them.

import { z } from 'zod'
import { isCurrency } from '../../currencies.ts'

export const text = (most: number, description: string, example: string) =>
  z.string().trim().min(1).max(most).meta({ description, example })

/** The query of an operation; a parameter that it does not know is refused, not passed over. */
export const queryOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `There is no parameter ${issue.keys.join(', ')} here. Those there are: ${Object.keys(shape).join(', ')}.`
        : undefined,
  })

/** An id of Rankr's: customers', orders' and invoices' alike. */
export const rankrId = z.string().regex(/^[A-Za-z0-9][\w.:@-]{0,127}$/, {
  error: 'Send 1 to 128 letters, digits and . _ : @ -, beginning with a letter or a digit.',
})

/** Three letters in either case. */
export const currencyCode = z
  .string()
  .regex(/^[A-Za-z]{3}$/, { error: 'Send a code of three letters, like USD.' })
  .transform((code) => code.toUpperCase())
  .refine(isCurrency, { error: 'There is no such currency in ISO 4217.' })
  .meta({ description: 'A code of ISO 4217.', example: 'USD' })

/** Of a line. No `default`: generators of types take a member with one for required. */
export const quantity = z
  .number()
  .min(0)
  .max(1_000_000)
  .optional()
  .meta({ description: 'How many; one when it is not sent.', example: 1 })

export const customerId = rankrId.meta({ description: 'The id of the customer in Rankr.', example: 'cus_10482' })

export const email = z
  .email()
  .max(254)
  .transform((address) => address.toLowerCase())
  .meta({ description: 'E-mail address.', example: 'maya.okafor@example.com' })

export const phone = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, { error: 'Send the number in E.164 form, like +14155550132.' })
  .meta({ description: 'Phone number in E.164 form.', example: '+14155550132' })

const tag = text(60, 'A tag.', 'customer')

const wishes = {
  email: email.optional(),
  phone: phone.optional(),
  name: text(200, 'Full name; split when first and last name are not sent.', 'Maya Okafor').optional(),
  first_name: text(100, 'First name.', 'Maya').optional(),
  last_name: text(100, 'Last name.', 'Okafor').optional(),
  company: text(200, 'Company; kept from the first write on.', 'Okafor Studio').optional(),
  tags: z
    .array(tag)
    .max(20)
    .meta({ description: 'Added to the tags that are there; none is taken away.', example: ['customer'] })
    .optional(),
}

export const customerInput = z
  .strictObject({ id: customerId.optional(), ...wishes })
  .refine(({ id, email, phone }) => id !== undefined || email !== undefined || phone !== undefined, {
    error: 'Send an id, an e-mail address or a phone number.',
  })
  .meta({
    id: 'CustomerInput',
    description: 'A customer to be created or changed: at least one of id, email and phone.',
    anyOf: [{ required: ['id'] }, { required: ['email'] }, { required: ['phone'] }],
  })

/** A text that null empties; one type of two in the document, with description and example where they are looked for. */
const orNull = <Schema extends z.ZodType<string>>(schema: Schema) =>
  schema.nullable().meta({
    override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
      const [text] = jsonSchema.anyOf ?? []
      delete jsonSchema.anyOf
      Object.assign(jsonSchema, text, { type: ['string', 'null'] })
    },
  })

export const customerChanges = z
  .strictObject({
    ...wishes,
    email: orNull(email).optional(),
    phone: orNull(phone).optional(),
    name: orNull(wishes.name.unwrap()).optional(),
    first_name: orNull(wishes.first_name.unwrap()).optional(),
    last_name: orNull(wishes.last_name.unwrap()).optional(),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), { error: 'Send what changes.' })
  // A name is the whole name: one of a single word leaves no last name behind.
  .transform((changes) => {
    const isWhole = changes.first_name === undefined && changes.last_name === undefined
    return isWhole && changes.name && !/\s/.test(changes.name) ? { ...changes, last_name: null } : changes
  })
  .meta({
    id: 'CustomerChanges',
    description:
      'Members that are left out stay as they are; null empties one. A company that is there and tags cannot be taken away.',
    minProperties: 1,
  })

export const CUSTOMER_FIELDS = [
  'id',
  'email',
  'phone',
  'name',
  'first_name',
  'last_name',
  'company',
  'tags',
  'created_at',
  'updated_at',
  'links',
] as const

export const moment = z.iso.datetime().meta({ example: '2026-03-02T14:05:11.000Z' })

const customerShape = {
  id: z.string().meta({
    description: 'The id in Rankr; of a contact that never came from Rankr, the id of the contact.',
    example: 'cus_10482',
  }),
  email: z.string().nullable().meta({ example: 'maya.okafor@example.com' }),
  phone: z.string().nullable().meta({ example: '+14155550132' }),
  name: z.string().nullable().meta({ example: 'Maya Okafor' }),
  first_name: z.string().nullable().meta({ example: 'Maya' }),
  last_name: z.string().nullable().meta({ example: 'Okafor' }),
  company: z.string().nullable().meta({ example: 'Okafor Studio' }),
  tags: z.array(z.string()).meta({ example: ['customer'] }),
  created_at: moment.optional(),
  updated_at: moment.optional(),
  links: z
    .object({ contact_id: z.string().meta({ example: 'Qm8dXw2LrT5vBn9KcY1p' }) })
    .meta({ description: 'The record in the CRM.' }),
}

export const customer = z
  .object(customerShape)
  .meta({ id: 'Customer', description: 'A customer, as it is in the CRM.' })

/** With `fields=`, only the members that were asked for. */
export const customerPart = z
  .object(customerShape)
  .partial()
  .meta({ id: 'CustomerPart', description: 'A customer, or the members of it that were asked for in fields.' })

export const accepted = z
  .object({
    status: z.literal('accepted'),
    event_id: z.uuid(),
    status_url: z.url().meta({ description: 'Says what became of it.' }),
  })
  .meta({ id: 'Accepted', description: 'The call was stored and is carried out in the background.' })

export const problem = z
  .looseObject({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z
      .array(z.object({ pointer: z.string().meta({ description: 'JSON pointer (RFC 6901).' }), detail: z.string() }))
      .optional(),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457). Each code has a page of its own, named by type.' })

export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(100)
  .default(25)
  .meta({
    description: 'Records per page, 1 to 100.',
    override: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
  })

export const cursor = z
  .string()
  .regex(/^[\w-]{1,1000}$/)
  .optional()
  .meta({ description: 'The next_cursor of the page before.' })

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    next_cursor: z.string().nullable().meta({ description: 'Opens the next page; null on the last.' }),
  })
