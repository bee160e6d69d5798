import assert from 'node:assert/strict'
import test from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import { createAudit } from '../../server/store/audit.ts'
import { createDatabase, type Tx } from '../../server/store/db.ts'
import { createDraftStates } from '../../server/store/draft-states.ts'
import { createEditingSessions } from '../../server/store/editing-sessions.ts'
import { createWaitingRuns } from '../../server/store/waiting-runs.ts'
import { createWorkflowDrafts } from '../../server/store/workflow-drafts.ts'
import { createWorkflows } from '../../server/store/workflows.ts'
import type { WorkflowDocument } from '../../server/workflows/document.ts'
import { insertStep } from '../../server/workflows/edit.ts'
import { createEditing, type EditedBy } from '../../server/workflows/editing.ts'
import { customersTemplate } from '../../server/workflows/templates/customers.ts'
import { createWorkflowService } from '../../server/workflows/workflow-service.ts'
import { createTestDatabase } from '../database.ts'
import { fc, runs } from '../property.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
test.after(() => db.close())

let at = new Date('2026-02-01T09:00:00Z')
const now = () => at
const audit = createAudit({ db, now })
const workflows = createWorkflows({ db })
const editing = createEditing({
  sessions: createEditingSessions({ db }),
  record: audit.record,
  transaction: db.transaction,
  now,
})
const service = createWorkflowService({
  drafts: createWorkflowDrafts({ db }),
  states: createDraftStates({ db }),
  workflows,
  waiting: createWaitingRuns({ db }),
  editing,
  templates: [customersTemplate],
  templateOptions: async () => ({ tags: ['mine'], note: false, deleteContacts: false }),
  grantedScopes: async () =>
    ['contacts', 'businesses', 'invoices', 'associations/relation'].flatMap((of) => [`${of}.readonly`, `${of}.write`]),
  action,
  trigger,
  now,
})
const by = <T>(work: (by: { by: string; on: Tx }) => Promise<T>): Promise<T> =>
  db.transaction((on) => work({ by: 'user_1', on }))
const save = (
  locationId: string,
  id: string,
  wish: { document: WorkflowDocument; revision: number; edit?: EditedBy },
) => db.transaction((on) => service.saveDraft(locationId, id, { ...wish, on }))
const EDIT: EditedBy = { actorId: 'user_1', change: 'undo' }
const fromTemplate = (locationId: string) =>
  by((who) => service.createFromTemplate(locationId, { templateId: 'customers', word: (text) => text, ...who }))

test('a workflow is made, drafted, published, and runs only once it is switched on', async () => {
  const id = await by((who) => service.create('L1', { name: 'Mine', ...who }))
  const made = await service.get('L1', id)
  assert.deepEqual([made.isEnabled, made.publishedVersion, made.revision], [false, 0, 1])
  await assert.rejects(
    by((who) => service.publish('L1', id, { revision: 1, ...who })),
    { code: 'workflow_invalid' },
  )
  await assert.rejects(
    by((who) => service.setEnabled('L1', id, { isEnabled: true, ...who })),
    { code: 'conflict' },
  )
  const document: WorkflowDocument = insertStep(
    { ...made.draft, triggers: [{ trigger: 'rankr.customer.created' }] },
    { id: 'end', type: 'stop' },
    { index: 0 },
  )
  const { revision } = await save('L1', id, { document, revision: 1 })
  assert.equal(await by((who) => service.publish('L1', id, { revision, ...who })), 1)
  assert.equal((await service.get('L1', id)).isChanged, false)
  assert.deepEqual(await workflows.enabled('L1'), [])
  await by((who) => service.setEnabled('L1', id, { isEnabled: true, ...who }))
  assert.deepEqual(
    (await workflows.enabled('L1')).map((row) => row.published),
    [document],
  )
})

test('of two people who save the same draft the second is told', async () => {
  const id = await fromTemplate('L2')
  const { draft, revision } = await service.get('L2', id)
  await save('L2', id, { document: { ...draft, name: 'One' }, revision })
  await assert.rejects(save('L2', id, { document: { ...draft, name: 'Two' }, revision }), {
    code: 'conflict',
  })
  assert.equal((await service.get('L2', id)).name, 'One')
  await assert.rejects(
    by((who) => service.publish('L2', id, { revision, ...who })),
    { code: 'conflict' },
  )
})

test('a built-in workflow is copied with the choices of the location', async () => {
  const id = await fromTemplate('L3')
  const { options, draft } = await service.get('L3', id)
  assert.deepEqual(options, { tags: ['mine'], note: false, deleteContacts: false })
  assert.deepEqual(await service.check('L3', id, draft), [])
  assert.equal((await service.get('L3', id)).draft.steps.length, customersTemplate.document.steps.length)
})

test('an earlier version is compared and brought back; a copy and an export are the same document', async () => {
  const id = await fromTemplate('L4')
  const first = (await service.get('L4', id)).draft
  let { revision } = await service.get('L4', id)
  await by((who) => service.publish('L4', id, { revision, ...who }))
  const document = { ...first, description: 'Second' }
  revision = (await save('L4', id, { document, revision })).revision
  assert.equal(await by((who) => service.publish('L4', id, { revision, ...who })), 2)
  assert.deepEqual(await service.diff('L4', id, { from: 1, to: 2 }), [
    { kind: 'document', fields: [{ at: '/description', before: first.description, after: 'Second' }] },
  ])
  assert.deepEqual(
    (await service.versions('L4', id)).map(({ version, isCurrent, publishedBy }) => [version, isCurrent, publishedBy]),
    [
      [2, true, 'user_1'],
      [1, false, 'user_1'],
    ],
  )
  await by((who) => service.restore('L4', id, { version: 1, revision, ...who }))
  assert.deepEqual((await service.get('L4', id)).draft, first)
  const json = await service.exportJson('L4', id)
  const imported = await by((who) => service.importJson('L9', { json, ...who }))
  assert.deepEqual((await service.get('L9', imported)).draft, first)
})

test('what is imported is looked at closely', async () => {
  const cases = ['nonsense', '{}', `${'['.repeat(5000)}${']'.repeat(5000)}`, `{"schema":"rankr-connect/workflow@1"}`]
  for (const json of cases) {
    await assert.rejects(
      by((who) => service.importJson('L5', { json, ...who })),
      { code: 'workflow_invalid' },
      json.slice(0, 40),
    )
  }
})

test('a permission that was not granted is a problem at its step', async () => {
  const id = await fromTemplate('L6')
  const { draft } = await service.get('L6', id)
  const document = insertStep(
    draft,
    { id: 'charge', type: 'action', action: 'crm.products.create', input: {} },
    { index: 0 },
  )
  const problems = await service.check('L6', id, document)
  assert.ok(problems.some(({ code, stepId, pointer }) => code === 'scope_missing' && stepId === 'charge' && pointer))
})

test('another location sees, changes and removes nothing', async () => {
  const id = await fromTemplate('L7')
  const { draft } = await service.get('L7', id)
  await assert.rejects(service.get('L8', id), { code: 'not_found' })
  await assert.rejects(save('L8', id, { document: draft, revision: 1 }), { code: 'not_found' })
  await assert.rejects(
    by((who) => service.remove('L8', id, who)),
    { code: 'not_found' },
  )
  await by((who) => service.remove('L7', id, who))
  await assert.rejects(service.get('L7', id), { code: 'not_found' })
  assert.deepEqual(await service.list('L7'), [])
})

/** A document for a number, so that states can be told apart. */
const numbered = (number: number): WorkflowDocument => ({
  schema: 'rankr-connect/workflow@1',
  name: `State ${number}`,
  triggers: [],
  steps: [],
})

test('whatever was changed, taken back and made again: the draft is where these steps lead', async () => {
  const step = fc.constantFrom('save', 'save', 'undo', 'undo', 'redo')
  let count = 0
  const property = fc.asyncProperty(fc.array(step, { maxLength: 24 }), async (steps) => {
    const id = await by((who) => service.create('L9', { name: 'State 0', ...who }))
    let { revision } = await service.get('L9', id)
    const [past, future]: [number[], number[]] = [[], []]
    let present = 0
    for (const direction of steps) {
      const go = (from: number[], to: number[]) => {
        to.push(present)
        present = from.pop()!
      }
      if (direction === 'save') {
        go([++count], past)
        future.length = 0
        ;({ revision } = await save('L9', id, { document: numbered(present), revision }))
      } else {
        const [from, to] = direction === 'undo' ? [past, future] : [future, past]
        const going = by(({ on }) => service.go('L9', id, { direction, revision, on, edit: EDIT }))
        if (from.length === 0) await assert.rejects(going, { code: 'conflict' })
        else {
          ;({ revision } = await going)
          go(from, to)
        }
      }
      const { draft, name } = await service.get('L9', id)
      assert.deepEqual([draft, name], [numbered(present), `State ${present}`])
      assert.deepEqual(await service.states('L9', id), { undo: past.length, redo: future.length })
    }
    await by((who) => service.remove('L9', id, who))
    assert.deepEqual(await service.states('L9', id), { undo: 0, redo: 0 })
  })
  await fc.assert(property, { numRuns: runs(12) })
})

test('fifty changes can be taken back, of one account only, and not by who has not seen the last one', async () => {
  const id = await by((who) => service.create('L10', { name: 'State 0', ...who }))
  for (let number = 1; number <= 55; number++) {
    await save('L10', id, { document: numbered(number), revision: number })
  }
  const undo = (locationId: string, revision: number) =>
    by(({ on }) => service.go(locationId, id, { direction: 'undo', revision, on, edit: EDIT }))
  await assert.rejects(undo('L10', 3), { code: 'conflict' })
  await assert.rejects(undo('L11', 56), { code: 'not_found' })
  for (let revision = 56; revision < 106; revision++) await undo('L10', revision)
  assert.equal((await service.get('L10', id)).name, 'State 5')
  assert.deepEqual(await service.states('L10', id), { undo: 0, redo: 50 })
})

test('saves of one person in one go are one entry of the audit, told after a pause, by the next person, or before publishing', async () => {
  const id = await by((who) => service.create('L12', { name: 'State 0', ...who }))
  let revision = 1
  const edit = async (actorId: string, change: string) =>
    ({ revision } = await save('L12', id, {
      document: { ...numbered(revision), triggers: [{ trigger: 'rankr.customer.created' }] },
      revision,
      edit: { actorId, actorName: `Name of ${actorId}`, change, requestId: `r${revision}` },
    }))
  const later = (minutes: number) => {
    at = new Date(at.getTime() + minutes * 60_000)
  }
  const told = async () =>
    (await audit.list('L12'))
      .reverse()
      .map(({ actorId, details: { fromRevision, toRevision, changes }, requestId }) => [
        actorId,
        [fromRevision, toRevision],
        changes,
        requestId,
      ])
  await edit('ana', 'form')
  later(9)
  await edit('ana', 'form')
  await edit('ana', 'move')
  await editing.task.handler()
  assert.deepEqual(await told(), [])
  await edit('ben', 'form')
  assert.deepEqual(await told(), [['ana', [1, 4], { form: 2, move: 1 }, 'r3']])
  later(11)
  await edit('ben', 'form')
  assert.equal((await told()).length, 2, 'after a pause it is another session')
  await by((who) => service.publish('L12', id, { revision, ...who }))
  assert.equal((await told()).length, 3)
  await edit('ana', 'rename')
  later(11)
  await editing.task.handler()
  await editing.task.handler()
  assert.deepEqual((await told()).slice(2), [
    ['ben', [5, 6], { form: 1 }, 'r5'],
    ['ana', [6, 7], { rename: 1 }, 'r6'],
  ])
  assert.deepEqual(await audit.verify('L12'), { ok: true, entries: 4 })
  const refused = db.transaction(async (on) => {
    await service.saveDraft('L12', id, { document: numbered(9), revision, on, edit: EDIT })
    throw new Error('what was not saved')
  })
  await assert.rejects(refused, /what was not saved/)
  later(11)
  await editing.task.handler()
  assert.equal((await told()).length, 4, 'is not told')
})
