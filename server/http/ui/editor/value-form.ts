// Converts value sources to form fields and back: a literal, a path, a template, or parts. Reading the written fields gives
// the same source. Pure.

import { isDeepStrictEqual } from 'node:util'
import type { ValueSource } from '../../../workflows/document.ts'
import { path as pathSchema } from '../../../workflows/paths.ts'
import {
  ANYTHING,
  controlOf,
  readAny,
  readJson,
  readLiteral,
  type Slot,
  writeAny,
  writeLiteral,
} from './literal-form.ts'
import { type Fault, rowsAt, type Sent, textAt, textsAt } from './sent.ts'
import { readTransforms, writeTransforms } from './transform-form.ts'

/** The kinds of value sources; each part of `fields`, `rows` and `pairs` has its own source. */
export const VALUE_KINDS = ['value', 'path', 'text', 'paths', 'fields', 'rows', 'pairs', 'json'] as const
/** One of `VALUE_KINDS`. */
export type ValueKind = (typeof VALUE_KINDS)[number]

const isKind = (text: string): text is ValueKind => (VALUE_KINDS as readonly string[]).includes(text)

/** The kinds allowed for a slot, the default first. */
export const kindsFor = (slot: Slot): ValueKind[] => {
  switch (controlOf(slot)) {
    case 'fields':
      return ['fields', 'path', 'json']
    case 'rows':
      return ['rows', 'path', 'json']
    case 'pairs':
      return ['pairs', 'path', 'json']
    case 'json':
      return ['json', 'path', 'text']
    case 'lines':
    case 'choices':
      return ['value', 'path', 'paths', 'rows', 'json']
    default:
      return slot.type === 'json' ? ['value', 'path', 'text', 'pairs', 'json'] : ['value', 'path', 'text']
  }
}

/** The slot of one row: the same slot, but not a list. */
export const oneOf = (slot: Slot): Slot => ({ ...slot, list: false, required: false })

type Parts = Record<string, ValueSource>

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** The parts of a source, each with its own source. */
const partsOf = (source: ValueSource): Parts | ValueSource[] | undefined => {
  if ('fields' in source) return source.fields
  if ('list' in source) return source.list
  if (!('value' in source)) return undefined
  if (Array.isArray(source.value)) return source.value.map((value) => ({ value }))
  if (!isRecord(source.value)) return undefined
  return Object.fromEntries(Object.entries(source.value).map(([key, value]) => [key, { value } as ValueSource]))
}

/** Combines sources into one; it is a literal if all parts are literals. */
const together = (parts: Parts | ValueSource[]): ValueSource | undefined => {
  const all = Object.values(parts)
  if (all.length === 0) return undefined
  if (all.every((part) => 'value' in part)) {
    const value = Array.isArray(parts)
      ? all.map((part) => part.value)
      : Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, (part as { value: unknown }).value]))
    return { value } as ValueSource
  }
  return Array.isArray(parts) ? { list: parts } : { fields: parts }
}

const merged = (forms: readonly Sent[]): Sent => Object.assign({}, ...forms)

const writeFields = (slot: Slot, parts: Parts, at: string): Sent =>
  merged((slot.fields ?? []).map((field) => writeValue(field, parts[field.key], `${at}.f.${field.key}`)))

const writeRows = (slot: Slot, parts: ValueSource[], at: string): Sent =>
  merged(parts.map((part, row) => writeValue(oneOf(slot), part, `${at}.r.${row}`)))

const writePairs = (parts: Parts, at: string): Sent =>
  merged(
    Object.entries(parts).flatMap(([key, part], row) => [
      { [`${at}.p.${row}.key`]: key },
      writeValue(ANYTHING, part, `${at}.p.${row}`),
    ]),
  )

const writeParts = (slot: Slot, parts: Parts | ValueSource[], at: string): Sent | undefined => {
  const kind = `${at}.kind`
  if (Array.isArray(parts)) return { [kind]: 'rows', ...writeRows(slot, parts, at) }
  const known = slot.list ? [] : (slot.fields ?? []).map(({ key }) => key)
  const areKnown = Object.keys(parts).every((key) => known.includes(key))
  return areKnown && known.length > 0
    ? { [kind]: 'fields', ...writeFields(slot, parts, at) }
    : { [kind]: 'pairs', ...writePairs(parts, at) }
}

/** Named values of a field without fixed names. */
const isOfNames = ({ type }: Slot, value: unknown): boolean =>
  type === 'json' && isRecord(value) && Object.keys(value).length > 0

/** As parts of the field, if they represent exactly the same value. */
const writeInParts = (slot: Slot, source: ValueSource, at: string): Sent | undefined => {
  const parts = partsOf(source)
  const form = parts && writeParts(slot, parts, at)
  const isUsual = kindsFor(slot).includes(form?.[`${at}.kind`] as ValueKind)
  return form && isUsual && isDeepStrictEqual(readValue(slot, form, at).source, source) ? form : undefined
}

const writeWritten = (slot: Slot, source: Extract<ValueSource, { value: unknown }>, at: string): Sent => {
  const control = controlOf(slot)
  const isInParts = control === 'fields' || control === 'rows' || control === 'pairs' || isOfNames(slot, source.value)
  const inParts = isInParts ? writeInParts(slot, source, at) : undefined
  if (inParts) return inParts
  const text = isInParts || control === 'json' ? undefined : writeLiteral(slot, source.value)
  if (text !== undefined) return { [`${at}.kind`]: 'value', [`${at}.value`]: text }
  return { [`${at}.kind`]: 'json', [`${at}.json`]: JSON.stringify(source.value, null, 2) }
}

/** Writes a source as form fields below the name `at`. */
export const writeValue = (slot: Slot, source: ValueSource | undefined, at: string): Sent => {
  if (!source) return { [`${at}.kind`]: kindsFor(slot)[0]! }
  if ('value' in source) return writeWritten(slot, source, at)
  if ('fields' in source || 'list' in source) return writeParts(slot, partsOf(source)!, at)!
  const changes = writeTransforms(source.transforms, `${at}.t`)
  if ('template' in source) return { [`${at}.kind`]: 'text', [`${at}.text`]: source.template, ...changes }
  if ('paths' in source) return { [`${at}.kind`]: 'paths', [`${at}.paths`]: [...source.paths], ...changes }
  const fallback = source.fallback === undefined ? '' : writeAny(source.fallback)
  return { [`${at}.kind`]: 'path', [`${at}.path`]: source.path, [`${at}.fallback`]: fallback, ...changes }
}

/** The source that was read; absent when nothing was entered. */
export type ReadValue = { source?: ValueSource; faults: Fault[] }

const NOTHING: ReadValue = { faults: [] }

const of = (source: ValueSource | undefined, faults: Fault[] = []): ReadValue =>
  source && faults.length === 0 ? { source, faults } : { faults }

const isPath = (text: string): boolean => pathSchema.safeParse(text).success

const readFields = (slot: Slot, sent: Sent, at: string): ReadValue => {
  const read = (slot.fields ?? []).map((field) => [field.key, readValue(field, sent, `${at}.f.${field.key}`)] as const)
  const faults = read.flatMap(([, one]) => one.faults)
  return of(together(Object.fromEntries(read.flatMap(([key, { source }]) => (source ? [[key, source]] : [])))), faults)
}

const readRows = (slot: Slot, sent: Sent, at: string): ReadValue => {
  const read = rowsAt(sent, `${at}.r`).map((row) => readValue(oneOf(slot), sent, row))
  return of(
    together(read.flatMap(({ source }) => source ?? [])),
    read.flatMap(({ faults }) => faults),
  )
}

/** Adds an empty row for each of the names that has none yet. */
export const emptyPairs = (sent: Sent, at: string, names: readonly string[]): Sent => {
  const rows = rowsAt(sent, at)
  const given = rows.map((row) => textAt(sent, `${row}.key`))
  const first = Number(rows.at(-1)?.slice(at.length + 1) ?? -1) + 1
  const missing = names.filter((name) => !given.includes(name))
  return Object.assign(
    {},
    ...missing.map((name, row) => ({ [`${at}.${first + row}.key`]: name, [`${at}.${first + row}.kind`]: 'path' })),
  )
}

/** Reads names with values, such as the input of a called workflow. Names without a value are left out. */
export const readPairs = (sent: Sent, at: string): { pairs: Parts; faults: Fault[] } => {
  const faults: Fault[] = []
  const pairs: [string, ValueSource][] = []
  for (const row of rowsAt(sent, at)) {
    const key = textAt(sent, `${row}.key`).trim()
    const { source, faults: found } = readValue(ANYTHING, sent, row)
    faults.push(...found)
    if (source && key === '') faults.push({ name: `${row}.key`, code: 'name' })
    else if (pairs.some(([taken]) => taken === key)) faults.push({ name: `${row}.key`, code: 'nameTaken' })
    else if (source) pairs.push([key, source])
  }
  return { pairs: Object.fromEntries(pairs), faults }
}

/** Writes names with values as form rows below the name `at`. */
export const writePairsAt = (pairs: Parts, at: string): Sent => {
  const form = writePairs(pairs, '')
  return Object.fromEntries(Object.entries(form).map(([name, text]) => [name.replace(/^\.p\./, `${at}.`), text]))
}

const readTaken = (sent: Sent, at: string, kind: 'path' | 'text' | 'paths'): ReadValue => {
  const { transforms, faults } = readTransforms(sent, `${at}.t`)
  const changes = transforms.length > 0 ? { transforms } : {}
  if (kind === 'text') {
    const template = textAt(sent, `${at}.text`)
    if (template.length > 5000) return of(undefined, [{ name: `${at}.text`, code: 'tooMuch' }])
    return template === '' ? NOTHING : of({ template, ...changes }, faults)
  }
  const name = `${at}.${kind}`
  const paths = textsAt(sent, name)
    .map((text) => text.trim())
    .filter(Boolean)
  if (paths.length === 0) return of(undefined, [{ name, code: 'pick' }])
  if (!paths.every(isPath)) return of(undefined, [{ name, code: 'path' }])
  if (kind === 'paths') return of({ paths, ...changes }, faults)
  const fallback = textAt(sent, `${at}.fallback`)
  const stand = fallback === '' ? {} : { fallback: readAny(fallback) }
  return of({ path: paths[0]!, ...stand, ...changes } as ValueSource, faults)
}

const readWritten = (slot: Slot, sent: Sent, at: string, kind: 'value' | 'json'): ReadValue => {
  const texts = textsAt(sent, `${at}.${kind}`)
  const isEmpty = texts.every((text) => text.trim() === '')
  const read = kind === 'value' ? readLiteral(slot, texts) : isEmpty ? undefined : readJson(texts.at(-1)!)
  if (!read) return NOTHING
  return 'fault' in read
    ? of(undefined, [{ name: `${at}.${kind}`, code: read.fault }])
    : of({ value: read.value } as ValueSource)
}

/** Reads the source below the name `at`; none when nothing was entered. Faults name the fields that cannot be saved. */
export const readValue = (slot: Slot, sent: Sent, at: string): ReadValue => {
  const given = textAt(sent, `${at}.kind`)
  const kind = isKind(given) ? given : kindsFor(slot)[0]!
  switch (kind) {
    case 'path':
    case 'text':
    case 'paths':
      return readTaken(sent, at, kind)
    case 'fields':
      return readFields(slot, sent, at)
    case 'rows':
      return readRows(slot, sent, at)
    case 'pairs': {
      const { pairs, faults } = readPairs(sent, `${at}.p`)
      return of(together(pairs), faults)
    }
    default:
      return readWritten(slot, sent, at, kind)
  }
}
