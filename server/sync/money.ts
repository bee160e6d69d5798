// Amounts are whole numbers of the currency's minor unit: 12.5 USD is 1250, 500 JPY is 500, 1.5 KWD is 1500. Rounding
// happens once, on input: half away from zero, on the written decimal digits. So 1.005 is 1.01 although the nearest
// binary number is less. Pure.

import { currencyFormat, digitsOf } from '../currencies.ts'
import { AppError } from '../errors.ts'

const AMOUNT = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?\s*$/i
const CURRENCY = /^[A-Za-z]{3}$/
/** Longer text cannot be an amount. */
const MOST_DIGITS = 40

const notMoney = (detail: string): AppError => new AppError('action_input_invalid', { detail })

/** Upper case. Throws `action_input_invalid` unless it has the form of an ISO 4217 code. */
export const asCurrency = (code: string): string => {
  if (!CURRENCY.test(code)) throw notMoney('A currency is a code of three letters, such as USD.')
  return code.toUpperCase()
}

/** Decimal places: USD 2, JPY 0, KWD 3; 2 for unknown codes. Throws as `asCurrency` does. */
export const minorDigits = (currency: string): number => digitsOf(asCurrency(currency))

/**
 * An amount in minor units, from a number or text such as "12.50", "-3" or "1e3"; no thousands separators. Throws
 * `action_input_invalid` for anything else, and beyond exact integers (9 * 10^15).
 */
export const toMinor = (amount: number | string, currency: string): number => {
  const digits = minorDigits(currency)
  const [, sign, whole = '', fraction = '', exponent = '0'] = AMOUNT.exec(String(amount)) ?? []
  if (sign === undefined || whole + fraction === '') throw notMoney('An amount is a number, such as 12.5.')
  // Position of the decimal point, from the left, in minor units.
  const place = whole.length + Number(exponent) + digits
  if (place > MOST_DIGITS) throw notMoney('The amount is too large.')
  const written = place < 0 ? '' : (whole + fraction).padEnd(place, '0')
  const units = BigInt(written.slice(0, Math.max(place, 0)) || '0')
  const rounded = place >= 0 && (written[place] ?? '0') >= '5' ? units + 1n : units
  if (rounded > BigInt(Number.MAX_SAFE_INTEGER)) throw notMoney('The amount is too large.')
  return sign === '-' && rounded !== 0n ? -Number(rounded) : Number(rounded)
}

/** For senders who can correct the amount: throws `action_input_invalid`, at `pointer`, where `toMinor` would round. */
export const demandExact = (amount: number, currency: string, pointer: string): void => {
  if (Number(toDecimal(toMinor(amount, currency), currency)) === amount) return
  const digits = minorDigits(currency)
  const most = digits === 0 ? 'no digits' : `at most ${digits} digits`
  const detail = `${asCurrency(currency)} has ${most} behind the point. Round the amount yourself and send it again.`
  throw new AppError('action_input_invalid', { errors: [{ pointer, detail }] })
}

/**
 * The amount as text with the currency's decimal places: 1250 USD is "12.50", 500 JPY is "500". `minor` is an integer.
 */
export const toDecimal = (minor: number, currency: string): string => {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${minor} is no whole number of smallest units`)
  const digits = minorDigits(currency)
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const point = text.length - digits
  return `${minor < 0 ? '-' : ''}${text.slice(0, point)}${digits > 0 ? `.${text.slice(point)}` : ''}`
}

/** A unit price times a possibly fractional quantity, in minor units, rounded like amounts. */
export const timesQuantity = (unitMinor: number, quantity: number): number => {
  if (!Number.isSafeInteger(unitMinor)) throw new RangeError(`${unitMinor} is no whole number of smallest units`)
  const [, sign, whole = '', fraction = '', exponent = '0'] = AMOUNT.exec(String(quantity)) ?? []
  if (sign === undefined || whole + fraction === '') throw notMoney('A quantity is a number, such as 2.')
  const scale = fraction.length - Number(exponent)
  if (Math.abs(scale) > MOST_DIGITS) throw notMoney('The quantity is out of range.')
  const product = BigInt(Math.abs(unitMinor)) * BigInt(whole + fraction)
  const divisor = 10n ** BigInt(Math.max(scale, 0))
  const exact = scale < 0 ? product * 10n ** BigInt(-scale) : product
  const rounded = (2n * exact + divisor) / (2n * divisor)
  if (rounded > BigInt(Number.MAX_SAFE_INTEGER)) throw notMoney('The amount is too large.')
  return rounded !== 0n && unitMinor < 0 !== (sign === '-') ? -Number(rounded) : Number(rounded)
}

/** For people: "$12.50", "¥500", in English format. */
export const showMoney = (minor: number, currency: string): string =>
  currencyFormat('en', asCurrency(currency)).format(toDecimal(minor, currency) as `${number}`)
