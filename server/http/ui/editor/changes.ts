// One way for every change of a draft: loads it, holds it against the revision that was drawn, makes the change in one
// transaction with what the audit needs, and answers the whole editor.

import { z } from 'zod'
import { AppError, asAppError } from '../../../errors.ts'
import type { Tx } from '../../../store/db.ts'
import { diffDocuments, same } from '../../../workflows/diff.ts'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import type { EditedBy } from '../../../workflows/editing.ts'
import type { OwnWorkflow, WorkflowService } from '../../../workflows/workflow-service.ts'
import type { Session } from '../../doors/session.ts'
import type { Route } from '../../route.ts'
import type { Transaction } from '../deps.ts'
import { defineChange } from '../screen.ts'
import { drawnIn } from './drawn.ts'
import { orGone } from './gone.ts'
import type { Entered } from './panel.ts'
import { type Selection, selectionIn, selectionQuery } from './selection.ts'
import type { Said, ShowEditor, Shown } from './show.ts'

export const EDIT = '/settings/workflows/:workflowId/edit'
export const editorParams = z.object({ workflowId: z.uuid() })
/** Of a change that was made in the tree, by a key: the reader stays on the step. */
export const fromTree = z.literal('tree').optional()

/** What a change comes to, but for the document. */
type Outcome = {
  selection: Selection
  /** Instead of the row's `message`. */
  said?: Said
  focus?: NonNullable<Shown['focus']>
  /** What was typed in the panel and why some of it is not kept: shown as it was typed. */
  entered?: Entered
}

type Made = Outcome & { document: WorkflowDocument }

/** How things stand before the change. */
type Now = { caller: Session; workflow: OwnWorkflow; selection: Selection }

type Row<Body extends z.ZodType> = {
  /** Below the editor's address: `step`. */
  path: string
  /** Beside `revision` and `selected`, which every form of the editor sends. */
  body: Body
  audit: string
  /** A key of `editor.said`. */
  message?: Said['key']
  bodyLimitBytes?: number
}

type ChangeRow<Body extends z.ZodType> = Row<Body> & {
  /** Throws AppError when the change cannot be made; its sentence is shown. */
  apply(document: WorkflowDocument, body: z.output<Body>, now: Now): Made | Promise<Made>
  /** It says how things are to be: sent again because no answer came, it may have been made already. */
  isState?: boolean
  /** What it is about. While others leave that as it was, it is made to their latest state as well. */
  partOf?(document: WorkflowDocument, selection: Selection): unknown
}

/** The tenant, the workflow, who does it, and the transaction of it all. */
type By = { locationId: string; id: string; by: string; on: Tx; edit: EditedBy }

/** `isEdit`: the workflow's service keeps it for the entry of the editing session. */
type Kept = { isUnchanged?: boolean; isEdit?: boolean }

type ActRow<Body extends z.ZodType> = Row<Body> & {
  /** Throws as `apply`. */
  act(now: Now & { by: By }, body: z.output<Body>): Promise<Outcome & Kept>
  /** What it came to when the workflow, another one than the page had, is already as this would make it. */
  made?(now: Now, body: z.output<Body>): Promise<Outcome | undefined>
  /** As of a change. */
  partOf?(document: WorkflowDocument, selection: Selection): unknown
}

type Deps = {
  workflowService: Pick<WorkflowService, 'get' | 'draftAt' | 'saveDraft'>
  transaction: Transaction
  show: ShowEditor
}

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

export const createEditorChanges = ({ workflowService, transaction, show }: Deps) => {
  const rowOf = <Body extends z.ZodType>({
    path,
    body,
    message,
    act: work,
    made,
    partOf,
    ...row
  }: ActRow<Body>): Route =>
    defineChange({
      ...row,
      path: `${EDIT}/${path}`,
      input: { params: editorParams, body: posted(body) },
      async handler({ caller, params: { workflowId: id }, body: sent, requestId, request, audit: record, ...call }) {
        const { locationId, userId: by, userName } = caller
        const edit: EditedBy = { actorId: by, actorName: userName, change: path, requestId }
        const before = await workflowService.get(locationId, id)
        const selection = selectionIn(before.draft, sent)
        const late = (workflow: OwnWorkflow) => {
          const fields = inputsOf({ ...sent.fields, selected: sent.selected })
          return show(caller, workflow, { selection: selectionIn(workflow.draft, sent), conflict: { path, fields } })
        }
        if (before.revision !== sent.revision) {
          const outcome = await made?.({ caller, workflow: before, selection }, sent.body)
          if (outcome) {
            call.nothingChanged()
            return await show(caller, before, outcome)
          }
          const then = partOf && (await workflowService.draftAt(locationId, id, sent.revision))
          const isApart = then !== undefined && same(partOf?.(then, selection), partOf?.(before.draft, selection))
          if (!isApart) return await late(before)
        }
        try {
          const { isUnchanged, isEdit, ...outcome } = await transaction(async (on) => {
            const now = { caller, workflow: before, selection, by: { locationId, id, by, on, edit } }
            const made = await work(now, sent.body)
            if (!made.isUnchanged && !made.isEdit) await record({ subjectType: 'workflow', subjectId: id }, on)
            return made
          })
          if (isUnchanged) call.nothingChanged()
          else if (isEdit) call.recordedLater()
          return await show(caller, isUnchanged ? before : await workflowService.get(locationId, id), {
            ...(message && !isUnchanged ? { said: { key: message } } : {}),
            drawn: drawnIn(request, before),
            ...outcome,
          })
        } catch (error) {
          const { code, detail } = asAppError(error)
          if (!(error instanceof AppError && REFUSALS.includes(code))) throw error
          const latest = await workflowService.get(locationId, id)
          if (latest.revision !== sent.revision) return await late(latest)
          return await show(caller, latest, { selection, refused: detail })
        }
      },
    })

  /** A `POST` row for something that is done to the workflow by other means than a changed document. */
  const act = <Body extends z.ZodType>(row: ActRow<Body>): Route => orGone(rowOf(row))

  return {
    act,

    /** A `POST` row. Of two people who change the same draft the second is shown the latest, and may press again. */
    change: <Body extends z.ZodType>({ apply, isState, ...row }: ChangeRow<Body>): Route =>
      act({
        ...row,
        async made(now, body) {
          if (!isState) return undefined
          try {
            const { document, ...outcome } = await apply(now.workflow.draft, body, now)
            return diffDocuments(now.workflow.draft, document).length === 0 ? outcome : undefined
          } catch (error) {
            if (error instanceof AppError) return undefined
            throw error
          }
        },
        async act({ by, ...now }, body) {
          const { draft, revision } = now.workflow
          const { document, ...outcome } = await apply(draft, body, now)
          if (diffDocuments(draft, document).length === 0) return { ...outcome, isUnchanged: true }
          await workflowService.saveDraft(by.locationId, by.id, { document, revision, on: by.on, edit: by.edit })
          return { ...outcome, isEdit: true }
        },
      }),
  }
}
