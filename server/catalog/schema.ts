// The shape of a catalog entry. Entries are plain data: they can be printed, diffed, sent to a browser and turned into
// the marketplace's own files. Nothing here knows how a request is sent.
import { z } from 'zod'
import { actionFaults, fieldFaults, triggerFaults } from './rules.ts'
import { SCOPES, type Scope } from './scopes.ts'

/** Dot path into a JSON value, e.g. `contact.id`; a list on the way is walked element by element. */
const pathSchema = z.string().regex(/^[\w$-]+(\.[\w$-]+)*$/)
const idSchema = z.string().regex(/^[a-z]+(\.[a-z0-9]+(-[a-z0-9]+)*)+$/, 'ids are dotted, lower case, with hyphens')
const keySchema = z.string().regex(/^[A-Za-z_][\w-]*$/)
const scopeSchema = z.enum(Object.keys(SCOPES) as [Scope, ...Scope[]])

// Words of the platform's own brand and tenancy. They must not reach a person: the product is resold under other names.
const BRAND = /high.?level|\bghl\b|lead.?connector|\blocations?\b|\bagenc(y|ies)\b|\bsub-?accounts?\b/i
const wording = (max: number) =>
  z
    .string()
    .min(2)
    .max(max)
    .refine((text) => !BRAND.test(text), 'says a word of the platform that people must not see')
const labelSchema = wording(60)
const sentenceSchema = wording(300)

/**
 * The first fourteen are the field types of the platform's own workflow builder, under the same names. `object` is a
 * group of nested fields, `map` has keys chosen by the account (its custom object's fields), `json` is any JSON value.
 */
const FIELD_TYPES = [
  'string',
  'numerical',
  'textarea',
  'select',
  'multiselect',
  'radio',
  'toggle',
  'checkbox',
  'attachment',
  'rich-text',
  'hidden',
  'date',
  'date-time',
  'phone',
  'object',
  'map',
  'json',
] as const

const report = (faults: string[], context: z.RefinementCtx) => {
  for (const message of faults) context.addIssue({ code: 'custom', message })
}

const scalarSchema = z.union([z.string(), z.number(), z.boolean()])
const staticChoicesSchema = z.array(z.strictObject({ value: scalarSchema, label: z.string().min(1).max(80) })).min(1)

/** Choices read live from the account: the items of another action's answer. */
const liveChoicesSchema = z.strictObject({
  from: idSchema,
  itemsAt: pathSchema,
  value: pathSchema,
  /** What people see; of several paths the first that has a value. */
  label: z.union([pathSchema, z.array(pathSchema).min(1)]),
  /** Fixed input of the action that is read. */
  input: z.record(z.string(), scalarSchema).optional(),
  /** Input key of that action which takes what a person types to search. */
  search: keySchema.optional(),
  /** Other fields these choices hang on: given to the action as `input`, or used to pick the parent item. */
  dependsOn: z
    .array(
      z.union([
        z.strictObject({ field: keySchema, input: keySchema }),
        z.strictObject({ field: keySchema, parentAt: pathSchema, parentValue: pathSchema }),
      ]),
    )
    .optional(),
})

const fieldShape = z.strictObject({
  key: keySchema,
  label: labelSchema,
  type: z.enum(FIELD_TYPES),
  /** Where the value travels. `cleared`: a list of names that travel in the body as null. */
  in: z.enum(['path', 'query', 'body', 'header', 'cleared']).default('body'),
  /** Name on the wire when it is not the key. */
  name: z.string().min(1).optional(),
  required: z.boolean().default(false),
  help: sentenceSchema.optional(),
  choices: z.union([staticChoicesSchema, liveChoicesSchema]).optional(),
  /** Masked in logs, in audit rows and on screens. */
  sensitive: z.boolean().default(false),
  /** Heading under which forms show it; optional fields of a group are folded. */
  group: z.string().min(2).max(40).optional(),
  /** Several values: an array on the wire. `multiselect` always is. */
  list: z.boolean().default(false),
  /** A tighter form of the type; the epoch ones take an ISO time and send the number of milliseconds or seconds. */
  format: z.enum(['email', 'url', 'integer', 'epoch-ms', 'epoch-seconds']).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  /** For an `attachment` that is copied: what the other side takes. A video may be larger where it says so. */
  file: z
    .strictObject({
      mostMb: z.number().int().min(1),
      mostVideoMb: z.number().int().min(1).optional(),
      /** Endings of names, in lower case; any when left out. */
      types: z.array(z.string().regex(/^[a-z0-9]+$/)).optional(),
    })
    .optional(),
  /** For `hidden`: nobody types it; it comes from the installation or is always the same. */
  fill: z
    .union([
      z.strictObject({ context: z.enum(['locationId', 'companyId', 'userId', 'appId']) }),
      z.strictObject({ constant: z.json() }),
    ])
    .optional(),
  /** Nested fields of an `object`. */
  get fields() {
    return z.array(fieldShape).optional()
  },
})

/** One input of an action. */
export const fieldSchema = fieldShape.superRefine((field, context) => report(fieldFaults(field), context))

const size = { in: z.enum(['query', 'body']), sizeKey: keySchema, maxSize: z.number().int().min(1) }

/** How the pages of a list are asked for. Every `…Key` is the key of an input field of the same action. */
const pagingSchema = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('none') }),
  /** Number of items to leave out. */
  z.strictObject({ style: z.literal('skip'), ...size, skipKey: keySchema }),
  z.strictObject({ style: z.literal('page'), ...size, pageKey: keySchema, firstPage: z.number().int() }),
  /** Values taken from an answer, or from its last item, that open the next page. No value: no further page. */
  z.strictObject({
    style: z.literal('cursor'),
    ...size,
    cursors: z.array(z.strictObject({ key: keySchema, of: z.enum(['answer', 'last-item']), at: pathSchema })).min(1),
  }),
])

const jsonObjectSchema = z.record(z.string(), z.json())

/** A call one can make. */
export const actionSchema = z
  .strictObject({
    id: idSchema,
    label: labelSchema,
    description: sentenceSchema,
    resource: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
    system: z.enum(['crm', 'rankr', 'support', 'http', 'app']),
    scope: z.array(scopeSchema).default([]),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
    path: z
      .string()
      .regex(/^(\/([\w.-]+|\{[A-Za-z]\w*\}))+\/?$/)
      .optional(),
    version: z.enum(['v3', '2021-07-28', '2021-04-15']).optional(),
    bodyStyle: z.enum(['json', 'form', 'multipart']).default('json'),
    /** Whose token the call needs: the account's, or that of the company it belongs to. */
    token: z.enum(['location', 'company']).default('location'),
    input: z.array(fieldShape),
    /** An input that builds a valid call, and an answer to it. */
    sample: z.strictObject({ input: jsonObjectSchema, output: z.json() }),
    risk: z.enum(['read', 'write', 'destroy']),
    /** Described, but not carried out yet: no workflow with it can be published. */
    isPlanned: z.boolean().default(false),
    /** Doing it twice leaves the same state as doing it once. */
    idempotent: z.boolean(),
    /** Input keys that identify the record which a repeated create would double. */
    naturalKey: z.array(keySchema).min(1).optional(),
    list: z.strictObject({ itemsAt: pathSchema, totalAt: pathSchema.optional(), paging: pagingSchema }).optional(),
  })
  .superRefine((action, context) => report(actionFaults(action), context))

/** A condition that a person may set on an event before it starts anything. */
const filterSchema = z.strictObject({
  /** Where the value lies in the event's body. */
  path: pathSchema,
  label: labelSchema,
  type: z.enum(['string', 'numerical', 'select', 'multiselect', 'toggle', 'date-time']),
  choices: z.union([staticChoicesSchema, liveChoicesSchema]).optional(),
  help: sentenceSchema.optional(),
})

/** An event one can react to. */
export const triggerSchema = z
  .strictObject({
    id: idSchema,
    label: labelSchema,
    description: sentenceSchema,
    resource: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
    system: z.enum(['crm', 'rankr', 'app']),
    scope: z.array(scopeSchema).default([]),
    /** The event's name at its source. */
    event: z.string().min(3),
    /** Value of `type` in the body where it is not the event's name. */
    literal: z.string().min(3).optional(),
    /** The body does not say which event it is, or says it wrongly: the address it is sent to must tell. */
    ownAddress: z.boolean().default(false),
    /** `picked` events are chosen for the app, `always` come unasked, `provider` go to a message provider's address. */
    delivery: z.enum(['picked', 'always', 'provider', 'inside']).default('picked'),
    /** Described, but nothing tells of it yet: no workflow with it can be published. */
    isPlanned: z.boolean().default(false),
    /** Whose installation gets it: the account's, or only that of the company it belongs to. */
    token: z.enum(['location', 'company']).default('location'),
    /** A body as it arrives. */
    sample: jsonObjectSchema,
    filters: z.array(filterSchema),
    /** What a person chooses before it starts anything; kept with the trigger in the workflow's document. */
    settings: z.array(fieldSchema).default([]),
    /** An example of them. */
    settingsSample: jsonObjectSchema.optional(),
    /** Its events are for some workflows only: the one of that id, or those whose setting has that value, if it has one. */
    addressee: z
      .union([
        z.strictObject({ path: pathSchema, workflow: z.literal(true) }),
        z.strictObject({ path: pathSchema, setting: keySchema }),
      ])
      .optional(),
    /** What is the same in every delivery of one event, and in no other event. */
    dedupeKey: z.strictObject({ in: z.enum(['body', 'header', 'event']), key: z.string().min(2) }),
    /** Where the id of the record lies that the event is about; the first path with a value counts. */
    recordKey: z.array(pathSchema).min(1),
  })
  .superRefine((trigger, context) => report(triggerFaults(trigger), context))

export type Field = z.output<typeof fieldShape>
export type Action = z.output<typeof actionSchema>
export type Trigger = z.output<typeof triggerSchema>
export type Paging = z.output<typeof pagingSchema>
export type FileLimits = NonNullable<Field['file']>
export type LiveChoices = z.output<typeof liveChoicesSchema>

/** As entries are written: what has a default may be left out. */
export type FieldEntry = z.input<typeof fieldShape>
export type ActionEntry = z.input<typeof actionSchema>
export type TriggerEntry = z.input<typeof triggerSchema>
export type FilterEntry = z.input<typeof filterSchema>
