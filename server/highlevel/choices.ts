// The options of a field: fixed in the catalog, or read live from the account through another catalog action.
// dynamic-fields.ts writes them in HighLevel's format.

import { firstText, readPath } from '../catalog/paths.ts'
import type { Action, Field, LiveChoices, Trigger } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import type { createExecute } from './execute.ts'
import { createItemCache } from './item-cache.ts'

export type Option = { label: string; value: string }

/** Values chosen so far, by key; values of the same group are top-level. */
export type Values = Record<string, unknown>

export type ChoiceRequest = {
  locationId: string
  /** Id of a catalog action or trigger. */
  entryId: string
  /** Key of a field, with dots into groups (`customFields.id`), or the path of a trigger's filter. */
  field: string
  values?: Values | undefined
  /** What a person typed to narrow the list. */
  search?: string | undefined
}

type Deps = Pick<ReturnType<typeof createExecute>, 'execute' | 'list'> & {
  action: (id: string) => Action | undefined
  trigger: (id: string) => Trigger | undefined
  /** Actions of our own that only read, by id; they need no call. */
  own?: Readonly<Record<string, (locationId: string) => Promise<unknown>>>
  now: () => Date
}

const LIFE_MS = 30_000
/** A list longer than this is searched, not scrolled. */
const MOST_ITEMS = 1_000
const MOST_FOUND = 100
const MOST_KEPT = 50_000
/** The longest text that every search of HighLevel takes. */
const LONGEST_SEARCH = 75

type WithChoices = { choices?: Field['choices'] }

const fieldAt = (fields: readonly Field[], path: string): Field | undefined => {
  const [key, ...rest] = path.split('.')
  const field = fields.find((each) => each.key === key)
  return rest.length === 0 || !field ? field : fieldAt(field.fields ?? [], rest.join('.'))
}

/** The field, filter or setting of an entry by its path; undefined when there is none. */
const placeIn = (entry: Action | Trigger, path: string): WithChoices | undefined =>
  'input' in entry
    ? fieldAt(entry.input, path)
    : (entry.filters.find((filter) => filter.path === path) ?? fieldAt(entry.settings, path))

/** A template is only filled in when the workflow runs, so nothing can depend on it yet. */
const isKnown = (value: unknown): boolean =>
  (typeof value === 'string' && value !== '' && !value.includes('{{')) || typeof value === 'number'

const given = (choices: LiveChoices, values: Values): Values | undefined => {
  const input: Values = { ...choices.input }
  for (const hung of choices.dependsOn ?? []) {
    if (!isKnown(values[hung.field])) return undefined
    if ('input' in hung) input[hung.input] = values[hung.field]
  }
  return input
}

/** The items of an answer, narrowed to the chosen parent. */
const itemsIn = (answer: unknown, { itemsAt, dependsOn = [] }: LiveChoices, values: Values): unknown[] => {
  const parent = dependsOn.find((hung) => 'parentAt' in hung)
  if (!parent) return [readPath(answer, itemsAt) ?? []].flat()
  const isChosen = (item: unknown) => String(readPath(item, parent.parentValue)) === String(values[parent.field])
  const within = itemsAt.slice(parent.parentAt.length + 1)
  const parents = [readPath(answer, parent.parentAt) ?? []].flat().filter(isChosen)
  return parents.flatMap((item) => readPath(item, within) ?? [])
}

const optionsOf = (items: unknown[], { value, label }: LiveChoices): Option[] => {
  const options = new Map<string, Option>()
  for (const item of items) {
    const own = firstText(item, [value])
    if (own !== undefined && !options.has(own)) {
      options.set(own, { label: firstText(item, [label].flat()) ?? own, value: own })
    }
  }
  return [...options.values()]
}

const matching = (options: Option[], search: string): Option[] => {
  const wanted = search.toLowerCase()
  return options.filter(({ label, value }) => label.toLowerCase().includes(wanted) || value.toLowerCase() === wanted)
}

/** `{ pipelines: items }` for `pipelines`. */
const nested = (path: string, items: unknown[]): unknown =>
  path.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), items)

const sorted = (input: Values): [string, unknown][] => Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1))

export type Choices = ReturnType<typeof createChoices>

/** Options of catalog fields and filters, cached per location. `options` throws `action_unknown` and `not_found`. */
export const createChoices = ({ execute, list, action, trigger, own = {}, now }: Deps) => {
  const cache = createItemCache({ now, lifeMs: LIFE_MS, mostItems: MOST_KEPT })

  const read = async (
    source: Action,
    call: { locationId: string; input: Values; most: number },
  ): Promise<unknown[]> => {
    const { most, ...rest } = call
    const mine = own[source.id]
    if (mine) return [await mine(call.locationId)]
    const execution = { ...rest, actionId: source.id, priority: 'interactive' } as const
    if (!source.list) return [(await execute(execution)).output]
    const items: unknown[] = []
    for await (const item of list({ ...execution, size: most })) {
      items.push(item)
      if (items.length >= most) break
    }
    return items
  }

  /** The answer of the action the options come from, cached for a short time. */
  const answerOf = async (locationId: string, choices: LiveChoices, input: Values, most: number): Promise<unknown> => {
    const source = action(choices.from)
    if (!source) throw new AppError('action_unknown', { extra: { actionId: choices.from } })
    const key = JSON.stringify([locationId, source.id, sorted(input)])
    const items = await cache.get(key, () => read(source, { locationId, input, most }))
    return source.list ? nested(source.list.itemsAt, items) : items[0]
  }

  const live = async (choices: LiveChoices, request: ChoiceRequest, search: string): Promise<Option[]> => {
    const { locationId, values = {} } = request
    const input = given(choices, values)
    if (!input) return []
    const isSearched = choices.search !== undefined && search !== ''
    if (isSearched) input[choices.search!] = search
    const answer = await answerOf(locationId, choices, input, isSearched ? MOST_FOUND : MOST_ITEMS)
    const options = optionsOf(itemsIn(answer, choices, values), choices)
    return isSearched ? options : matching(options, search)
  }

  /**
   * Returns `{ options: [{ label, value }] }`; empty while a field it depends on has no value. Throws `action_unknown`
   * for an unknown entry, `not_found` for a field without options, and what the executor throws.
   */
  const optionsFor = async (request: ChoiceRequest): Promise<{ options: Option[] }> => {
    const entry = action(request.entryId) ?? trigger(request.entryId)
    if (!entry) throw new AppError('action_unknown', { extra: { actionId: request.entryId } })
    const choices = placeIn(entry, request.field)?.choices
    if (!choices) throw new AppError('not_found', { detail: 'This field has no list to choose from.' })
    const search = (request.search ?? '').trim().slice(0, LONGEST_SEARCH)
    if (!Array.isArray(choices)) return { options: await live(choices, request, search) }
    return {
      options: matching(
        choices.map(({ label, value }) => ({ label, value: String(value) })),
        search,
      ),
    }
  }

  return {
    options: optionsFor,
    /** Clears the cache of a location. */
    forget: (locationId: string): void => cache.forget(JSON.stringify([locationId]).slice(0, -1)),
  }
}
