// Converts literal values to form fields and back. A value that a field's control cannot represent exactly is shown as JSON
// instead (value-form.ts). Pure.

import { isDeepStrictEqual } from 'node:util'
import type { Field } from '../../../catalog/schema.ts'
import { type FaultCode, linesOf } from './sent.ts'

/** The target of a value: a catalog field, or anything. */
export type Slot = Pick<Field, 'list' | 'required'> &
  Partial<Pick<Field, 'choices' | 'fields' | 'format' | 'min' | 'max' | 'key' | 'label' | 'help' | 'sensitive'>> & {
    type: Field['type'] | 'any'
  }

/** A slot that accepts any value. */
export const ANYTHING: Slot = { type: 'any', list: false, required: false }

/** The form control of a slot. */
export type Control =
  | 'line'
  | 'area'
  | 'number'
  | 'yes-no'
  | 'choice'
  | 'choices'
  | 'lines'
  | 'day'
  | 'fields'
  | 'rows'
  | 'pairs'
  | 'json'

const ofOne = ({ type }: Slot): Control => {
  switch (type) {
    case 'numerical':
      return 'number'
    case 'toggle':
    case 'checkbox':
      return 'yes-no'
    case 'select':
    case 'multiselect':
    case 'radio':
      return 'choice'
    case 'date':
      return 'day'
    case 'textarea':
    case 'rich-text':
      return 'area'
    default:
      return 'line'
  }
}

/** Whether the slot accepts any type; text that reads as a number is one. */
const isOfAnyType = ({ type }: Slot): boolean => type === 'any' || type === 'json'

/** The control in which a literal value is entered. */
export const controlOf = (slot: Slot): Control => {
  if (slot.fields) return slot.list ? 'rows' : 'fields'
  if (slot.type === 'map') return 'pairs'
  if (!slot.list) return ofOne(slot)
  if (slot.type === 'json') return 'json'
  return slot.choices ? 'choices' : 'lines'
}

type Read = { value: unknown } | { fault: FaultCode }

/** Parses numbers, booleans, lists and objects as JSON; everything else is text. */
export const readAny = (text: string): unknown => {
  if (!/^[\s]*["[{\d-]|^(true|false|null)$/.test(text)) return text
  try {
    const value: unknown = JSON.parse(text)
    // 0012 and 1e5 may be order numbers, so they stay text.
    return typeof value === 'object' || typeof value === 'string' || String(value) === text ? value : text
  } catch {
    return text
  }
}

/** The shortest text that `readAny` reads as this value. */
export const writeAny = (value: unknown): string =>
  typeof value === 'string' && value !== '' && readAny(value) === value ? value : JSON.stringify(value)

/** Parses JSON; the fault is `json` when it is invalid. */
export const readJson = (text: string): Read => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { fault: 'json' }
  }
}

const readOne = (slot: Slot, text: string): Read => {
  if (isOfAnyType(slot)) return { value: readAny(text) }
  switch (ofOne(slot)) {
    case 'number': {
      const number = Number(text)
      if (!Number.isFinite(number)) return { fault: 'number' }
      return slot.format === 'integer' && !Number.isInteger(number) ? { fault: 'whole' } : { value: number }
    }
    case 'yes-no':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : { fault: 'choice' }
    case 'choice': {
      if (!Array.isArray(slot.choices)) return { value: text }
      return { value: slot.choices.find(({ value }) => String(value) === text)?.value ?? text }
    }
    default:
      return { value: text }
  }
}

/** Reads the typed texts as a value of the slot; undefined when nothing was typed. */
export const readLiteral = (slot: Slot, texts: readonly string[]): Read | undefined => {
  const control = controlOf(slot)
  if (control !== 'lines' && control !== 'choices') {
    const text = texts.at(-1) ?? ''
    if (text === '') return undefined
    return control === 'json' ? readJson(text) : readOne(slot, text)
  }
  const items = control === 'lines' ? linesOf(texts.join('\n')) : texts.filter((text) => text !== '')
  if (items.length === 0) return undefined
  const read = items.map((item) => readOne({ ...slot, list: false }, item))
  const faulty = read.find((one) => 'fault' in one)
  return faulty ?? { value: read.map((one) => ('value' in one ? one.value : undefined)) }
}

const asText = (slot: Slot, value: unknown): string | undefined =>
  isOfAnyType(slot)
    ? writeAny(value)
    : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined

/** Whether the control would lose line breaks of the text. */
const isLost = (control: Control, text: string): boolean =>
  text.includes('\r') || (control !== 'area' && control !== 'json' && text.includes('\n'))

/** The value as text for the slot's control; undefined when the control cannot represent it exactly. */
export const writeLiteral = (slot: Slot, value: unknown): string | string[] | undefined => {
  const control = controlOf(slot)
  if (control === 'json') return JSON.stringify(value, null, 2)
  const isList = control === 'lines' || control === 'choices'
  if (isList !== Array.isArray(value)) return undefined
  // Nobody types brackets into a single line.
  if (!isList && value !== null && typeof value === 'object') return undefined
  const one = { ...slot, list: false }
  const texts = (isList ? (value as unknown[]) : [value]).map((item) => asText(one, item))
  if (texts.some((text) => text === undefined || isLost(control, text))) return undefined
  const read = readLiteral(slot, texts as string[])
  if (!read || !('value' in read) || !isDeepStrictEqual(read.value, value)) return undefined
  if (control === 'lines') return texts.join('\n')
  return control === 'choices' ? (texts as string[]) : texts[0]!
}
