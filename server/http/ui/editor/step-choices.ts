// What a person may put into a workflow: steps of the flow and the catalog's actions, by system and resource, narrowed by
// what was typed; which of them the account has used lately. Pure.

import type { Action } from '../../../catalog/schema.ts'
import { createEveryWay } from '../../../texts/say.ts'
import { FLOW_STEPS, type FlowStep } from './new-step.ts'
import { nameOf } from './values.ts'

export type ActionChoice = {
  id: string
  label: string
  description: string
  risk: Action['risk']
  /** Permissions that the account has not given. */
  missing: readonly string[]
}

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

/** Words by which the steps of the flow are found, in the languages that the pages have. */
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
  /** Ids, the latest first. */
  recent: readonly string[]
  search: string
}

const everyWay = createEveryWay()

/** Every word typed must be in the name, the description or the place of an entry. What is not available is left out. */
export const stepChoices = ({ actions, granted, recent, search }: Wish): StepChoices => {
  const words = plain(search).split(/\s+/).filter(Boolean)
  const fits = (text: string): boolean => words.every((word) => plain(text).includes(word))
  const usable = actions.filter(({ isPlanned }) => !isPlanned)
  const found = usable.filter(({ label, description, resource, system }) =>
    fits(`${[label, description, nameOf(resource)].map(everyWay).join(' ')} ${system}`),
  )
  // Who types a name wants what is called so before what merely speaks of it.
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
    recent: words.length > 0 ? [] : used.map((one) => choiceOf(one, granted)),
    groups,
    count: found.length,
  }
}
