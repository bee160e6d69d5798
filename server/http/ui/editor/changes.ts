// The common path of every change to a draft: loads it, compares it with the revision on the page, makes the change and its
// audit record in one transaction, and replies with the whole editor.

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
import { orGone } from './gone.ts'
import { drawnIn } from './on-screen.ts'
import type { Entered } from './panel.ts'
import { type Selection, selectionIn, selectionQuery } from './selection.ts'
import type { Said, ShowEditor, Shown } from './show.ts'

/** The editor's route path. */
export const EDIT = '/settings/workflows/:workflowId/edit'
/** Path parameters of the editor's routes. */
export const editorParams = z.object({ workflowId: z.uuid() })
/** Sent with a change made in the tree by keyboard: the focus stays on the step. */
export const fromTree = z.literal('tree').optional()

/** The result of a change, without the document. */
type Outcome = {
  selection: Selection
  /** Overrides the row's `message`. */
  said?: Said
  focus?: NonNullable<Shown['focus']>
  /** Input of the panel that could not be saved completely, with the faults; shown again as it was typed. */
  entered?: Entered
}

type Made = Outcome & { document: WorkflowDocument }

/** The state before the change. */
type Now = { caller: Session; workflow: OwnWorkflow; selection: Selection }

type Row<Body extends z.ZodType> = {
  /** Relative to the editor's path: `step`. */
  path: string
  /** In addition to `revision` and `selected`, which every form of the editor sends. */
  body: Body
  audit: string
  /** A key of `editor.said`. */
  message?: Said['key']
  bodyLimitBytes?: number
}

type ChangeRow<Body extends z.ZodType> = Row<Body> & {
  /** Throws AppError when the change cannot be made; its detail is shown. */
  apply(document: WorkflowDocument, body: z.output<Body>, now: Now): Made | Promise<Made>
  /** The change describes the target state, so a repeated request (its response was lost) may find it already made. */
  isState?: boolean
  /** The part of the document that it changes. If others have not changed that part, it is applied to their latest version. */
  partOf?(document: WorkflowDocument, selection: Selection): unknown
}

/** Tenant, workflow, user and transaction of a change. */
type By = { locationId: string; id: string; by: string; on: Tx; edit: EditedBy }

/** `isEdit`: the workflow service records it in the audit entry of the editing session. */
type Kept = { isUnchanged?: boolean; isEdit?: boolean }

type ActRow<Body extends z.ZodType> = Row<Body> & {
  /** Throws like `apply`. */
  act(now: Now & { by: By }, body: z.output<Body>): Promise<Outcome & Kept>
  /** The outcome if the workflow, which is newer than on the page, already has the result of this change. */
  made?(now: Now, body: z.output<Body>): Promise<Outcome | undefined>
  /** Like `partOf` of a change. */
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

/** Parses the body and keeps the raw fields, because they may have to be offered again. */
const posted = <Body extends z.ZodType>(body: Body) =>
  envelope.transform((sent, context) => {
    const { revision, selected, ...fields } = sent
    const { data, error } = body.safeParse(fields)
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message })
    return { revision, selected, fields, body: data as z.output<Body> }
  })

/** The fields as hidden inputs; values that are not strings do not come from a form. */
const inputsOf = (fields: Record<string, unknown>): [string, string][] =>
  Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().flatMap((one): [string, string][] => (typeof one === 'string' ? [[name, one]] : [])),
  )

const REFUSALS = ['conflict', 'not_found', 'workflow_invalid']

/** See `createEditorChanges`. */
export type EditorChanges = ReturnType<typeof createEditorChanges>

/**
 * Creates the `POST` rows of the editor. When the draft has changed since the page was rendered and the change does not apply to the
 * newer version, the reply is 409 with the latest version. `conflict`, `not_found` and `workflow_invalid` are shown on the page (422).
 */
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

  /** A `POST` row for an action on the workflow other than changing its document. */
  const act = <Body extends z.ZodType>(row: ActRow<Body>): Route => orGone(rowOf(row))

  return {
    act,

    /** A `POST` row that changes the document. If two people change the same draft, the second sees the latest version and may try again. */
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
