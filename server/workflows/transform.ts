// Applies transforms. Pure; country, language and time zone are passed in, so that an event gives the same value on
// every machine.

import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'
import { currencyFormat, digitsOf } from '../currencies.ts'
import { AppError } from '../errors.ts'
import { readMoment, tellMoment } from './date-times.ts'
import type { Transform } from './transforms.ts'

export type Surroundings = {
  /** The value at a path of what the run knows. */
  read(path: string): unknown
  /** IANA name. */
  zone: string
  /** Two letters; undefined when it is not known. */
  country?: string | undefined
  locale: string
}

/** Thrown internally; the transform's `ifInvalid` decides what happens. */
class Invalid extends Error {}

type Of<Use extends Transform['use']> = Extract<Transform, { use: Use }>
type Scalar = string | number | boolean

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

const textOf = (value: unknown): string => {
  if (typeof value === 'object') throw new Invalid('is not a text')
  return String(value as Scalar)
}

const numberOf = (value: unknown, decimal: '.' | ',' = '.'): number => {
  if (typeof value === 'number') return value
  const text = textOf(value).replace(/[\s\u00a0\u202f'_]/g, '')
  const plain = decimal === ',' ? text.replaceAll('.', '').replace(',', '.') : text.replaceAll(',', '')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) || !Number.isFinite(Number(plain))) {
    throw new Invalid('is not a number')
  }
  return Number(plain)
}

/** Rounds by the written decimal digits: 1.005 has a 5 at its third digit, regardless of its binary value. */
const rounded = (value: number, { digits, how = 'nearest' }: Pick<Of<'round'>, 'digits' | 'how'>): number => {
  const shift = (number: number, by: number): number => {
    const [mantissa, exponent = '0'] = String(number).split('e')
    return Number(`${mantissa}e${Number(exponent) + by}`)
  }
  const large = shift(Math.abs(value), digits)
  const whole = how === 'nearest' ? Math.round(large) : how === 'up' ? Math.ceil(large) : Math.floor(large)
  return shift(whole, -digits) * Math.sign(value) || 0
}

const phone = (value: unknown, { country }: Of<'phone'>, around: Surroundings): string => {
  const given = textOf(value)
  const number = parsePhoneNumberFromString(given, (country ?? around.country) as CountryCode | undefined)
  if (!number?.isPossible()) throw new Invalid('is not a phone number')
  return number.number
}

const money = (value: unknown, { from, to, currency, locale }: Of<'money'>, around: Surroundings): unknown => {
  const named = typeof currency === 'string' ? currency : around.read(currency.path)
  const code = typeof named === 'string' ? named.trim().toUpperCase() : ''
  if (!/^[A-Z]{3}$/.test(code)) throw new Invalid('has no currency')
  const digits = digitsOf(code)
  const amount = numberOf(value)
  if (from === 'minor' && !Number.isInteger(amount)) throw new Invalid('is not a whole number of the smallest unit')
  const minor = from === 'minor' ? amount : rounded(amount * 1, { digits }) * 10 ** digits
  const whole = Math.round(minor)
  if (to === 'minor') return whole
  const major = Number((whole / 10 ** digits).toFixed(digits))
  return to === 'major' ? major : currencyFormat(locale ?? around.locale, code).format(major)
}

const lookup = (value: unknown, { table, otherwise }: Of<'lookup'>): unknown => {
  const wanted = textOf(value).trim().toLowerCase()
  const row = Object.entries(table).find(([key]) => key.trim().toLowerCase() === wanted)
  if (row) return row[1]
  if (otherwise !== undefined) return otherwise
  throw new Invalid('is not in the table')
}

const boolean = (value: unknown, { yes = [], no = [] }: Of<'boolean'>): boolean => {
  const text = textOf(value).trim().toLowerCase()
  const among = (own: readonly string[], usual: readonly string[]): boolean =>
    (own.length > 0 ? own : usual).some((one) => one.trim().toLowerCase() === text)
  if (among(yes, ['true', 'yes', 'y', '1', 'on'])) return true
  if (among(no, ['false', 'no', 'n', '0', 'off'])) return false
  throw new Invalid('is neither yes nor no')
}

const partAt = (value: unknown, at: string): unknown =>
  at
    .split('.')
    .reduce<unknown>(
      (found, key) =>
        found !== null && typeof found === 'object' && Object.hasOwn(found, key)
          ? (found as Record<string, unknown>)[key]
          : undefined,
      value,
    )

const json = (value: unknown, { do: what, at }: Of<'json'>): unknown => {
  let read = value
  if (what === 'read' && typeof value === 'string') {
    try {
      read = JSON.parse(value)
    } catch {
      throw new Invalid('is not JSON')
    }
  }
  const part = at === undefined ? read : partAt(read, at)
  return what === 'write' && part !== undefined ? JSON.stringify(part) : part
}

const split = (value: unknown, { at, part }: Of<'split'>): unknown => {
  const parts = textOf(value)
    .split(at)
    .map((one) => one.trim())
    .filter((one) => one !== '')
  return part === undefined ? parts : parts.at(part > 0 ? part - 1 : part)
}

const titled = (text: string): string =>
  text
    .toLowerCase()
    .replace(/(^|[\s\-'(])(\p{L})/gu, (_all, before: string, letter: string) => before + letter.toUpperCase())

/** Applies a transform to one present value, not a list unless the transform is about lists. */
const change = (value: unknown, transform: Transform, around: Surroundings): unknown => {
  switch (transform.use) {
    case 'upper':
      return textOf(value).toUpperCase()
    case 'lower':
      return textOf(value).toLowerCase()
    case 'trim':
      return textOf(value).trim().replace(/\s+/g, ' ')
    case 'title':
      return titled(textOf(value))
    case 'phone':
      return phone(value, transform, around)
    case 'date': {
      const moment = readMoment(value, transform.fromZone ?? around.zone)
      if (!moment) throw new Invalid('is not a date')
      return tellMoment(moment, { zone: around.zone, locale: around.locale, ...transform })
    }
    case 'money':
      return money(value, transform, around)
    case 'lookup':
      return lookup(value, transform)
    case 'join':
      return (Array.isArray(value) ? value : [value])
        .filter((one) => !isNothing(one))
        .map(textOf)
        .join(transform.with)
    case 'split':
      return split(value, transform)
    case 'default':
      return value
    case 'number':
      return numberOf(value, transform.decimal)
    case 'boolean':
      return boolean(value, transform)
    case 'round':
      return rounded(numberOf(value), transform)
    case 'json':
      return json(value, transform)
  }
}

const OF_LISTS: readonly Transform['use'][] = ['join', 'json', 'default']

const one = (value: unknown, transform: Transform, around: Surroundings): unknown => {
  try {
    return change(value, transform, around)
  } catch (error) {
    // A time zone or language that this system does not know is a fault of the value's making too.
    if (!(error instanceof Invalid || error instanceof RangeError)) throw error
    const { ifInvalid = 'fail' } = transform as { ifInvalid?: 'fail' | 'empty' | 'keep' }
    if (ifInvalid === 'keep') return value
    if (ifInvalid === 'empty') return undefined
    throw new AppError('value_invalid', { detail: `The value ${error.message} (${transform.use}).`, cause: error })
  }
}

/**
 * Applies all transforms in order. A missing value stays missing, except with `default`; a list is changed element by
 * element. Throws `value_invalid`, which names the transform but not the value: values may be secret.
 */
export const applyTransforms = (value: unknown, transforms: readonly Transform[], around: Surroundings): unknown =>
  transforms.reduce<unknown>((current, transform) => {
    if (isNothing(current)) return transform.use === 'default' ? transform.value : current
    if (!Array.isArray(current) || OF_LISTS.includes(transform.use)) return one(current, transform, around)
    return current.map((item) => (isNothing(item) ? item : one(item, transform, around)))
  }, value)
