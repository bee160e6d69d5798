// The account's own workflows: outline, faults, dry run, publishing, versions and runs. Documents are imported and
// exported as JSON.

import type { Request } from 'express'
import { z } from 'zod'
import { trigger } from '../../catalog/index.ts'
import { AppError } from '../../errors.ts'
import type { Tx } from '../../store/db.ts'
import { createSay, type Say } from '../../texts/say.ts'
import { chooseLocale } from '../../texts/texts.ts'
import { mayWait, type WorkflowDocument } from '../../workflows/document.ts'
import type { RunService, Trial } from '../../workflows/run-service.ts'
import type { Template } from '../../workflows/templates/template.ts'
import type { WorkflowService } from '../../workflows/workflow-service.ts'
import type { Session } from '../doors/session.ts'
import { redirect, text, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { Transaction } from './deps.ts'
import { problemsOf } from './editor/tree-view.ts'
import { defineChange, type Screen, screenData } from './screen.ts'
import { outlineOf } from './workflow-outline.ts'

export type OwnWorkflowsDeps = {
  workflowService: WorkflowService
  runService: Pick<RunService, 'list' | 'cancel' | 'sampleEvent' | 'tryOut'>
  templates: readonly Template[]
  transaction: Transaction
}

const HERE = '/settings/workflows'
const RUNS = 20

const startsOf = ({ triggers }: WorkflowDocument): string[] =>
  triggers.map(({ trigger: id }) => trigger(id)?.label ?? id)

const params = z.object({ workflowId: z.uuid() })
const revision = z.coerce.number().int().min(0)
const name = z.string().trim().min(1).max(120)

type Shown = {
  message?: 'saved' | 'published' | 'switchedOn' | 'switchedOff' | 'restored'
  refused?: string
  trial?: Trial
  typed?: string
}

type Wanted = { wanted: string; templateId: string; json: string; word: Say }

const sentenceOf = (error: unknown): string => {
  if (error instanceof AppError && ['workflow_invalid', 'conflict', 'not_found'].includes(error.code)) {
    return [error.detail, ...(error.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`)]
      .filter(Boolean)
      .join(' ')
  }
  throw error
}

/** Routes below `/settings/workflows`. */
export const ownWorkflowRoutes = (screen: Screen, deps: OwnWorkflowsDeps): Route[] => {
  const { workflowService, runService, templates, transaction } = deps
  const says = { en: createSay('en'), es: createSay('es') }
  const sayTo = (request: Pick<Request, 'get'>): Say => says[chooseLocale(request.get('accept-language'))]

  const showAll = async (caller: Session, { refused, typed }: Pick<Shown, 'refused' | 'typed'> = {}) => {
    const all = await workflowService.list(caller.locationId)
    const workflows = await Promise.all(
      all.map(async (one) => ({
        ...one,
        starts: startsOf(one.draft),
        problems: (await workflowService.check(caller.locationId, one.id, one.draft)).length,
      })),
    )
    return view(
      'screens/workflows',
      {
        ...screenData(caller),
        workflows,
        templates: templates.map(({ id, document }) => ({ value: id, label: document.name })),
        refused,
        typed,
      },
      { status: refused ? 422 : 200 },
    )
  }

  const showOne = async (caller: Session, id: string, shown: Shown = {}) => {
    const { locationId } = caller
    const workflow = await workflowService.get(locationId, id)
    const [problems, versions, runs, json] = await Promise.all([
      workflowService.check(locationId, id, workflow.draft),
      workflowService.versions(locationId, id),
      runService.list(locationId, { workflowId: id, limit: RUNS }),
      workflowService.exportJson(locationId, id),
    ])
    return view(
      'screens/workflow',
      {
        ...screenData(caller),
        workflow,
        starts: startsOf(workflow.draft),
        mayWait: mayWait([workflow.draft, workflow.published]),
        outline: outlineOf(workflow.draft.steps),
        problems: problemsOf(workflow.draft, problems),
        versions,
        runs,
        json: shown.typed ?? json,
        ...shown,
      },
      { status: shown.refused ? 422 : 200 },
    )
  }

  /** Runs a change in the transaction of its audit entry; shows errors that a person can act on with the workflow. */
  const change = <Input extends z.ZodType>(
    what: string,
    {
      auditAs,
      body,
      done,
      work,
    }: {
      auditAs: string
      body: Input
      done: Shown['message']
      work(at: { locationId: string; id: string; by: string; on: Tx }, body: z.output<Input>): Promise<unknown>
    },
  ): Route =>
    defineChange({
      path: `${HERE}/:workflowId/${what}`,
      audit: auditAs,
      input: { params, body },
      async handler({ caller, params: { workflowId: id }, body: sent, audit }) {
        const { locationId, userId: by } = caller
        try {
          await transaction(async (on) => {
            await work({ locationId, id, by, on }, sent as z.output<Input>)
            await audit({ subjectType: 'workflow', subjectId: id }, on)
          })
        } catch (error) {
          const typed = (sent as { json?: string }).json
          return await showOne(caller, id, { refused: sentenceOf(error), ...(typed ? { typed } : {}) })
        }
        return await showOne(caller, id, done ? { message: done } : {})
      },
    })

  /** Imported, copied from a built-in workflow, or empty. */
  const make = (
    locationId: string,
    { wanted, templateId, json, word, ...by }: Wanted & { by: string; on: Tx },
  ): Promise<string> => {
    if (json.trim()) return workflowService.importJson(locationId, { json, ...by })
    const named = wanted ? { name: wanted } : {}
    if (templateId) return workflowService.createFromTemplate(locationId, { templateId, word, ...named, ...by })
    if (!wanted) throw new AppError('workflow_invalid', { detail: 'Give it a name, or choose what to copy.' })
    return workflowService.create(locationId, { name: wanted, ...by })
  }

  const nothing = z.object({}).prefault({})

  return [
    screen({ path: HERE, handler: ({ caller }) => showAll(caller) }),

    defineChange({
      path: HERE,
      audit: 'workflow.created',
      input: {
        body: z.object({
          name: z.string().trim().max(120).default(''),
          template: z.string().max(60).default(''),
          json: z.string().max(500_000).default(''),
        }),
      },
      async handler({ caller, body: { name: wanted, template: templateId, json }, request, audit }) {
        const { locationId, userId: by } = caller
        try {
          const id = await transaction(async (on) => {
            const made = await make(locationId, { wanted, templateId, json, word: sayTo(request), by, on })
            await audit({ subjectType: 'workflow', subjectId: made }, on)
            return made
          })
          return redirect(`${HERE}/${id}/edit`, { status: 303 })
        } catch (error) {
          return await showAll(caller, { refused: sentenceOf(error), typed: json })
        }
      },
    }),

    screen({
      path: `${HERE}/:workflowId`,
      input: { params },
      handler: ({ caller, params: { workflowId: id } }) => showOne(caller, id),
    }),

    screen({
      path: `${HERE}/:workflowId/document.json`,
      input: { params },
      handler: async ({ caller, params: { workflowId: id } }) =>
        text(await workflowService.exportJson(caller.locationId, id), {
          type: 'application/json; charset=utf-8',
          headers: { 'Content-Disposition': `attachment; filename="workflow-${id}.json"` },
        }),
    }),

    change('document', {
      auditAs: 'workflow.changed',
      body: z.object({ json: z.string().max(500_000), revision }),
      done: 'saved',
      work: ({ locationId, id, on }, { json, revision: from }) => {
        let document: unknown
        try {
          document = JSON.parse(json)
        } catch {
          throw new AppError('workflow_invalid', { detail: 'This is no JSON.' })
        }
        return workflowService.saveDraft(locationId, id, { document: document as WorkflowDocument, revision: from, on })
      },
    }),
    change('publish', {
      auditAs: 'workflow.published',
      body: z.object({ revision }),
      done: 'published',
      work: ({ locationId, id, by, on }, sent) => workflowService.publish(locationId, id, { ...sent, by, on }),
    }),
    change('on', {
      auditAs: 'workflow.switched_on',
      body: nothing,
      done: 'switchedOn',
      work: ({ locationId, id, by, on }) => workflowService.setEnabled(locationId, id, { isEnabled: true, by, on }),
    }),
    change('off', {
      auditAs: 'workflow.switched_off',
      body: nothing,
      done: 'switchedOff',
      work: ({ locationId, id, by, on }) => workflowService.setEnabled(locationId, id, { isEnabled: false, by, on }),
    }),
    change('restore', {
      auditAs: 'workflow.restored',
      body: z.object({ version: z.coerce.number().int().positive(), revision }),
      done: 'restored',
      work: ({ locationId, id, by, on }, sent) => workflowService.restore(locationId, id, { ...sent, by, on }),
    }),
    change('cancel-run', {
      auditAs: 'run.cancelled',
      body: z.object({ run: z.uuid() }),
      done: undefined,
      work: ({ locationId, on }, { run }) => runService.cancel(locationId, run, { on }),
    }),

    defineChange({
      path: `${HERE}/:workflowId/duplicate`,
      audit: 'workflow.created',
      input: { params, body: z.object({ name }) },
      async handler({ caller: { locationId, userId: by }, params: { workflowId: id }, body, request, audit }) {
        const copy = await transaction(async (on) => {
          const made = await workflowService.duplicate(locationId, id, {
            name: body.name,
            word: sayTo(request),
            by,
            on,
          })
          await audit({ subjectType: 'workflow', subjectId: made, details: { of: id } }, on)
          return made
        })
        return redirect(`${HERE}/${copy}`, { status: 303 })
      },
    }),

    defineChange({
      path: `${HERE}/:workflowId/remove`,
      audit: 'workflow.removed',
      input: { params, body: nothing },
      async handler({ caller: { locationId, userId: by }, params: { workflowId: id }, audit }) {
        // After the deletion nothing else records what it was.
        const { name: removed } = await workflowService.get(locationId, id)
        await transaction(async (on) => {
          await workflowService.remove(locationId, id, { by, on })
          await audit({ subjectType: 'workflow', subjectId: id, details: { name: removed } }, on)
        })
        return redirect(HERE, { status: 303 })
      },
    }),

    defineChange({
      path: `${HERE}/:workflowId/try`,
      audit: { none: 'makes no call and keeps nothing' },
      input: { params, body: z.object({ trigger: z.string().max(120).default('') }).prefault({}) },
      async handler({ caller, params: { workflowId: id }, body }) {
        const { draft, options } = await workflowService.get(caller.locationId, id)
        const trigger = body.trigger || draft.triggers[0]?.trigger
        if (!trigger) return await showOne(caller, id, { refused: 'Choose what starts it first.' })
        const sample = runService.sampleEvent(caller.locationId, trigger)
        const trial = await runService.tryOut(sample, { id, document: draft, options })
        return await showOne(caller, id, { trial })
      },
    }),
  ]
}
