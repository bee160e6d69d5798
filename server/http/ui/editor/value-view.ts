// View data of one value of a step: its kind, the typed text, the choices and a preview with the example. Built from the form
// fields, not from the step, so that faulty input stays as it was typed.

import type { Field } from '../../../catalog/schema.ts'
import { asAppError } from '../../../errors.ts'
import type { Option } from '../../../highlevel/choices.ts'
import type { ValueSource } from '../../../workflows/document.ts'
import { type Knowledge, resolveValue } from '../../../workflows/mapping.ts'
import { TRANSFORMS } from '../../../workflows/transforms.ts'
import { type Control, controlOf, type Slot } from './literal-form.ts'
import { type Fault, rowsAt, type Sent, textAt, textsAt } from './sent.ts'
import { SETTINGS, type Setting } from './transform-form.ts'
import { kindsFor, oneOf, readValue, VALUE_KINDS, type ValueKind } from './value-form.ts'
import { nameOf, sampleText } from './values.ts'

/** The context of a value: form, faults, problems and example data. */
export type Around = {
  sent: Sent
  faults: readonly Fault[]
  /** Problem codes of `checkWorkflow` by field name. */
  problems: ReadonlyMap<string, string[]>
  known: Knowledge
  /** The display name of a path; undefined when it is not a path of a run. */
  nameOf(path: string): string | undefined
  /** Choices from the account for a field of the catalog entry; undefined when the account cannot be asked. */
  live(field: string, values: Record<string, unknown>): Promise<Option[] | undefined>
}

type Typed = { name: string; fault?: Fault | undefined }

/** View data of one transform. */
export type ChangeView = Typed & {
  use: string
  settings: (Setting & Typed & { typed: string; rows: { name: string; from: string; to: string }[] })[]
}

/** View data of one value. */
export type ValueView = Typed & {
  label: string
  help: string | undefined
  isRequired: boolean
  control: Control
  kind: ValueKind
  kinds: readonly ValueKind[]
  typed: Record<'value' | 'path' | 'text' | 'fallback' | 'json', string>
  chosen: string[]
  paths: { path: string; label: string | undefined }[]
  pathLabel: string | undefined
  /** Undefined when there are no choices, or they could not be read (`isUnread`). */
  options: Option[] | undefined
  isUnread: boolean
  /** Values that are not in the list may be typed. */
  isOpenList: boolean
  /** Only a literal value is possible. */
  isFixed: boolean
  changes: ChangeView[]
  parts: { row: string; key?: string; value: ValueView }[]
  problems: string[]
  preview: { text: string } | { fault: string } | undefined
}

const MOST_OPTIONS = 300

/** The first fault at one of the field names. */
export const faultAt = ({ faults }: Pick<Around, 'faults'>, ...names: string[]): Fault | undefined =>
  faults.find(({ name }) => names.includes(name))

const changeViews = (around: Around, at: string): ChangeView[] =>
  rowsAt(around.sent, `${at}.t`).map((name) => {
    const use = TRANSFORMS.find((one) => one === textAt(around.sent, `${name}.use`))
    const settings = (use ? SETTINGS[use] : []).map((setting) => {
      const own = `${name}.${setting.key}`
      const rows =
        setting.kind === 'pairs' ? [...rowsAt(around.sent, own), `${own}.${rowsAt(around.sent, own).length + 900}`] : []
      return {
        ...setting,
        name: own,
        typed: textAt(around.sent, own),
        rows: rows.map((row) => ({
          name: row,
          from: textAt(around.sent, `${row}.from`),
          to: textAt(around.sent, `${row}.to`),
        })),
        fault: faultAt(around, own),
      }
    })
    return { name, use: use ?? '', settings, fault: faultAt(around, `${name}.use`) }
  })

/** Keeps chosen values among the options even if they are no longer offered. */
const withChosen = (options: readonly Option[], chosen: readonly string[]): Option[] => {
  const shown = options.slice(0, MOST_OPTIONS)
  const missing = chosen.filter((value) => value !== '' && !shown.some((one) => one.value === value))
  return [...missing.map((value) => options.find((one) => one.value === value) ?? { value, label: value }), ...shown]
}

const previewOf = (source: ValueSource | undefined, known: Knowledge): ValueView['preview'] => {
  if (!source || 'value' in source) return undefined
  try {
    return { text: sampleText(resolveValue(source, known)) }
  } catch (error) {
    return { fault: asAppError(error).detail }
  }
}

/** Literal values of the other fields, for choices that depend on them. */
export const writtenIn = (
  fields: readonly Pick<Field, 'key'>[],
  sent: Sent,
  at: (key: string) => string,
): Record<string, unknown> =>
  Object.fromEntries(
    fields.flatMap(({ key }) => {
      const name = at(key)
      const kind = textAt(sent, `${name}.kind`)
      const text = textAt(sent, `${name}.value`)
      return text !== '' && (kind === 'value' || kind === '') ? [[key, text]] : []
    }),
  )

type Place = {
  slot: Slot
  /** Name of its form fields. */
  name: string
  /** Place in the catalog entry, for choices from the account. */
  field: string
  beside: Record<string, unknown>
  label?: string
  isFixed?: boolean
}

const optionsOf = async ({ slot, field, beside }: Place, kind: ValueKind, around: Around) => {
  if (!slot.choices || kind !== 'value') return { options: undefined, isUnread: false }
  if (Array.isArray(slot.choices)) {
    return { options: slot.choices.map(({ value, label }) => ({ value: String(value), label })), isUnread: false }
  }
  const options = await around.live(field, beside)
  return { options: options ?? [], isUnread: options === undefined }
}

const partsOf = (place: Place, kind: ValueKind, around: Around): Promise<ValueView['parts']> => {
  const { slot, name, field, beside } = place
  const { sent } = around
  if (kind === 'fields') {
    const all = { ...beside, ...writtenIn(slot.fields ?? [], sent, (key) => `${name}.f.${key}`) }
    return Promise.all(
      (slot.fields ?? []).map(async (one) => {
        const row = `${name}.f.${one.key}`
        const inner = { slot: one, name: row, field: `${field}.${one.key}`, beside: all }
        return { row, value: await viewValue(inner, around) }
      }),
    )
  }
  if (kind === 'rows') {
    return Promise.all(
      rowsAt(sent, `${name}.r`).map(async (row) => ({
        row,
        value: await viewValue({ slot: oneOf(slot), name: row, field, beside }, around),
      })),
    )
  }
  if (kind === 'pairs') return pairViews(`${name}.p`, around)
  return Promise.resolve([])
}

/** View data of named values of any kind below a name. */
export const pairViews = (at: string, around: Around): Promise<ValueView['parts']> =>
  Promise.all(
    rowsAt(around.sent, at).map(async (row) => ({
      row,
      key: textAt(around.sent, `${row}.key`),
      value: await viewValue(
        { slot: { type: 'any', list: false, required: false }, name: row, field: '', beside: {} },
        around,
      ),
    })),
  )

/** Builds the view data of one value. */
export const viewValue = async (place: Place, around: Around): Promise<ValueView> => {
  const { slot, name } = place
  const { sent, known } = around
  const given = textAt(sent, `${name}.kind`)
  const usual = kindsFor(slot)
  const kind = VALUE_KINDS.find((one) => one === given) ?? usual[0]!
  const chosen = textsAt(sent, `${name}.value`)
  const [{ options, isUnread }, parts] = await Promise.all([
    optionsOf(place, kind, around),
    partsOf(place, kind, around),
  ])
  const path = textAt(sent, `${name}.path`)
  return {
    name,
    label: place.label ?? slot.label ?? (slot.key === undefined ? '' : nameOf(slot.key)),
    help: slot.help,
    isRequired: slot.required,
    control: controlOf(slot),
    kind,
    kinds: usual.includes(kind) ? usual : [...usual, kind],
    typed: {
      value: textAt(sent, `${name}.value`),
      path,
      text: textAt(sent, `${name}.text`),
      fallback: textAt(sent, `${name}.fallback`),
      json: textAt(sent, `${name}.json`),
    },
    chosen,
    paths: [...textsAt(sent, `${name}.paths`).filter(Boolean), ''].map((one) => ({
      path: one,
      label: around.nameOf(one),
    })),
    pathLabel: around.nameOf(path),
    options: options && withChosen(options, chosen),
    isUnread,
    isFixed: place.isFixed ?? false,
    isOpenList: slot.choices !== undefined && !Array.isArray(slot.choices),
    changes: kind === 'path' || kind === 'text' || kind === 'paths' ? changeViews(around, name) : [],
    parts,
    problems: around.problems.get(name) ?? [],
    fault: faultAt(
      around,
      name,
      ...['value', 'path', 'paths', 'text', 'json', 'kind', 'key'].map((one) => `${name}.${one}`),
    ),
    preview: previewOf(readValue(slot, sent, name).source, known),
  }
}
