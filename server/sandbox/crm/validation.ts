// Strict bodies and queries: zod's faults in the words of the platform's validator.

import { z } from 'zod'
import { unprocessable } from './refusal.ts'

type Issue = z.core.$ZodIssue

const join = (path: readonly PropertyKey[]): string => path.map(String).join('.')

const sentence = (issue: Issue): string[] => {
  const path = join(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `${path ? `${path}.` : ''}property ${key} should not exist`)
    case 'invalid_type':
      return issue.input === undefined
        ? [`${path} should not be empty`, `${path} must be a ${issue.expected}`]
        : [`${path} must be a ${issue.expected}`]
    case 'invalid_value':
      return [`${path} must be one of the following values: ${issue.values.map(String).join(', ')}`]
    case 'invalid_union':
      return issue.errors[0]?.length ? issue.errors[0].flatMap((inner) => sentence(inner)) : [`${path} is invalid`]
    default:
      return [`${path} ${issue.message}`]
  }
}

/** `input` as `schema` has it. Throws a 422 that lists every fault. */
export const validated = <T>(schema: z.ZodType<T>, input: unknown): T => {
  const result = schema.safeParse(input ?? {}, { reportInput: true })
  if (result.success) return result.data
  throw unprocessable(...result.error.issues.flatMap(sentence))
}

const text = z.string({ error: (issue) => (issue.input === undefined ? 'should not be empty' : 'must be a string') })

/** A text that must be there and say something. */
export const required = text.min(1, 'should not be empty')
/** A text that may be left out. */
export const optional = z.string().optional()
/** A text that may be left out, or null to clear it. */
export const clearable = z.string().nullish()
/** A list of texts. */
export const texts = z.array(z.string())
/** A whole number in a query. */
export const count = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a number')
  .transform(Number)
/** A moment in a query, in milliseconds since 1970. */
export const epochMs = z
  .string()
  .regex(/^\d{9,15}$/, 'must be a number')
  .transform(Number)
/** true or false in a query. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
/** A calendar date, YYYY-MM-DD. */
export const date = z
  .string()
  .refine((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)), {
    error: 'must match YYYY-MM-DD format',
  })
/** A point in time, ISO 8601. */
export const instant = z.string().refine((value) => value.length >= 10 && !Number.isNaN(Date.parse(value)), {
  error: 'must be a valid ISO 8601 date string',
})
