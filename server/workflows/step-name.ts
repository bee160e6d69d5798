// A step's name in sentences: as shown in the editor, not its id. English; pages translate it. Pure.

import type { Step } from './document.ts'

/** For steps that have no title; the same words as `workflows.kinds` of the texts. */
export const STEP_KINDS: Readonly<Record<Step['type'], string>> = {
  action: 'Action',
  condition: 'If',
  switch: 'Depending on',
  'for-each': 'For each',
  delay: 'Wait',
  call: 'Workflow',
  stop: 'End',
}

type Labels = { action(id: string): { label: string } | undefined }

/** Its own title, else that of its action, else what kind of step it is. `labels` is only asked for actions. */
export const stepNameOf = (step: Step, labels?: Labels): string =>
  step.title ?? (step.type === 'action' ? labels?.action(step.action)?.label : undefined) ?? STEP_KINDS[step.type]
