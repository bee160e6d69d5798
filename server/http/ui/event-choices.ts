// The event types people can choose, and parsing their choice from a form. Labels come from the catalog.

import { z } from 'zod'

export type EventChoice = {
  /** Id of a catalog trigger. */
  id: string
  label: string
  source: 'rankr' | 'crm' | 'app'
}

const SOURCES = ['rankr', 'crm', 'app'] as const

/** Maximum number of triggers of one workflow. */
const MOST_EVENT_TYPES = 20

/** Checkboxes of one name: none is absent, one is text, several are a list. */
export const eventTypesField = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .default([])
  .transform((ids) => [...new Set(ids)])

/** Drops unknown types and sorts by the list; undefined when none or too many are left. */
export const chosenTypes = (ids: readonly string[], choices: readonly EventChoice[]): string[] | undefined => {
  const known = choices.map(({ id }) => id).filter((id) => ids.includes(id))
  return known.length === ids.length && known.length > 0 && known.length <= MOST_EVENT_TYPES ? known : undefined
}

/** The choices by source, for the form. */
export const groupedChoices = (choices: readonly EventChoice[]) =>
  SOURCES.map((source) => ({ source, choices: choices.filter((one) => one.source === source) })).filter(
    (group) => group.choices.length > 0,
  )

/** Labels of chosen types; types no longer in the catalog are shown by their id. */
export const labelsOf = (ids: readonly string[], choices: readonly EventChoice[]): string[] =>
  ids.map((id) => choices.find((one) => one.id === id)?.label ?? id)
