// One way for every change of a draft: loads it, holds it against the revision that was drawn, applies the change, keeps the
// result with its audit entry, and answers the whole editor.

import { z } from 'zod'
import { AppError } from '../../../errors.ts'
import type { OwnWorkflow, WorkflowBook } from '../../../workflows/book.ts'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import type { Session } from '../../doors/session.ts'
import type { Route } from '../../route.ts'
import type { Transaction } from '../deps.ts'
import { defineChange } from '../screen.ts'
import type { Entered } from './panel.ts'
import { type Selection, selectionIn, selectionQuery } from './selection.ts'
import type { Said, ShowEditor, Shown } from './show.ts'

export const EDIT = '/settings/workflows/:workflowId/edit'
export const editorParams = z.object({ workflowId: z.uuid() })

type Made = {
  document: WorkflowDocument
  selection: Selection
  /** Instead of the row's `message`. */
  said?: Said
  focus?: Shown['focus']
  /** What was typed in the panel and why some of it is not kept: shown as it was typed. */
  entered?: Entered
}

type Now = { selection: Selection; caller: Session; workflow: OwnWorkflow }

type ChangeRow<Body extends z.ZodType> = {
  /** Below the editor's address: `step`. */
  path: string
  /** Beside `revision` and `selected`, which every form of the editor sends. */
  body: Body
  audit: string
  /** Throws AppError when the change cannot be made; its sentence is shown. */
  apply(document: WorkflowDocument, body: z.output<Body>, now: Now): Made | Promise<Made>
  /** A key of `editor.said`. */
  message?: string
  bodyLimitBytes?: number
}

type Deps = { workflowBook: Pick<WorkflowBook, 'get' | 'saveDraft'>; transaction: Transaction; show: ShowEditor }

const envelope = z.looseObject({
  revision: z.coerce.number().int().min(0),
  selected: selectionQuery.shape.selected,
})

/** What was sent as it came, beside what it means: it may have to be offered again. */
const posted = <Body extends z.ZodType>(body: Body) =>
  envelope.transform((sent, context) => {
    const { revision, selected, ...fields } = sent
    const { data, error } = body.safeParse(fields)
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message })
    return { revision, selected, fields, body: data as z.output<Body> }
  })

/** As hidden inputs have it; what is no text was no form's. */
const inputsOf = (fields: Record<string, unknown>): [string, string][] =>
  Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().flatMap((one): [string, string][] => (typeof one === 'string' ? [[name, one]] : [])),
  )

const REFUSALS = ['conflict', 'not_found', 'workflow_invalid']

export type EditorChanges = ReturnType<typeof createEditorChanges>

export const createEditorChanges = ({ workflowBook, transaction, show }: Deps) => ({
  /** A `POST` row. Of two people who change the same draft the second is shown the latest, and may press again. */
  change: <Body extends z.ZodType>({ path, body, audit, apply, message, ...row }: ChangeRow<Body>): Route =>
    defineChange({
      ...row,
      path: `${EDIT}/${path}`,
      audit,
      input: { params: editorParams, body: posted(body) },
      async handler({ caller, params: { workflowId: id }, body: sent, audit: record }) {
        const { locationId } = caller
        const before = await workflowBook.get(locationId, id)
        const selection = selectionIn(before.draft, sent)
        const late = async () => {
          const workflow = await workflowBook.get(locationId, id)
          const conflict = { path, fields: inputsOf({ ...sent.fields, selected: sent.selected }) }
          return await show(caller, workflow, { selection: selectionIn(workflow.draft, sent), conflict })
        }
        if (before.revision !== sent.revision) return await late()

        let made: Made
        try {
          made = await apply(before.draft, sent.body, { selection, caller, workflow: before })
        } catch (error) {
          if (!(error instanceof AppError && REFUSALS.includes(error.code))) throw error
          return await show(caller, before, { selection, refused: error.detail ?? error.message })
        }
        try {
          await transaction(async (on) => {
            await workflowBook.saveDraft(locationId, id, { document: made.document, revision: before.revision, on })
            await record({ subjectType: 'workflow', subjectId: id, details: { change: path } }, on)
          })
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'conflict')) throw error
          return await late()
        }
        const said = made.said ?? (message ? { key: message } : undefined)
        return await show(caller, await workflowBook.get(locationId, id), {
          selection: made.selection,
          ...(said ? { said } : {}),
          ...(made.focus ? { focus: made.focus } : {}),
          ...(made.entered ? { entered: made.entered } : {}),
        })
      },
    }),
})
