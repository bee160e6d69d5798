// The form fields of each mapping transform: parsing and showing their settings, without loss. Knows no mapping.

export type StepField = { key: string } & (
  | { kind: 'text' | 'number' | 'switch' | 'words' | 'table' | 'value' | 'currency' }
  /** One of a few options, or none. */
  | { kind: 'choice'; values: readonly string[]; isNeeded?: boolean }
)

type Step = Record<string, unknown>

const ifInvalid: StepField = { key: 'ifInvalid', kind: 'choice', values: ['fail', 'empty', 'keep'] }
const text = (key: string): StepField => ({ key, kind: 'text' })
const number = (key: string): StepField => ({ key, kind: 'number' })
const choice = (key: string, values: string[]): StepField => ({ key, kind: 'choice', values })
const needed = (key: string, values: string[]): StepField => ({ key, kind: 'choice', values, isNeeded: true })

/** In the order in which people look for them. */
export const STEPS: Readonly<Record<string, { start: Step; fields: readonly StepField[] }>> = {
  upper: { start: {}, fields: [] },
  lower: { start: {}, fields: [] },
  title: { start: {}, fields: [] },
  trim: { start: {}, fields: [] },
  phone: { start: { ifInvalid: 'empty' }, fields: [text('country'), ifInvalid] },
  date: {
    start: { to: 'day' },
    fields: [
      needed('to', ['day', 'time', 'instant', 'text', 'seconds', 'milliseconds']),
      ...[text('fromZone'), text('zone'), number('addAmount'), choice('addUnit', ['minutes', 'hours', 'days'])],
      choice('style', ['short', 'medium', 'long', 'full']),
      ...[text('locale'), { key: 'withTime', kind: 'switch' } as const, ifInvalid],
    ],
  },
  money: {
    start: { from: 'major', to: 'text', currency: { path: 'trigger.data.currency' } },
    fields: [
      needed('from', ['major', 'minor']),
      needed('to', ['text', 'major', 'minor']),
      { key: 'currency', kind: 'currency' },
      text('locale'),
      ifInvalid,
    ],
  },
  number: { start: {}, fields: [choice('decimal', ['.', ',']), ifInvalid] },
  round: { start: { digits: 0 }, fields: [number('digits'), choice('how', ['nearest', 'up', 'down']), ifInvalid] },
  lookup: {
    start: { table: {}, ifInvalid: 'keep' },
    fields: [{ key: 'table', kind: 'table' }, { key: 'otherwise', kind: 'value' }, ifInvalid],
  },
  boolean: { start: {}, fields: [{ key: 'yes', kind: 'words' }, { key: 'no', kind: 'words' }, ifInvalid] },
  join: { start: { with: ', ' }, fields: [text('with')] },
  split: { start: { at: ' ' }, fields: [text('at'), number('part')] },
  default: { start: { value: '' }, fields: [{ key: 'value', kind: 'value' }] },
  json: { start: { do: 'read' }, fields: [needed('do', ['read', 'write']), text('at'), ifInvalid] },
}

const parsed = (typed: string): { value: unknown } | undefined => {
  try {
    return { value: JSON.parse(typed) }
  } catch {
    return undefined
  }
}

/** Text as it is; other values, and text that looks like one, as JSON. */
export const showValue = (value: unknown): string => {
  if (value === undefined) return ''
  const isPlain = typeof value === 'string' && value !== '' && value === value.trim() && !/[\r\n]/.test(value)
  return isPlain && !parsed(value) ? value : JSON.stringify(value)
}

/** The reverse; undefined for an empty field. */
export const readValue = (typed: string): unknown => {
  const plain = typed.trim()
  return plain === '' ? undefined : (parsed(plain)?.value ?? (plain === 'null' ? null : plain))
}

const LINE = /^\s*("(?:[^"\\]|\\.)*"|[^=]*?)\s*=\s*(.*)$/

const showTable = (table: unknown): string =>
  Object.entries((table ?? {}) as Step)
    .map(
      ([key, value]) =>
        `${/^[^="\s][^="\r\n]*$/.test(key) ? (key.trim() === key ? key : JSON.stringify(key)) : JSON.stringify(key)} = ${showValue(value)}`,
    )
    .join('\n')

/** One per line: `gold = Gold plan`. A line without `=` maps to an empty text. */
const readTable = (typed: string): Step =>
  Object.fromEntries(
    typed.split(/\r?\n/).flatMap((line) => {
      if (line.trim() === '') return []
      const [, key = line.trim(), value = ''] = LINE.exec(line) ?? []
      return [[key.startsWith('"') ? String(parsed(key)?.value ?? key) : key, readValue(value) ?? '']]
    }),
  )

const wordsIn = (typed: string): string[] =>
  typed
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)

const readField = ({ kind, key }: StepField, typed: string): unknown => {
  // Spaces matter when joining and splitting.
  if (kind === 'text') return ['with', 'at'].includes(key) ? typed : typed.trim() || undefined
  if (kind === 'number') return typed.trim() === '' ? undefined : Number(typed)
  if (kind === 'switch') return typed === 'on' || undefined
  if (kind === 'words') return wordsIn(typed).length > 0 ? wordsIn(typed) : undefined
  if (kind === 'table') return readTable(typed)
  if (kind === 'value') return readValue(typed)
  if (kind === 'currency') return typed.includes('.') ? { path: typed.trim() } : typed.trim().toUpperCase()
  return typed === '' ? undefined : typed
}

/** Parses a transform without validating it. Undefined for an unknown one. */
export const readStep = (use: string, typedAt: (key: string) => string): Step | undefined => {
  const fields = Object.hasOwn(STEPS, use) ? STEPS[use]!.fields : undefined
  if (!fields) return undefined
  const entries = fields.map((field): [string, unknown] => [field.key, readField(field, typedAt(field.key))])
  const { addAmount, addUnit, ...rest } = Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  if (use === 'default') rest.value ??= ''
  if (use === 'json' && rest.at === '') delete rest.at
  return { use, ...rest, ...(addAmount ? { add: { amount: addAmount, unit: addUnit ?? 'days' } } : {}) }
}

const showField = ({ kind, key }: StepField, step: Step): string => {
  const { amount, unit } = (step.add ?? {}) as Step
  const value = key === 'addAmount' ? amount : key === 'addUnit' ? unit : step[key]
  if (kind === 'table') return showTable(value)
  if (kind === 'value') return showValue(value)
  if (kind === 'words') return ((value ?? []) as string[]).join(', ')
  if (kind === 'switch') return value === true ? 'on' : ''
  if (kind === 'currency')
    return typeof value === 'object' ? String((value as Step | null)?.path ?? '') : String(value ?? '')
  return value === undefined ? '' : String(value)
}

/** A transform's settings as form fields. */
export const fieldsOfStep = (step: Step): (StepField & { value: string })[] =>
  (STEPS[String(step.use)]?.fields ?? []).map((field) => ({ ...field, value: showField(field, step) }))
