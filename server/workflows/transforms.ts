// The schema of every mapping transform. transform.ts applies them.

import { z } from 'zod'
import { path } from './paths.ts'

/** What happens to a value that a transform cannot process: an error, no value, or the value unchanged. */
const ifInvalid = z.enum(['fail', 'empty', 'keep']).optional()

const zone = z
  .string()
  .max(60)
  .regex(/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/, 'must be a time zone such as Europe/Madrid')

const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language such as en or es-MX')

const currency = z.string().regex(/^[A-Za-z]{3}$/, 'must be a currency such as USD')

export const DELAY_UNITS = ['minutes', 'hours', 'days'] as const

const country = z.string().regex(/^[A-Z]{2}$/, 'must be a country such as US')

export const transform = z.discriminatedUnion('use', [
  z.strictObject({ use: z.literal('upper') }),
  z.strictObject({ use: z.literal('lower') }),
  /** Spaces at both ends go, and several in a row become one. */
  z.strictObject({ use: z.literal('trim') }),
  /** The first letter of each word in upper case. */
  z.strictObject({ use: z.literal('title') }),
  /** E.164, `+14155550100`. `country`: of numbers without a country code; the account's own when left out. */
  z.strictObject({ use: z.literal('phone'), country: country.optional(), ifInvalid }),
  /**
   * A moment from ISO 8601, seconds or milliseconds since 1970. `fromZone`: of texts without an offset. `zone`: in which
   * days and times are told. Both are the account's own when left out.
   */
  z.strictObject({
    use: z.literal('date'),
    to: z.enum(['instant', 'day', 'time', 'seconds', 'milliseconds', 'text']),
    fromZone: zone.optional(),
    zone: zone.optional(),
    add: z.strictObject({ amount: z.number().int().min(-100_000).max(100_000), unit: z.enum(DELAY_UNITS) }).optional(),
    /** Of `text`. */
    locale: locale.optional(),
    style: z.enum(['short', 'medium', 'long', 'full']).optional(),
    withTime: z.boolean().optional(),
    ifInvalid,
  }),
  /** Between whole units (12.5), the smallest unit (1250) and a text ($12.50); knows how many digits a currency has. */
  z.strictObject({
    use: z.literal('money'),
    from: z.enum(['major', 'minor']),
    to: z.enum(['major', 'minor', 'text']),
    currency: z.union([currency, z.strictObject({ path })]),
    locale: locale.optional(),
    ifInvalid,
  }),
  /** The value beside the one given, whatever its case. `otherwise`: for all that are not in the table. */
  z.strictObject({
    use: z.literal('lookup'),
    table: z.record(z.string().max(200), z.json()).refine((table) => Object.keys(table).length <= 500, {
      message: 'must have at most 500 rows',
    }),
    otherwise: z.json().optional(),
    ifInvalid,
  }),
  /** A list as one text. */
  z.strictObject({ use: z.literal('join'), with: z.string().max(20) }),
  /** A text as a list, without what is empty; or only one `part` of it, 1 is the first, -1 the last. */
  z.strictObject({
    use: z.literal('split'),
    at: z.string().min(1).max(20),
    part: z.number().int().min(-100).max(100).optional(),
  }),
  /** Replaces a missing value, an empty text or an empty list. */
  z.strictObject({ use: z.literal('default'), value: z.json() }),
  /** `decimal`: the sign before the fraction, in texts. */
  z.strictObject({ use: z.literal('number'), decimal: z.enum(['.', ',']).optional(), ifInvalid }),
  z.strictObject({
    use: z.literal('boolean'),
    yes: z.array(z.string().max(60)).max(20).optional(),
    no: z.array(z.string().max(60)).max(20).optional(),
    ifInvalid,
  }),
  z.strictObject({
    use: z.literal('round'),
    digits: z.number().int().min(0).max(10),
    how: z.enum(['nearest', 'up', 'down']).optional(),
    ifInvalid,
  }),
  /** JSON text to a value, or a value to JSON text; `at`: dot path of the part that is wanted. */
  z.strictObject({
    use: z.literal('json'),
    do: z.enum(['read', 'write']),
    at: z
      .string()
      .max(200)
      .regex(/^[\w-]+(\.[\w-]+)*$/, 'must be names joined by dots')
      .optional(),
    ifInvalid,
  }),
])

export type Transform = z.infer<typeof transform>

/** In display order. */
export const TRANSFORMS = transform.options.map((option) => option.shape.use.value)
