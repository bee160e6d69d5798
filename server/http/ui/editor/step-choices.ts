// The steps that can be added to a workflow: flow steps and catalog actions by system and resource, filtered by a search
// text, and the actions that the account used recently. Pure.

import type { Action } from '../../../catalog/schema.ts'
import { createEveryWay } from '../../../texts/say.ts'
import { FLOW_STEPS, type FlowStep } from './new-step.ts'
import { nameOf } from './values.ts'

/** An action that can be added. */
export type ActionChoice = {
  id: string
  label: string
  description: string
  risk: Action['risk']
  /** Scopes that the account has not granted. */
  missing: readonly string[]
}

/** The steps that match a search. */
export type StepChoices = {
  flow: FlowStep[]
  recent: ActionChoice[]
  groups: { system: Action['system']; title: string; choices: ActionChoice[] }[]
  count: number
}

const SYSTEMS: readonly Action['system'][] = ['rankr', 'app', 'crm', 'http', 'support']

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()

const choiceOf = ({ id, label, description, risk, scope }: Action, granted: readonly string[]): ActionChoice => ({
  id,
  label,
  description,
  risk,
  missing: scope.filter((one) => !granted.includes(one)),
})

/** Words that people use for one another, in the languages that the pages have. */
const SYNONYMS = [
  ['create', 'add', 'make', 'new', 'open', 'crear', 'añadir', 'agregar', 'nuevo', 'nueva', 'abrir'],
  ['update', 'change', 'edit', 'modify', 'set', 'actualizar', 'cambiar', 'editar', 'modificar'],
  ['delete', 'remove', 'erase', 'eliminar', 'quitar', 'borrar'],
  ['get', 'find', 'look', 'list', 'read', 'search', 'obtener', 'buscar', 'leer', 'listar'],
  ['send', 'message', 'notify', 'enviar', 'mensaje', 'avisar'],
  ['webhook', 'url', 'web'],
  ['email', 'e-mail', 'mail', 'correo'],
  ['sms', 'text', 'message', 'mensaje'],
].map((words) => words.map(plain))

const STOP_WORDS = new Set([
  'a',
  'an',
  'the',
  'to',
  'of',
  'for',
  'in',
  'un',
  'una',
  'el',
  'la',
  'los',
  'las',
  'de',
  'del',
  'para',
  'en',
])

/** Whether a text holds every typed word, or begins a word with a synonym of it. */
const createFit = (typed: string): ((text: string) => boolean) => {
  const all = plain(typed).split(/\s+/).filter(Boolean)
  const meant = all.filter((word) => !STOP_WORDS.has(word))
  const words = meant.length > 0 ? meant : all
  return (text) => {
    const searched = ` ${plain(text)}`
    const hasSynonym = (word: string): boolean =>
      SYNONYMS.some((group) => group.includes(word) && group.some((other) => searched.includes(` ${other}`)))
    return words.every((word) => searched.includes(word) || hasSynonym(word))
  }
}

/** Search terms of the flow steps, in all languages of the pages. */
const FLOW_NAMES: Record<FlowStep, string> = {
  condition: 'if condition branch si condición rama',
  switch: 'switch depending on value cases según valor casos',
  'for-each': 'for each loop list por cada bucle lista',
  delay: 'wait delay pause until esperar pausa hasta',
  call: 'call workflow llamar flujo',
  stop: 'stop end parar terminar fin',
}

type Wish = {
  actions: readonly Action[]
  granted: readonly string[]
  /** Action ids, most recent first. */
  recent: readonly string[]
  search: string
}

const everyWay = createEveryWay()

/** Finds steps. Every word must occur in the name, description, resource or system of an entry. Planned actions are left out. */
export const stepChoices = ({ actions, granted, recent, search }: Wish): StepChoices => {
  const fits = createFit(search)
  const usable = actions.filter(({ isPlanned }) => !isPlanned)
  const found = usable.filter(({ label, description, resource, system }) =>
    fits(`${[label, description, nameOf(resource)].map(everyWay).join(' ')} ${system}`),
  )
  // Matches in the name come before matches in the description.
  const byName = (one: Action): number => Number(!fits(everyWay(one.label)))
  const groups = SYSTEMS.flatMap((system) => {
    const own = found.filter((one) => one.system === system)
    return [...Map.groupBy(own, ({ resource }) => resource)].map(([resource, entries]) => ({
      system,
      title: nameOf(resource),
      choices: entries.toSorted((a, b) => byName(a) - byName(b)).map((one) => choiceOf(one, granted)),
    }))
  })
  const used = recent.flatMap((id) => usable.find((one) => one.id === id) ?? [])
  return {
    flow: FLOW_STEPS.filter((step) => fits(FLOW_NAMES[step])),
    recent: search.trim() ? [] : used.map((one) => choiceOf(one, granted)),
    groups,
    count: found.length,
  }
}
