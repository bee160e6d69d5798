// An action's input, checked and coerced against its fields. Data in, data out; knows nothing of requests. Values come
// from forms, templates and other systems' JSON, so a number may arrive as text and a list as one text with commas.
import type { Action, Field } from './schema.ts'

/** One thing wrong with an input; `pointer` is a JSON pointer (RFC 6901) into it. */
export type Fault = { pointer: string; detail: string }

/** What an installation knows and a person does not type. */
export type FillContext = { locationId: string; companyId?: string; userId?: string; appId?: string }

export type CheckedInput = { ok: true; value: Record<string, unknown> } | { ok: false; faults: Fault[] }

type Coerced = { value: unknown } | { detail: string }

const MAX_TEXT = 100_000
// RFC 5321, 4.5.3.1.3. Checked before the pattern, which takes quadratic time on long texts of dots.
const MAX_EMAIL = 254
const DATE = /^\d{4}-\d{2}-\d{2}$/
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const isCalendarDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`)
  return DATE.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

const isEmail = (text: string): boolean => text.length <= MAX_EMAIL && EMAIL.test(text)

const toText = (field: Field, raw: unknown): Coerced => {
  if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') return { detail: 'must be text' }
  const text = String(raw)
  if (text.length > (field.max ?? MAX_TEXT)) return { detail: `must have at most ${field.max ?? MAX_TEXT} characters` }
  if (text !== '' && field.format === 'email' && !isEmail(text)) return { detail: 'must be an e-mail address' }
  if (text !== '' && field.format === 'url' && !URL.canParse(text)) return { detail: 'must be a full web address' }
  return { value: text }
}

const toNumber = (field: Field, raw: unknown): Coerced => {
  const number = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw
  if (typeof number !== 'number' || !Number.isFinite(number)) return { detail: 'must be a number' }
  if (field.format === 'integer' && !Number.isInteger(number)) return { detail: 'must be a whole number' }
  if (field.min !== undefined && number < field.min) return { detail: `must be at least ${field.min}` }
  if (field.max !== undefined && number > field.max) return { detail: `must be at most ${field.max}` }
  return { value: number }
}

const toBoolean = (raw: unknown): Coerced => {
  if (typeof raw === 'boolean') return { value: raw }
  if (raw === 'true' || raw === 1 || raw === '1') return { value: true }
  if (raw === 'false' || raw === 0 || raw === '0') return { value: false }
  return { detail: 'must be true or false' }
}

const toDay = (raw: unknown): Coerced => {
  const day = typeof raw === 'string' ? raw.slice(0, 10) : ''
  return isCalendarDay(day) ? { value: day } : { detail: 'must be a day, like 2026-03-31' }
}

const toInstant = (field: Field, raw: unknown): Coerced => {
  const at = typeof raw === 'string' && /^\d{4}-/.test(raw) ? Date.parse(raw) : Number.NaN
  if (Number.isNaN(at)) return { detail: 'must be a time, like 2026-03-31T09:00:00Z' }
  if (field.format === 'epoch-ms') return { value: at }
  return { value: field.format === 'epoch-seconds' ? Math.floor(at / 1000) : raw }
}

const toPhone = (field: Field, raw: unknown): Coerced => {
  const text = toText(field, raw)
  if ('detail' in text || text.value === '' || /\d{3}/.test((text.value as string).replace(/\D/g, ''))) return text
  return { detail: 'must be a phone number, best with its country code: +14155550100' }
}

/** A choice's own value, so that `"12"` chosen from numbers is sent as 12. Live choices cannot be compared here. */
const toChoice = (field: Field, raw: unknown): Coerced => {
  if (!Array.isArray(field.choices)) return toText(field, raw)
  const choice = field.choices.find(({ value }) => value === raw || String(value) === String(raw))
  if (choice) return { value: choice.value }
  return { detail: `must be one of: ${field.choices.map(({ value }) => value).join(', ')}` }
}

const toJson = (field: Field, raw: unknown): Coerced => {
  let value = raw
  if (typeof raw === 'string') {
    try {
      value = JSON.parse(raw)
    } catch {
      return field.type === 'map' ? { detail: 'must be pairs of names and values' } : { value: raw }
    }
  }
  if (field.type === 'map' && !isRecord(value)) return { detail: 'must be pairs of names and values' }
  return { value }
}

const toOne = (field: Field, raw: unknown): Coerced => {
  switch (field.type) {
    case 'numerical':
      return toNumber(field, raw)
    case 'toggle':
    case 'checkbox':
      return toBoolean(raw)
    case 'date':
      return toDay(raw)
    case 'date-time':
      return toInstant(field, raw)
    case 'phone':
      return toPhone(field, raw)
    case 'select':
    case 'multiselect':
    case 'radio':
      return toChoice(field, raw)
    case 'map':
    case 'json':
      return toJson(field, raw)
    default:
      return toText(field, raw)
  }
}

/** A list from what was given: the list itself, a JSON list as text, or text with commas. */
const toItems = (field: Field, raw: unknown): unknown[] => {
  if (Array.isArray(raw)) return raw
  if (typeof raw !== 'string') return [raw]
  if (raw.trimStart().startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(raw)
      if (Array.isArray(parsed)) return parsed
    } catch {}
  }
  // A web address may hold a comma.
  if (field.type === 'attachment' || field.format === 'url') return [raw]
  return raw.split(',').flatMap((item) => item.trim() || [])
}

/** Text can be emptied on purpose; for every other type an empty text is no value. */
const isAbsent = (field: Field, raw: unknown): boolean =>
  raw === undefined ||
  raw === null ||
  (raw === '' && (field.list || field.required || !['string', 'textarea', 'rich-text'].includes(field.type)))

const escapePointer = (key: string): string =>
  /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key

const checkFields = (fields: Field[], input: unknown, context: FillContext, at: string, faults: Fault[]) => {
  const value: Record<string, unknown> = {}
  if (!isRecord(input)) {
    faults.push({ pointer: at, detail: 'must be an object' })
    return value
  }
  for (const key of Object.keys(input)) {
    if (!fields.some((field) => field.key === key && field.type !== 'hidden'))
      faults.push({ pointer: `${at}/${escapePointer(key)}`, detail: 'is not a field of this action' })
  }
  for (const field of fields) {
    const found = field.fill ? filled(field.fill, context) : ownValue(input, field.key)
    const isMissing = isAbsent(field, found)
    // Most fields of most inputs: no pointer is needed.
    if (isMissing && !field.required) continue
    const pointer = `${at}/${escapePointer(field.key)}`
    if (isMissing) {
      faults.push({ pointer, detail: field.fill ? 'is not known for this account' : 'is required' })
    } else if (field.fill) {
      value[field.key] = found
    } else {
      const checked = checkField(field, found, context, pointer, faults)
      if (checked !== undefined) value[field.key] = checked
    }
  }
  return value
}

const ownValue = (input: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(input, key) ? input[key] : undefined

/** A constant is copied, so that whoever changes a request does not change the catalog. */
const filled = (fill: NonNullable<Field['fill']>, context: FillContext): unknown =>
  'constant' in fill ? structuredClone(fill.constant) : context[fill.context]

const checkField = (field: Field, raw: unknown, context: FillContext, pointer: string, faults: Fault[]): unknown => {
  const checkOne = (item: unknown, itemPointer: string): unknown => {
    if (field.fields) return checkFields(field.fields, item, context, itemPointer, faults)
    const coerced = toOne(field, item)
    if ('value' in coerced) return coerced.value
    faults.push({ pointer: itemPointer, detail: coerced.detail })
    return undefined
  }
  if (!field.list) return checkOne(raw, pointer)
  const items = toItems(field, raw)
  if (items.length === 0 && field.required) faults.push({ pointer, detail: 'needs at least one value' })
  return items.map((item, index) => checkOne(item, `${pointer}/${index}`))
}

/**
 * Checks an input against an action's fields and brings each value to its type. Unknown keys are faults, so that a
 * misspelt mapping is noticed; `null` and, but for text, the empty text count as no value. Hidden fields are filled.
 */
export const checkInput = (options: { fields: Field[]; input: unknown; context: FillContext }): CheckedInput => {
  const faults: Fault[] = []
  const value = checkFields(options.fields, options.input, options.context, '', faults)
  return faults.length === 0 ? { ok: true, value } : { ok: false, faults }
}

/** What people call a field of an action; undefined when there is no such action or field. */
export const labelOfField = (action: Pick<Action, 'input'> | undefined, key: string): string | undefined =>
  action?.input.find((field) => field.key === key)?.label
