import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import { diffDocuments } from '../../server/workflows/diff.ts'
import { type Step, stepsOf, type WorkflowDocument, workflowDocument } from '../../server/workflows/document.ts'
import { changeStep, duplicateStep, insertStep, moveStep, removeStep, renameStep } from '../../server/workflows/edit.ts'
import { fc } from '../property.ts'

const act = (id: string, path = 'trigger.data.id'): Step => ({
  id,
  type: 'action',
  action: 'app.customers.add-tags',
  input: { rankrId: { path } },
})
const choice = (id: string, inside: Step[] = [], otherwise: Step[] = []): Step => ({
  id,
  type: 'condition',
  branches: [{ id: 'yes', label: 'Yes', when: { path: 'trigger.type', operator: 'exists' }, steps: inside }],
  otherwise,
})
const each = (id: string, steps: Step[] = []): Step => ({ id, type: 'for-each', items: 'trigger.data.items', steps })
const documentOf = (steps: Step[]): WorkflowDocument => ({
  schema: 'rankr-connect/workflow@1',
  name: 'Test',
  triggers: [{ trigger: 'rankr.customer.created' }],
  steps,
})
const outline = (document: WorkflowDocument) => stepsOf(document).map(({ step, pointer }) => `${pointer} ${step.id}`)

test('a step is put where it is wanted, also into a branch, under an id that is free', () => {
  const document = documentOf([act('a'), choice('if', [act('b')])])
  assert.deepEqual(outline(insertStep(document, act('c'), { index: 1 })), [
    '/steps/0 a',
    '/steps/1 c',
    '/steps/2 if',
    '/steps/2/branches/0/steps/0 b',
  ])
  const inside = insertStep(document, act('a'), { parent: 'if', branch: 'otherwise', index: 99 })
  assert.equal(outline(inside).at(-1), '/steps/1/otherwise/0 a-2')
  assert.deepEqual(outline(document), ['/steps/0 a', '/steps/1 if', '/steps/1/branches/0/steps/0 b'], 'untouched')
})

test('a step is moved with all below it, but not into itself', () => {
  const document = documentOf([act('a'), choice('if', [each('loop', [act('b')])])])
  assert.deepEqual(outline(moveStep(document, 'loop', { index: 0 })), [
    '/steps/0 loop',
    '/steps/0/steps/0 b',
    '/steps/1 a',
    '/steps/2 if',
  ])
  assert.throws(() => moveStep(document, 'if', { parent: 'loop', index: 0 }), { code: 'conflict' })
  assert.throws(() => moveStep(document, 'ghost', { index: 0 }), { code: 'not_found' })
  assert.throws(() => moveStep(document, 'a', { parent: 'if', branch: 'maybe', index: 0 }), { code: 'not_found' })
})

test('steps of a copy read each other, not what they were copied from', () => {
  const document = documentOf([act('before'), each('loop', [act('x', 'steps.before.id'), act('y', 'steps.x.id')])])
  const copy = duplicateStep(document, 'loop').steps[2]
  assert.deepEqual(copy, {
    ...each('loop-2', [act('x-2', 'steps.before.id'), act('y-2', 'steps.x-2.id')]),
  })
})

test('whoever reads a step follows it to its new id, in paths and in texts', () => {
  const reader: Step = { ...act('b'), input: { body: { template: 'Hi {{ steps.a.name | upcase }}' } } } as Step
  const renamed = renameStep(documentOf([act('a'), reader, act('c', 'steps.a')]), 'a', 'first')
  assert.deepEqual(renamed.steps, [
    act('first'),
    { ...reader, input: { body: { template: 'Hi {{ steps.first.name | upcase }}' } } },
    act('c', 'steps.first'),
  ])
  assert.throws(() => renameStep(renamed, 'first', 'c'), { code: 'conflict' })
})

test('fields that are called as parts of a source are read as fields', () => {
  const group = { fields: { value: { path: 'steps.a.id' }, path: { value: 'steps.a' } } }
  const reader: Step = {
    ...act('b'),
    input: { value: { path: 'steps.a.name' }, customFields: { list: [group] } },
  } as Step
  assert.deepEqual(renameStep(documentOf([act('a'), reader]), 'a', 'first').steps[1], {
    ...reader,
    input: {
      value: { path: 'steps.first.name' },
      customFields: { list: [{ fields: { value: { path: 'steps.first.id' }, path: { value: 'steps.a' } } }] },
    },
  })
})

test('a changed step keeps its id, and new steps below it get free ones', () => {
  const changed = changeStep(documentOf([act('a'), act('b')]), 'b', () => choice('other', [act('a'), act('a')]))
  assert.deepEqual(outline(changed), [
    '/steps/0 a',
    '/steps/1 b',
    '/steps/1/branches/0/steps/0 a-2',
    '/steps/1/branches/0/steps/1 a-3',
  ])
})

type Edit = { kind: number; pick: number; into: number; index: number; what: number }

const KINDS: ((id: string) => Step)[] = [
  act,
  (id) => choice(id, [act('inner')], [act('inner')]),
  (id) => each(id, [act('inner', 'item.sku')]),
  (id) => ({ id, type: 'stop' }),
  (id) => ({ id, type: 'delay', for: { amount: 3, unit: 'days' } }),
  (id) => ({
    id,
    type: 'switch',
    on: { path: 'trigger.type' },
    cases: [{ id: 'one', label: 'One', values: ['x'], steps: [] }],
    otherwise: [],
  }),
  (id) => ({ ...act(id), onError: { steps: [act('rescue')] } }) as Step,
]

/** Any edit at any place; one that is refused leaves the document as it is. */
const apply = (document: WorkflowDocument, { kind, pick, into, index, what }: Edit): WorkflowDocument => {
  const ids = stepsOf(document).map(({ step }) => step.id)
  const id = ids[pick % Math.max(1, ids.length)] ?? 'none'
  const at = { ...(into % 3 === 0 ? {} : { parent: ids[into % Math.max(1, ids.length)] ?? 'none' }), index }
  const step = KINDS[what % KINDS.length]!('step')
  try {
    if (kind === 0) return insertStep(document, step, at)
    if (kind === 1) return moveStep(document, id, at)
    if (kind === 2) return removeStep(document, id)
    if (kind === 3) return duplicateStep(document, id)
    return changeStep(document, id, () => step)
  } catch (error) {
    assert.ok(error instanceof AppError)
    return document
  }
}

const edits = fc.array(
  fc.record({
    kind: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4),
    pick: fc.nat(50),
    into: fc.nat(50),
    index: fc.integer({ min: -1, max: 8 }),
    what: fc.nat(20),
  }),
  { maxLength: 25 },
)

test('any sequence of edits leaves a valid document in which every id is there once', () => {
  fc.assert(
    fc.property(edits, (list) => {
      const document = list.reduce(apply, documentOf([act('a')]))
      assert.equal(workflowDocument.safeParse(document).error, undefined)
      const ids = stepsOf(document).map(({ step }) => step.id)
      assert.equal(new Set(ids).size, ids.length)
    }),
  )
})

test('a move loses and adds no step', () => {
  fc.assert(
    fc.property(edits, fc.nat(50), fc.nat(50), fc.nat(8), (list, pick, into, index) => {
      const document = list.reduce(apply, documentOf([act('a')]))
      const moved = apply(document, { kind: 1, pick, into, index, what: 0 })
      const idsOf = (one: WorkflowDocument) =>
        stepsOf(one)
          .map(({ step }) => step.id)
          .sort()
      assert.deepEqual(idsOf(moved), idsOf(document))
    }),
  )
})

test('a difference names what was added, taken away, changed and moved', () => {
  const before = documentOf([act('a'), act('b'), choice('if', [act('c')])])
  const after = { ...documentOf([act('b'), choice('if', [], [act('c')]), act('d')]), name: 'New' }
  after.steps[0] = act('b', 'trigger.data.other')
  const told = diffDocuments(before, after).map((change) =>
    change.kind === 'document'
      ? `document ${change.fields.map(({ at }) => at)}`
      : change.kind === 'changed'
        ? `${change.kind} ${change.step.id} ${change.isMoved ? 'moved' : 'stays'} ${change.fields.map(({ at }) => at)}`
        : `${change.kind} ${change.step.id}`,
  )
  assert.deepEqual(told, [
    'document /name',
    'removed a',
    'changed b stays /input/rankrId/path',
    'changed c moved ',
    'added d',
  ])
})

test('of steps in one list only those have moved that have passed the others', () => {
  const moved = (before: string, after: string): string =>
    diffDocuments(documentOf([...before].map((id) => act(id))), documentOf([...after].map((id) => act(id))))
      .flatMap((change) => (change.kind === 'changed' && change.isMoved ? [change.step.id] : []))
      .join('')
  assert.equal(moved('abcd', 'bcda'), 'a')
  assert.equal(moved('abcd', 'dabc'), 'd')
  assert.equal(moved('abcdef', 'aecdbf').length, 2)
  assert.equal(moved('abc', 'ac'), '')
})

test('a document does not differ from itself, and differs from what an edit made of it', () => {
  fc.assert(
    fc.property(edits, (list) => {
      const document = list.reduce(apply, documentOf([act('a')]))
      assert.deepEqual(diffDocuments(document, structuredClone(document)), [])
      assert.notDeepEqual(diffDocuments(document, insertStep(document, act('new'), { index: 0 })), [])
    }),
  )
})
