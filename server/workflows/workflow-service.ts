// Custom workflows of a location: drafts, publishing, versions. Changes are made in the transaction of their audit
// entry. Knows no HTTP.

import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Tx } from '../store/db.ts'
import type { Direction, DraftStates } from '../store/draft-states.ts'
import type { WaitingRuns } from '../store/waiting-runs.ts'
import type { DraftRow, VersionRow, WorkflowDrafts } from '../store/workflow-drafts.ts'
import type { Workflows } from '../store/workflows.ts'
import type { Problem } from './check.ts'
import { type CheckerDeps, createChecker } from './checker.ts'
import { type DocumentChange, diffDocuments } from './diff.ts'
import { WORKFLOW_SCHEMA, type WorkflowDocument } from './document.ts'
import type { EditedBy, Editing } from './editing.ts'
import { createDocumentReader, parseDocument, readDocument } from './read-document.ts'
import type { Template } from './templates/template.ts'
import { translateDocument } from './translate.ts'

export type OwnWorkflow = {
  id: string
  name: string
  isEnabled: boolean
  /** What the editor shows: the draft, or what is published when nothing was changed since. */
  draft: WorkflowDocument
  /** Pass it to the next save. */
  revision: number
  /** 0: never published. */
  publishedVersion: number
  published: WorkflowDocument | undefined
  /** The draft differs from what is published. */
  isChanged: boolean
  options: Record<string, unknown>
  updatedAt: Date
}

/** `by`: the user, stored with versions. `on`: the transaction of the audit entry. */
type By = { by: string; on: Tx }

/** `word`: a text of ours in the language of who copies; any other as it is. */
type Copied = By & { word: (text: string) => string }

/** A published version by its number, or the draft. */
export type Which = number | 'draft'

type Deps = CheckerDeps & {
  drafts: WorkflowDrafts
  states: DraftStates
  workflows: Pick<Workflows, 'publish' | 'change' | 'version' | 'enabledIds'>
  waiting: Pick<WaitingRuns, 'cancel'>
  editing: Pick<Editing, 'edited' | 'close'>
  templates: readonly Template[]
  /** The location's choices for a template, the defaults when it made none. */
  templateOptions(locationId: string, template: Template): Promise<Record<string, unknown>>
  now: () => Date
}

const MOST_WORKFLOWS = 200

const changed = (): AppError =>
  new AppError('conflict', { detail: 'Somebody else has changed this workflow meanwhile.' })

const missing = (): AppError => new AppError('not_found', { detail: 'There is no such workflow.' })

const draftKey = (locationId: string, id: string, revision: number): string => `${locationId} ${id} draft ${revision}`

const blank = (name: string): WorkflowDocument => ({ schema: WORKFLOW_SCHEMA, name, triggers: [], steps: [] })

export type WorkflowService = ReturnType<typeof createWorkflowService>

/** Custom workflows of a location. Throws `conflict`, `not_found`, `workflow_invalid`. */
export const createWorkflowService = (deps: Deps) => {
  const { drafts, states, workflows, waiting, editing, templates, templateOptions, now } = deps
  const reader = createDocumentReader()
  const checkEach = createChecker(deps)

  const ownOf = (locationId: string, row: DraftRow): OwnWorkflow => {
    const published =
      row.published === null
        ? undefined
        : reader.stored(`${locationId} ${row.id} published ${row.publishedVersion}`, row.published)
    const draft =
      row.draft === null
        ? (published ?? blank(row.name))
        : reader.stored(draftKey(locationId, row.id, row.revision), row.draft)
    return {
      id: row.id,
      name: row.name,
      isEnabled: row.enabled,
      draft,
      revision: row.revision,
      publishedVersion: row.publishedVersion,
      published,
      isChanged: published === undefined || diffDocuments(published, draft).length > 0,
      options: row.options,
      updatedAt: row.updatedAt,
    }
  }

  const get = async (locationId: string, id: string, on?: Tx): Promise<OwnWorkflow> => {
    const row = await drafts.get(locationId, id, on)
    if (!row) throw missing()
    return ownOf(locationId, row)
  }

  const make = async (
    locationId: string,
    document: WorkflowDocument,
    { on, options = {} }: { on: Tx; options?: Record<string, unknown> },
  ): Promise<string> => {
    if ((await drafts.list(locationId)).length >= MOST_WORKFLOWS) {
      throw new AppError('conflict', { detail: `There are ${MOST_WORKFLOWS} workflows already.` })
    }
    const id = newId()
    await drafts.create(locationId, { id, name: document.name, draft: document, options }, on)
    return id
  }

  const documentOf = async (locationId: string, id: string, which: Which): Promise<WorkflowDocument> => {
    const own = await get(locationId, id)
    if (which === 'draft') return own.draft
    const stored = await workflows.version(locationId, id, which)
    if (stored === undefined) throw new AppError('not_found', { detail: 'There is no such version.' })
    return parseDocument(stored)
  }

  const check = async (locationId: string, id: string, document: WorkflowDocument): Promise<Problem[]> =>
    (await checkEach(locationId, id, [document]))[0]!

  const save = async (
    locationId: string,
    id: string,
    { document, revision, on, edit }: { document: WorkflowDocument; revision: number; on: Tx; edit?: EditedBy },
  ): Promise<{ revision: number }> => {
    const draft = edit ? reader.edited(document) : parseDocument(document)
    const saved = await states.save(locationId, id, { draft, name: draft.name, revision, on })
    if (saved === undefined) {
      await get(locationId, id)
      throw changed()
    }
    await told(locationId, id, { from: revision, to: saved, on, edit })
    reader.expect(draftKey(locationId, id, saved), draft)
    return { revision: saved }
  }

  /** Writes pending audit entries first, so that entries are in the order of the changes. */
  const told = async (
    locationId: string,
    id: string,
    { from, to, on, edit }: { from: number; to: number; on: Tx; edit: EditedBy | undefined },
  ): Promise<void> =>
    edit
      ? await editing.edited(locationId, id, { ...edit, fromRevision: from, toRevision: to }, on)
      : await editing.close(locationId, id, on)

  return {
    /** The latest change first. */
    list: async (locationId: string): Promise<OwnWorkflow[]> =>
      (await drafts.list(locationId)).map((row) => ownOf(locationId, row)),

    /** Throws `not_found`. */
    get: (locationId: string, id: string, on?: Tx): Promise<OwnWorkflow> => get(locationId, id, on),

    /** Every problem that keeps the document from being published, each with the pointer and id of its step. */
    check,

    checkEach,

    /** A new workflow, switched off, with a draft; answers its id. Throws `conflict` when there are too many. */
    create: (locationId: string, { name, on }: { name: string } & By): Promise<string> =>
      make(locationId, blank(name), { on }),

    /** A copy of a built-in workflow with the choices that the location has made for it. Throws `not_found`. */
    async createFromTemplate(
      locationId: string,
      { templateId, name, word, on }: { templateId: string; name?: string } & Copied,
    ): Promise<string> {
      const template = templates.find((one) => one.id === templateId)
      if (!template) throw new AppError('not_found', { detail: 'There is no such template.' })
      const options = await templateOptions(locationId, template)
      const document = translateDocument(template.document, word)
      return make(locationId, { ...document, name: name ?? document.name }, { on, options })
    },

    /** A copy of the draft under another name; answers its id. Throws `not_found`. */
    async duplicate(locationId: string, id: string, { name, word, on }: { name: string } & Copied): Promise<string> {
      const { draft, options } = await get(locationId, id)
      return make(locationId, { ...translateDocument(draft, word), name }, { on, options })
    },

    /** Imports the text of `exportJson` from any source. Throws `workflow_invalid`. */
    importJson: (locationId: string, { json, on }: { json: string } & By): Promise<string> =>
      make(locationId, readDocument(json), { on }),

    /** The document as text, to be kept or imported elsewhere. Throws `not_found`. */
    exportJson: async (locationId: string, id: string, which: Which = 'draft'): Promise<string> =>
      `${JSON.stringify(await documentOf(locationId, id, which), null, 2)}\n`,

    /**
     * Saves the draft; its name becomes the workflow's. `revision` is the one that the change is based on. Throws `conflict` when
     * someone has saved since, `workflow_invalid` when it is not a valid document, `not_found`. An incomplete document (see
     * `check`) can be saved. With `edit`, one audit entry for many saves is written later; without it, the caller writes its own.
     */
    saveDraft: save,

    /** The draft as it was in an earlier revision; undefined when that is not kept. */
    async draftAt(locationId: string, id: string, revision: number): Promise<WorkflowDocument | undefined> {
      const document = await states.document(locationId, id, revision)
      return document === undefined ? undefined : reader.stored(draftKey(locationId, id, revision), document)
    },

    /** How many changes of the draft can be undone and redone. */
    states: (locationId: string, id: string): Promise<Record<Direction, number>> => states.count(locationId, id),

    /** Undoes or redoes a change of the draft. Throws `conflict` when there is none, or like `saveDraft`. */
    async go(
      locationId: string,
      id: string,
      { direction, revision, on, edit }: { direction: Direction; revision: number; on: Tx; edit: EditedBy },
    ): Promise<{ revision: number }> {
      const gone = await states.go(locationId, id, { direction, revision, on })
      if (gone !== undefined) {
        await told(locationId, id, { from: revision, to: gone, on, edit })
        reader.expectLike(draftKey(locationId, id, gone), draftKey(locationId, id, revision))
        return { revision: gone }
      }
      if ((await get(locationId, id, on)).revision !== revision) throw changed()
      throw new AppError('conflict', { detail: 'There is nothing to take back or to make again.' })
    },

    /**
     * Publishes the draft for events from now on; started runs stay on their version. Throws
     * `workflow_invalid` with every problem, `conflict` when the draft is not the one of `revision`, `not_found`.
     */
    async publish(locationId: string, id: string, { revision, by, on }: { revision: number } & By): Promise<number> {
      const { draft, revision: latest } = await get(locationId, id, on)
      if (latest !== revision) {
        throw changed()
      }
      const problems = await check(locationId, id, draft)
      if (problems.length > 0) throw new AppError('workflow_invalid', { errors: problems })
      const version = await workflows.publish(
        locationId,
        { id, name: draft.name, document: draft, publishedBy: by },
        on,
      )
      await editing.close(locationId, id, on)
      return version
    },

    /** What was published, the latest first. Throws `not_found`. */
    async versions(locationId: string, id: string): Promise<(VersionRow & { isCurrent: boolean })[]> {
      const { publishedVersion } = await get(locationId, id)
      const rows = await drafts.versions(locationId, id)
      return rows.map((row) => ({ ...row, isCurrent: row.version === publishedVersion }))
    },

    /** Makes an earlier version the draft; it runs once it is published again. Throws as `saveDraft`. */
    async restore(
      locationId: string,
      id: string,
      { version, revision, on }: { version: number; revision: number } & By,
    ): Promise<{ revision: number }> {
      return save(locationId, id, { document: await documentOf(locationId, id, version), revision, on })
    },

    /** What changed from one to the other. Throws `not_found`. */
    async diff(locationId: string, id: string, { from, to }: { from: Which; to: Which }): Promise<DocumentChange[]> {
      return diffDocuments(await documentOf(locationId, id, from), await documentOf(locationId, id, to))
    },

    /**
     * Off: it starts no more, and runs that wait at a delay are cancelled. Throws `conflict` when nothing is published,
     * `not_found`.
     */
    async setEnabled(locationId: string, id: string, { isEnabled, on }: { isEnabled: boolean } & By): Promise<void> {
      const { publishedVersion } = await get(locationId, id, on)
      if (isEnabled && publishedVersion === 0) {
        throw new AppError('conflict', { detail: 'Publish the workflow before you switch it on.' })
      }
      await workflows.change(locationId, id, { enabled: isEnabled }, on)
      if (!isEnabled) await waiting.cancel(locationId, { workflowId: id, at: now(), on })
    },

    /** Removes the workflow with its versions. Waiting runs are cancelled; past runs stay on record. Throws `not_found`. */
    async remove(locationId: string, id: string, { on }: By): Promise<void> {
      await get(locationId, id, on)
      await workflows.change(locationId, id, { enabled: false }, on)
      await waiting.cancel(locationId, { workflowId: id, at: now(), on })
      await drafts.remove(locationId, id, on)
      await editing.close(locationId, id, on)
    },
  }
}
