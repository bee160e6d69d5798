// The options of a built-in workflow as a form: parsing and showing them. Knows no template by name.

import type { Option } from '../../highlevel/choices.ts'
import type { OptionField, Template } from '../../workflows/templates/template.ts'
import type { SyncUse } from './deps.ts'

type Sent = Record<string, unknown>

const isOn = (value: unknown): boolean => value === 'on'

const readField = ({ kind }: OptionField, sent: unknown): unknown => {
  const text = typeof sent === 'string' ? sent.trim() : ''
  if (kind === 'switch') return isOn(sent)
  if (kind === 'number') return text === '' ? undefined : Number(text)
  if (kind !== 'tags') return text
  return [
    ...new Set(
      text
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ]
}

/** The submitted options, and the names of those that the template refuses. */
export const readSyncForm = (
  { form, options }: Pick<Template, 'form' | 'options'>,
  sent: Sent,
): { use: SyncUse; refused: string[] } => {
  const wish = Object.fromEntries(form.map((field) => [field.key, readField(field, sent[field.key])]))
  const parsed = options.safeParse(wish)
  const use = { isEnabled: isOn(sent.enabled), options: parsed.success ? parsed.data : wish }
  return { use, refused: parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))] }
}

type FieldView = OptionField & { value: unknown; isRefused: boolean; options?: Option[] | undefined }

/** Options of a live field; undefined when the account cannot be asked now. */
export type LiveOptions = (wish: {
  entryId: string
  field: string
  values: Record<string, unknown>
}) => Promise<Option[] | undefined>

/** Fields with their values, for the view. */
export const fieldsOf = (
  { form }: Pick<Template, 'form'>,
  { use, refused, liveOptions }: { use: SyncUse; refused: readonly string[]; liveOptions: LiveOptions },
): Promise<FieldView[]> =>
  Promise.all(
    form.map(async (field) => {
      const shown = { ...field, value: use.options[field.key], isRefused: refused.includes(field.key) }
      if (field.kind !== 'live') return shown
      const { choices, dependsOn } = field
      const values = dependsOn ? { [dependsOn.field]: use.options[dependsOn.option] } : {}
      return { ...shown, options: await liveOptions({ ...choices, values }) }
    }),
  )

/** Names of options that other options depend on. */
export const parentsIn = ({ form }: Pick<Template, 'form'>): ReadonlySet<string> =>
  new Set(form.flatMap((field) => (field.kind === 'live' && field.dependsOn ? [field.dependsOn.option] : [])))
