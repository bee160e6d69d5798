// The notes that the app writes into the CRM, in the language of the account. They are made in English, line by line.

import { notesEs, workflowNotesEs } from './notes-es.ts'
import { createSayBy } from './say.ts'

/** `workflow`: a person may have written it; only whole sentences of workflows that come with the app are looked up. */
export type NoteBy = 'us' | 'workflow'

/** Anything but `es` is English: the text as it is. */
export const createNoteSay = () => {
  const spanish = { us: createSayBy(notesEs), workflow: createSayBy(workflowNotesEs) }
  return (language: unknown, text: string, by: NoteBy): string =>
    language === 'es'
      ? text
          .split('\n')
          .map((line) => spanish[by](line))
          .join('\n')
      : text
}
