// Converts the transforms of a value to form rows and back. Pure.

import type { Transform } from '../../../workflows/transforms.ts'
import { TRANSFORMS, transform } from '../../../workflows/transforms.ts'
import { readAny, writeAny } from './literal-form.ts'
import { type Fault, linesOf, rowsAt, type Sent, textAt } from './sent.ts'

type Kind = 'text' | 'letters' | 'number' | 'any' | 'choice' | 'yes-no' | 'lines' | 'pairs' | 'currency'

/** A setting of a transform. `needed`: the transform is invalid without it. */
export type Setting = { key: string; kind: Kind; values?: readonly string[]; needed?: true }

const IF_INVALID: Setting = { key: 'ifInvalid', kind: 'choice', values: ['fail', 'empty', 'keep'] }
const UNITS = ['minutes', 'hours', 'days'] as const

/** The settings of each transform, in the order in which they are shown. */
export const SETTINGS: Record<Transform['use'], readonly Setting[]> = {
  upper: [],
  lower: [],
  trim: [],
  title: [],
  phone: [{ key: 'country', kind: 'text' }, IF_INVALID],
  date: [
    { key: 'to', kind: 'choice', values: ['instant', 'day', 'time', 'text', 'seconds', 'milliseconds'], needed: true },
    { key: 'add.amount', kind: 'number' },
    { key: 'add.unit', kind: 'choice', values: UNITS, needed: true },
    { key: 'style', kind: 'choice', values: ['short', 'medium', 'long', 'full'] },
    { key: 'withTime', kind: 'yes-no' },
    { key: 'zone', kind: 'text' },
    { key: 'fromZone', kind: 'text' },
    { key: 'locale', kind: 'text' },
    IF_INVALID,
  ],
  money: [
    { key: 'from', kind: 'choice', values: ['major', 'minor'], needed: true },
    { key: 'to', kind: 'choice', values: ['text', 'major', 'minor'], needed: true },
    { key: 'currency', kind: 'currency' },
    { key: 'locale', kind: 'text' },
    IF_INVALID,
  ],
  lookup: [{ key: 'table', kind: 'pairs' }, { key: 'otherwise', kind: 'any' }, IF_INVALID],
  join: [{ key: 'with', kind: 'letters' }],
  split: [
    { key: 'at', kind: 'letters' },
    { key: 'part', kind: 'number' },
  ],
  default: [{ key: 'value', kind: 'any' }],
  number: [{ key: 'decimal', kind: 'choice', values: ['.', ','] }, IF_INVALID],
  boolean: [{ key: 'yes', kind: 'lines' }, { key: 'no', kind: 'lines' }, IF_INVALID],
  round: [
    { key: 'digits', kind: 'number' },
    { key: 'how', kind: 'choice', values: ['nearest', 'up', 'down'] },
    IF_INVALID,
  ],
  json: [
    { key: 'do', kind: 'choice', values: ['read', 'write'], needed: true },
    { key: 'at', kind: 'text' },
    IF_INVALID,
  ],
}

/** Initial settings of a newly added transform, so that it is complete at once. */
const FIRST: Partial<Record<Transform['use'], Sent>> = {
  date: { to: 'day' },
  money: { from: 'major', to: 'text', currency: 'USD' },
  join: { with: ', ' },
  split: { at: ',' },
  round: { digits: '2' },
  json: { do: 'read' },
  default: { value: '-' },
}

const isUse = (text: string): text is Transform['use'] => (TRANSFORMS as readonly string[]).includes(text)

const CURRENCY = /^[A-Za-z]{3}$/

/** Line breaks and tabs as escapes, because a single-line field cannot hold them. */
const spelt = (letters: string): string =>
  letters.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')

const unspelt = (text: string): string =>
  text.replace(/\\([\\ntr])/g, (_all, one: string) => ({ n: '\n', t: '\t', r: '\r' })[one] ?? one)

const partAt = (value: unknown, key: string): unknown =>
  key.split('.').reduce<unknown>((found, part) => (found as Record<string, unknown> | undefined)?.[part], value)

const writeSetting = ({ key, kind }: Setting, value: unknown, at: string): Sent => {
  const name = `${at}.${key}`
  if (kind === 'pairs') {
    const rows = Object.entries((value ?? {}) as Record<string, unknown>)
    return Object.assign(
      {},
      ...rows.map(([from, to], row) => ({ [`${name}.${row}.from`]: from, [`${name}.${row}.to`]: writeAny(to) })),
    )
  }
  if (value === undefined) return { [name]: '' }
  if (kind === 'any') return { [name]: writeAny(value) }
  if (kind === 'lines') return { [name]: (value as string[]).join('\n') }
  if (kind === 'letters') return { [name]: spelt(value as string) }
  return { [name]: kind === 'currency' && typeof value === 'object' ? (value as { path: string }).path : String(value) }
}

/** Writes transforms as form fields below the name `at`. */
export const writeTransforms = (transforms: readonly Transform[] | undefined, at: string): Sent =>
  Object.assign(
    {},
    ...(transforms ?? []).flatMap((one, row) => {
      const here = `${at}.${row}`
      return [
        { [`${here}.use`]: one.use },
        ...SETTINGS[one.use].map((setting) => writeSetting(setting, partAt(one, setting.key), here)),
      ]
    }),
  )

const readSetting = ({ key, kind }: Setting, sent: Sent, at: string): unknown => {
  const name = `${at}.${key}`
  const text = textAt(sent, name)
  if (kind === 'pairs') {
    const rows = rowsAt(sent, name).filter((row) => textAt(sent, `${row}.from`) !== '')
    return Object.fromEntries(rows.map((row) => [textAt(sent, `${row}.from`), readAny(textAt(sent, `${row}.to`))]))
  }
  // The separator of a joined list may be empty.
  if (text === '') return key === 'with' ? '' : undefined
  switch (kind) {
    case 'number':
      return Number(text)
    case 'any':
      return readAny(text)
    case 'yes-no':
      return text === 'true'
    case 'lines':
      return linesOf(text)
    case 'letters':
      return unspelt(text)
    case 'currency':
      return CURRENCY.test(text) ? text : { path: text }
    default:
      return text
  }
}

/** Whether a transform was only just chosen, so that the form has none of its settings yet. */
const withFirst = (sent: Sent, at: string, use: Transform['use']): Sent => {
  const isNew =
    SETTINGS[use].length > 0 && !Object.keys(sent).some((key) => key.startsWith(`${at}.`) && key !== `${at}.use`)
  if (!isNew) return sent
  const first = Object.entries(FIRST[use] ?? {}).map(([key, text]) => [`${at}.${key}`, text])
  return { ...sent, ...Object.fromEntries(first) }
}

const readOne = (sent: Sent, at: string, use: Transform['use']): unknown => {
  const form = withFirst(sent, at, use)
  const made: Record<string, unknown> = { use }
  for (const setting of SETTINGS[use]) {
    const value = readSetting(setting, form, at)
    if (value === undefined) continue
    const [outer, inner] = setting.key.split('.') as [string, string?]
    if (inner === undefined) made[outer] = value
    else made[outer] = { ...(made[outer] as object | undefined), [inner]: value }
  }
  // A unit without an amount is not a shift.
  if (made.add && !Object.hasOwn(made.add as object, 'amount')) delete made.add
  return made
}

/** Reads the transforms below the name `at`. Rows without a chosen transform are left out, which is how one is removed. */
export const readTransforms = (sent: Sent, at: string): { transforms: Transform[]; faults: Fault[] } => {
  const transforms: Transform[] = []
  const faults: Fault[] = []
  for (const row of rowsAt(sent, at)) {
    const use = textAt(sent, `${row}.use`)
    if (!isUse(use)) continue
    const { data, error } = transform.safeParse(readOne(sent, row, use))
    if (data) transforms.push(data)
    for (const { path, message } of error?.issues ?? []) {
      const setting = SETTINGS[use].find(({ key }) => key === path.join('.') || key === path[0])
      // Only our own messages are meant for users; the parser's are for programmers.
      const detail = message.startsWith('must') ? { detail: message } : {}
      faults.push({ name: setting ? `${row}.${setting.key}` : `${row}.use`, code: 'transform', ...detail })
    }
  }
  return { transforms, faults }
}
