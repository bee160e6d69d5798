// The samples of the catalog tell of one made-up account: the same contact, pipeline and invoice under the same ids
// everywhere. So what an action needs to be there first can be read from them: an id in its input is made by the action
// whose answer holds that id as its own.

import { actions } from '../../server/catalog/index.ts'
import { readPath } from '../../server/catalog/paths.ts'
import type { Action } from '../../server/catalog/schema.ts'
import type { World } from './sandbox-world.ts'

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json => value !== null && typeof value === 'object'

const OWN = /^(?:_?id|key)$/
const NAMING = /^(?:_?id|key|owner|users|followers|ids|\w+Ids?)$/

/** Every text in a value with the name it stands under; items of a list stand under the name of the list. */
const textsIn = (value: unknown, name = ''): { name: string; text: string }[] => {
  if (typeof value === 'string') return [{ name, text: value }]
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, name))
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => textsIn(item, key)) : []
}

/** The ids of what an answer is about: those that lie least deep. */
const ownIdsIn = (value: unknown): string[] => {
  let level: unknown[] = [value]
  while (level.length > 0) {
    const found = level.flatMap((each) =>
      isObject(each)
        ? Object.entries(each).flatMap(([key, id]) => (OWN.test(key) && typeof id === 'string' ? [id] : []))
        : [],
    )
    if (found.length > 0) return found
    level = level.flatMap((each) => (isObject(each) ? Object.values(each) : []))
  }
  return []
}

const crmActions = actions.filter(({ system }) => system === 'crm')

/** Every id that some answer has as its own or names by `…Id`. */
const KNOWN = new Set(
  crmActions.flatMap(({ sample }) =>
    textsIn(sample.output).flatMap(({ name, text }) => (OWN.test(name) || /Id$/.test(name) ? [text] : [])),
  ),
)

/** Known ids that an action is given. The key of what it creates is its own to choose, so none of them. */
const idsGivenTo = ({ method, risk, sample }: Action): string[] => {
  const choosesKey = method === 'POST' && risk === 'write'
  const texts = textsIn(sample.input).filter(({ name }) => !(choosesKey && /^(?:key|fieldKey)$/.test(name)))
  return [...new Set(texts.flatMap(({ text }) => (KNOWN.has(text) ? [text] : [])))]
}

/** Creates it; lists it; brings it in passing. */
const RANKS = ['creates', 'lists', 'brings'] as const

const FACTS = crmActions
  .filter(({ risk }) => risk !== 'destroy')
  .map((entry) => {
    const texts = textsIn(entry.sample.output)
    const isWrite = entry.risk === 'write'
    return {
      entry,
      given: new Set(idsGivenTo(entry)),
      creates: new Set(isWrite ? ownIdsIn(entry.sample.output) : []),
      lists: new Set(entry.list ? texts.flatMap(({ name, text }) => (OWN.test(name) ? [text] : [])) : []),
      brings: new Set(isWrite ? texts.map(({ text }) => text) : []),
    }
  })

/** Actions whose answer brings an id that they were not given, those that create it first. */
const makersOf = (id: string): Action[] => {
  const candidates = FACTS.filter(({ given }) => !given.has(id))
  return [...new Set(RANKS.flatMap((rank) => candidates.filter((facts) => facts[rank].has(id))))].map(
    ({ entry }) => entry,
  )
}

/** Writes that are given all of these ids: they may be what joins them. */
const joinersOf = (ids: string[]): Action[] =>
  FACTS.filter(({ entry, given }) => entry.risk === 'write' && ids.every((id) => given.has(id))).map(
    ({ entry }) => entry,
  )

/** The ids of one world for the ids of the samples. */
export const createIds = (world: World) => {
  const ids = new Map<string, string>()
  const tried = new Set<string>()

  const learn = (sample: unknown, real: unknown, name = ''): void => {
    if (typeof sample === 'string' && typeof real === 'string') {
      if (NAMING.test(name) && real !== '' && !ids.has(sample)) ids.set(sample, real)
    } else if (Array.isArray(sample) && Array.isArray(real)) {
      for (const [index, item] of sample.entries()) learn(item, real[index], name)
    } else if (isObject(sample) && isObject(real)) {
      for (const [key, item] of Object.entries(sample)) learn(item, real[key], key)
    }
  }

  const translated = <T>(value: T): T => {
    if (typeof value === 'string') return (ids.get(value) ?? value) as T
    if (Array.isArray(value)) return value.map(translated) as T
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, translated(item)])) as T
  }

  const make = async (entry: Action): Promise<void> => {
    await prepare(entry, { forItems: false })
    const output = await world.run(entry.id, translated(entry.sample.input)).catch(() => undefined)
    // A sample's ids are of no world.
    if (!world.seen.at(-1)?.isSample) learn(entry.sample.output, output)
  }

  const need = async (id: string): Promise<void> => {
    for (const maker of makersOf(id)) {
      if (ids.has(id)) return
      if (tried.has(maker.id)) continue
      tried.add(maker.id)
      await make(maker)
    }
  }

  /** Names of a `map` are fields of the custom object that the record is of. */
  const needFields = async (entry: Action): Promise<void> => {
    const { objectKey } = entry.sample.input
    const maps = entry.input.filter(({ type }) => type === 'map').map(({ key }) => entry.sample.input[key])
    if (typeof objectKey !== 'string' || !maps.some(isObject)) return
    const create = crmActions.find(({ id }) => id === 'crm.object-fields.create')!
    await prepare(create, { forItems: false })
    for (const [name, value] of maps.flatMap((map) => Object.entries(map as Json))) {
      const dataType = isObject(value) ? 'MONETORY' : typeof value === 'number' ? 'NUMERICAL' : 'TEXT'
      const field = { name, fieldKey: `${objectKey}.${name}`, objectKey, dataType }
      // One that is there already is refused.
      await world.run(create.id, { ...translated(create.sample.input), ...field }).catch(() => undefined)
    }
  }

  const itemsOf = async ({ id, list, sample }: Action): Promise<unknown> =>
    readPath(await world.run(id, translated(sample.input)), list!.itemsAt)

  /** What a list shows may have to be joined with what it is the list of. */
  const needItems = async (entry: Action): Promise<void> => {
    const items = ownIdsIn(readPath(entry.sample.output, entry.list!.itemsAt)).slice(0, 1)
    for (const id of items) await need(id)
    const found = await itemsOf(entry)
    if (Array.isArray(found) && found.length > 0) return
    for (const joiner of joinersOf([...idsGivenTo(entry), ...items])) await make(joiner)
  }

  /** Makes what the action's sample names, and, if it is a list, what it is to list. */
  const prepare = async (entry: Action, { forItems } = { forItems: true }): Promise<void> => {
    for (const id of idsGivenTo(entry)) await need(id)
    await needFields(entry)
    if (entry.list && forItems) await needItems(entry)
  }

  return {
    prepare,
    /** A sample with the ids of this world. */
    translated,
  }
}
