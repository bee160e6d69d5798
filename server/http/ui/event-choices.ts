// The kinds of events that people choose from, and reading their choice from a form. Labels are those of the catalog.

import { z } from 'zod'

export type EventChoice = {
  /** Id of a catalog trigger. */
  id: string
  label: string
  source: 'rankr' | 'crm' | 'app'
}

const SOURCES = ['rankr', 'crm', 'app'] as const

/** As many as one workflow may start with. */
const MOST_EVENT_TYPES = 20

/** Boxes of one name: none is absent, one is text, several are a list. */
export const eventTypesField = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .default([])
  .transform((ids) => [...new Set(ids)])

/** Only what can be chosen, in the order of the list; undefined when that is none or too many. */
export const chosenTypes = (ids: readonly string[], choices: readonly EventChoice[]): string[] | undefined => {
  const known = choices.map(({ id }) => id).filter((id) => ids.includes(id))
  return known.length === ids.length && known.length > 0 && known.length <= MOST_EVENT_TYPES ? known : undefined
}

/** For the form: the choices by where they come from. */
export const groupedChoices = (choices: readonly EventChoice[]) =>
  SOURCES.map((source) => ({ source, choices: choices.filter((one) => one.source === source) })).filter(
    (group) => group.choices.length > 0,
  )

/** Labels of chosen kinds, for lists; what the catalog no longer has is shown by its id. */
export const labelsOf = (ids: readonly string[], choices: readonly EventChoice[]): string[] =>
  ids.map((id) => choices.find((one) => one.id === id)?.label ?? id)
