// Zod schemas of API requests and responses. They validate input and generate the OpenAPI document.

import { z } from 'zod'
import { isCurrency } from '../../currencies.ts'

/** A string of 1 to `most` characters, trimmed. */
export const text = (most: number, description: string, example: string) =>
  z.string().trim().min(1).max(most).meta({ description, example })

/** Query schema of an operation; unknown parameters are rejected instead of ignored. */
export const queryOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `There is no parameter ${issue.keys.join(', ')} here. Those there are: ${Object.keys(shape).join(', ')}.`
        : undefined,
  })

/** An id of a customer, order or invoice in Rankr. */
export const rankrId = z.string().regex(/^[A-Za-z0-9][\w.:@-]{0,127}$/, {
  error: 'Send 1 to 128 letters, digits and . _ : @ -, beginning with a letter or a digit.',
})

/** An ISO 4217 currency code in upper or lower case; the output is upper case. */
export const currencyCode = z
  .string()
  .regex(/^[A-Za-z]{3}$/, { error: 'Send a code of three letters, like USD.' })
  .transform((code) => code.toUpperCase())
  .refine(isCurrency, { error: 'There is no such currency in ISO 4217.' })
  .meta({ description: 'A code of ISO 4217.', example: 'USD' })

/** The quantity of a line item. No `default`, because type generators treat a member with a default as required. */
export const quantity = z
  .number()
  .min(0)
  .max(1_000_000)
  .optional()
  .meta({ description: 'How many; one when it is not sent.', example: 1 })

/** Schema of the id of a customer in Rankr. */
export const customerId = rankrId.meta({ description: 'The id of the customer in Rankr.', example: 'cus_10482' })

/** Schema of an e-mail address. */
export const email = z
  .email({ error: 'Send an e-mail address, like maya.okafor@example.com.' })
  .max(254)
  .transform((address) => address.toLowerCase())
  .meta({ description: 'E-mail address.', example: 'maya.okafor@example.com' })

/** Schema of a phone number. */
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

/** A name is the whole name: a one-word name clears the last name. */
const withWholeName = <Wish extends Partial<Record<'name' | 'first_name' | 'last_name', string | null | undefined>>>(
  wish: Wish,
): Wish & { last_name?: string | null | undefined } => {
  const isWhole = wish.first_name === undefined && wish.last_name === undefined
  return isWhole && wish.name && !/\s/.test(wish.name) ? { ...wish, last_name: null } : wish
}

/** Body of a created or updated customer. */
export const customerInput = z
  .strictObject({ id: customerId.optional(), ...wishes })
  .refine(({ id, email, phone }) => id !== undefined || email !== undefined || phone !== undefined, {
    error: 'Send an id, an e-mail address or a phone number.',
  })
  .transform(withWholeName)
  .meta({
    id: 'CustomerInput',
    description: 'A customer to be created or changed: at least one of id, email and phone.',
    anyOf: [{ required: ['id'] }, { required: ['email'] }, { required: ['phone'] }],
  })

/** A string that null clears. In the document it is one type of string or null that keeps description and example. */
const orNull = <Schema extends z.ZodType<string>>(schema: Schema) =>
  schema.nullable().meta({
    override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
      const [text] = jsonSchema.anyOf ?? []
      delete jsonSchema.anyOf
      Object.assign(jsonSchema, text, { type: ['string', 'null'] })
    },
  })

/** Body of a partial update. */
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
  .transform(withWholeName)
  .meta({
    id: 'CustomerChanges',
    description:
      'Members that are left out stay as they are; null empties one. A company that is there and tags cannot be taken away.',
    minProperties: 1,
  })

/** The members that `fields` may name. */
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

const MOMENT = '2026-03-02T14:05:11.000Z'

/** A timestamp in UTC (ISO 8601). */
export const moment = (description: string) => z.iso.datetime().meta({ description, example: MOMENT })

/** A timestamp in a request (ISO 8601, any offset). */
export const sentMoment = (description: string) =>
  z.iso
    .datetime({
      offset: true,
      error: 'Send a date and time of ISO 8601 with its offset, like 2026-03-02T14:05:11Z.',
    })
    .meta({ description, example: MOMENT })

/** A timestamp in a response, or null. */
export const momentOrNull = (description: string) => z.iso.datetime().nullable().meta({ description, example: MOMENT })

const customerShape = {
  id: z.string().meta({
    description: 'The id in Rankr; of a contact that never came from Rankr, the id of the contact.',
    example: 'cus_10482',
  }),
  email: z.string().nullable().meta({ description: 'E-mail address.', example: 'maya.okafor@example.com' }),
  phone: z.string().nullable().meta({ description: 'Phone number in E.164 form.', example: '+14155550132' }),
  name: z.string().nullable().meta({ description: 'First and last name.', example: 'Maya Okafor' }),
  first_name: z.string().nullable().meta({ description: 'First name.', example: 'Maya' }),
  last_name: z.string().nullable().meta({ description: 'Last name.', example: 'Okafor' }),
  company: z.string().nullable().meta({ description: 'Company.', example: 'Okafor Studio' }),
  tags: z.array(z.string()).meta({ description: 'All tags of the contact, in lower case.', example: ['customer'] }),
  created_at: moment('When the contact was made.').optional(),
  updated_at: moment('When the contact was last changed.').optional(),
  links: z
    .object({ contact_id: z.string().meta({ description: 'The contact.', example: 'Qm8dXw2LrT5vBn9KcY1p' }) })
    .meta({ description: 'The record in the CRM.' }),
}

/** Schema of a customer in responses. */
export const customer = z
  .object(customerShape)
  .meta({ id: 'Customer', description: 'A customer, as it is in the CRM.' })

/** Schema of a customer with only the members requested by `fields=`. */
export const customerPart = z
  .object(customerShape)
  .partial()
  .meta({ id: 'CustomerPart', description: 'A customer, or the members of it that were asked for in fields.' })

/** Schema of the id of an event. */
export const eventId = z
  .uuid()
  .meta({ description: 'The id of the event.', example: '01a210c9-9833-76e1-9e5d-31fe901bfb30' })

/** Schema of the 202 response to an asynchronous call. */
export const accepted = z
  .object({
    status: z.literal('accepted').meta({ description: 'Always this.' }),
    event_id: eventId,
    status_url: z.url().meta({
      description: 'Says what became of it.',
      example: 'https://connect.example.com/v1/events/01a210c9-9833-76e1-9e5d-31fe901bfb30',
    }),
  })
  .meta({ id: 'Accepted', description: 'The call was stored and is carried out in the background.' })

/** Schema of problem documents (RFC 9457). */
export const problem = z
  .looseObject({
    type: z.url().meta({
      description: 'The page of the code.',
      example: 'https://connect.example.com/docs/errors/invalid-body',
    }),
    title: z.string().meta({ description: 'What the code means.', example: 'The body is not valid' }),
    status: z.int().meta({ description: 'The status of the answer.', example: 422 }),
    detail: z
      .string()
      .meta({ description: 'What to do.', example: 'Correct the fields named in errors and send it again.' }),
    code: z.string().meta({ description: 'For programs: it never changes its meaning.', example: 'invalid_body' }),
    requestId: z.string().meta({
      description: 'Names the call when you ask about it; also in the header X-Request-Id.',
      example: '01a210c9-9833-76e1-9e5d-31fe901bfb30',
    }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'JSON pointer (RFC 6901) to what is wrong.', example: '/email' }),
          detail: z.string().meta({
            description: 'What is wrong with it.',
            example: 'Send an e-mail address, like maya.okafor@example.com.',
          }),
        }),
      )
      .optional()
      .meta({ description: 'Faults of single members, parameters or path parts.' }),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457). Each code has a page of its own, named by type.' })

/** The query parameter `limit`, 1 to 100, 25 by default. */
export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(100)
  .default(25)
  .meta({
    description: 'Records per page, 1 to 100.',
    example: 25,
    override: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
  })

/** The query parameter `cursor`. */
export const cursor = z
  .string()
  .regex(/^[\w-]{1,1000}$/)
  .optional()
  .meta({ description: 'The next_cursor of the page before.', example: 'WyJWZ0VTR1JHNnpERU4iLFsxNzk1OTQwMjIxMDgyXV0' })

/** Schema of a page of a list. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item).meta({ description: 'What is on this page, in the order asked for.' }),
    next_cursor: z.string().nullable().meta({
      description: 'Opens the next page, with the same filters and order; null on the last.',
      example: 'WyJWZ0VTR1JHNnpERU4iLFsxNzk1OTQwMjIxMDgyXV0',
    }),
  })

/** Schema of a page of a list whose total is known. */
export const countedPage = <Item extends z.ZodType>(item: Item) =>
  page(item).extend({ total: z.int().meta({ description: 'How many match on all pages.', example: 240 }) })

/** Shape of one attempt of one step of an event. */
export const attempt = {
  action: z.string().meta({ description: 'What was called.', example: 'app.customers.upsert-contact' }),
  number: z.int().meta({ description: 'Which try of the step, from 1.', example: 1 }),
  outcome: z.enum(['ok', 'retry', 'failed']).meta({ description: 'retry: it is tried again; failed: it is not.' }),
  code: z.string().nullable().meta({ description: 'Why it was not ok, as an error code.', example: 'crm_rejected' }),
  started_at: moment('When it began.'),
}
