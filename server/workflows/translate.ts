// Translates a document: its name and the labels of its steps and branches, for copies of our own workflows. Pure.

import type { Step, WorkflowDocument } from './document.ts'
import { withBranches } from './tree.ts'

/** Longest of a title, a label or a name; of a reason; of a description. */
const MOST_LETTERS = { name: 120, reason: 200, description: 500 }

/** `word` answers a text that it does not know as it is. What would become too long stays, too. */
export const translateDocument = (document: WorkflowDocument, word: (text: string) => string): WorkflowDocument => {
  const said = (text: string, most = MOST_LETTERS.name): string => {
    const other = word(text)
    return other.length > most ? text : other
  }
  const labelled = <Way extends { label: string }>(way: Way): Way => ({ ...way, label: said(way.label) })
  const stepIn = (step: Step): Step => {
    const below = withBranches(step, ({ steps }) => steps.map(stepIn))
    const titled = below.title === undefined ? below : { ...below, title: said(below.title) }
    switch (titled.type) {
      case 'condition':
        return { ...titled, branches: titled.branches.map(labelled) }
      case 'switch':
        return { ...titled, cases: titled.cases.map(labelled) }
      case 'stop':
        return titled.reason === undefined ? titled : { ...titled, reason: said(titled.reason, MOST_LETTERS.reason) }
      default:
        return titled
    }
  }
  const { description } = document
  return {
    ...document,
    name: said(document.name),
    ...(description === undefined ? {} : { description: said(description, MOST_LETTERS.description) }),
    steps: document.steps.map(stepIn),
  }
}
