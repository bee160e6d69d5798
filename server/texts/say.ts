// What the server says in English, in the reader's language: words of the catalog, of the workflows that come with the app,
// and sentences made elsewhere. They are plain data or part of an answer of the API there; only where a page is drawn are
// they looked up here, by their English text. What a person wrote is not found and stays as it is, but where it is ours word by word.

import { ERRORS } from '../errors.ts'
import { auditActionsEs } from './audit-actions-es.ts'
import { builtInEs } from './built-in-es.ts'
import { actionLabelsEs } from './catalog-es/action-labels.ts'
import { choicesEs } from './catalog-es/choices.ts'
import { crmActionDescriptionsEs } from './catalog-es/crm-action-descriptions.ts'
import { fieldGroupsEs, fieldHelpsEs } from './catalog-es/field-helps.ts'
import { fieldLabelsEs } from './catalog-es/field-labels.ts'
import { ownActionDescriptionsEs } from './catalog-es/own-action-descriptions.ts'
import { resourcesEs } from './catalog-es/resources.ts'
import { triggerDescriptionsEs } from './catalog-es/trigger-descriptions.ts'
import { triggerLabelsEs } from './catalog-es/trigger-labels.ts'
import { crmDataNamesEs } from './crm-data-names-es.ts'
import { dataNamesEs } from './data-names-es.ts'
import { en } from './en.ts'
import { doorErrorsEs } from './errors-at-doors-es.ts'
import { workErrorsEs } from './errors-at-work-es.ts'
import { es } from './es.ts'
import { scopesEs } from './scopes-es.ts'
import { faultsEs, sentencesEs } from './sentences-es.ts'
import type { Locale } from './texts.ts'

/** `choice`: one of a list to choose from, where some words mean something else. */
export type Say = (text: string, as?: 'choice') => string

const errorsEs = { ...doorErrorsEs, ...workErrorsEs }

const errorSentencesEs: Record<string, string> = Object.fromEntries(
  Object.entries(ERRORS).flatMap(([code, { title, detail }]) => {
    const spanish = errorsEs[code as keyof typeof ERRORS]
    return [
      [title, spanish.title],
      [detail, spanish.detail],
    ]
  }),
)

const { branch: _branch, otherwise: _otherwise, error: _error, ...kindsEn } = en.workflows.kinds

/** In sentences, where a step without a title is called so. */
const stepKindsEs: Record<string, string> = Object.fromEntries(
  Object.entries(kindsEn).map(([kind, english]) => [english, es.workflows.kinds[kind as keyof typeof kindsEn]]),
)

/** By what they are; where a word is in several, it is the same in all, but that names of data give way. */
export const TABLES_ES = {
  dataNames: { ...dataNamesEs, ...crmDataNamesEs },
  resources: resourcesEs,
  auditActions: auditActionsEs,
  entryLabels: { ...actionLabelsEs, ...triggerLabelsEs },
  descriptions: { ...ownActionDescriptionsEs, ...crmActionDescriptionsEs, ...triggerDescriptionsEs },
  fieldLabels: fieldLabelsEs,
  fieldGroups: fieldGroupsEs,
  fieldHelps: fieldHelpsEs,
  scopes: scopesEs,
  builtIn: builtInEs,
  errors: errorSentencesEs,
  sentences: sentencesEs,
  faults: faultsEs,
  stepKinds: stepKindsEs,
} as const

type Pattern = { matches: RegExp; names: string[]; text: string }

/** Between names that stand side by side: `Customer created › E-mail`. */
const JOINTS = [' › ', ' · ']

/** Of a sentence of ours with what is put into it. Trying longer texts, which people send, could take seconds. */
const MOST_LETTERS = 2_000

const PLACE = /\{(\w+)\}/g

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const patternOf = ([english, text]: [string, string]): Pattern => ({
  matches: new RegExp(
    `^${english
      .split(/\{\w+\}/)
      .map((part) => escaped(part))
      .join('([\\s\\S]+?)')}$`,
  ),
  names: [...english.matchAll(PLACE)].map(([, name]) => name!),
  text,
})

/** Those with most words of their own first: `"A" needs a value.` before `"{field}" {fault}.` */
const patternsIn = (table: Record<string, string>): Pattern[] =>
  Object.entries(table)
    .filter(([english]) => english.search(PLACE) !== -1)
    .sort(([a], [b]) => b.replaceAll(PLACE, '').length - a.replaceAll(PLACE, '').length)
    .map(patternOf)

/** What a table says, texts and sentences with what is put into them; everything else as it is. */
export const createSayBy = (
  table: Record<string, string>,
  { choices = {}, joints = [] }: { choices?: Record<string, string>; joints?: readonly string[] } = {},
): Say => {
  const words = new Map(Object.entries(table))
  const choiceWords = new Map(Object.entries(choices))
  const patterns = patternsIn(table)

  const say: Say = (text, as) => {
    const known = (as === 'choice' ? choiceWords.get(text) : undefined) ?? words.get(text)
    if (known !== undefined) return known
    if (text.length > MOST_LETTERS) return text
    for (const { matches, names, text: spanish } of patterns) {
      const found = matches.exec(text)
      if (found) return spanish.replaceAll(PLACE, (_all, name: string) => say(found[names.indexOf(name) + 1]!))
    }
    const joint = joints.find((one) => text.includes(one))
    if (joint !== undefined)
      return text
        .split(joint)
        .map((part) => say(part))
        .join(joint)
    return text
  }
  return say
}

const createSpanish = (): Say => {
  const table = Object.fromEntries(Object.values(TABLES_ES).flatMap((table) => Object.entries<string>(table)))
  return createSayBy(table, { choices: choicesEs, joints: JOINTS })
}

export const createSay = (locale: Locale): Say => (locale === 'es' ? createSpanish() : (text) => text)

/** A text in every language that the pages have, for searching in it. */
export const createEveryWay = (): ((text: string) => string) => {
  const spanish = createSpanish()
  return (text) => `${text} ${spanish(text)}`
}
