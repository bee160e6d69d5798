import assert from 'node:assert/strict'
import test from 'node:test'
import * as catalog from '../../server/catalog/index.ts'
import { checkWorkflow } from '../../server/workflows/check.ts'
import { type Step, stepsOf, type WorkflowDocument, workflowDocument } from '../../server/workflows/document.ts'
import { templates } from '../../server/workflows/templates/index.ts'

const tag = (id: string, change: Partial<Extract<Step, { type: 'action' }>> = {}): Step => ({
  id,
  type: 'action',
  action: 'app.customers.add-tags',
  input: { rankrId: { path: 'trigger.data.id' }, tags: { value: ['a'] } },
  ...change,
})
const workflow = (steps: Step[], trigger = 'rankr.customer.created'): WorkflowDocument =>
  workflowDocument.parse({ schema: 'rankr-connect/workflow@1', name: 'Test', triggers: [{ trigger }], steps })
const problems = (document: WorkflowDocument) => checkWorkflow(document, catalog)
const choose = (inside: Step[], otherwise: Step[] = []): Step => ({
  id: 'if',
  type: 'condition',
  branches: [{ id: 'yes', label: 'Yes', when: { path: 'trigger.type', operator: 'exists' }, steps: inside }],
  otherwise,
})

for (const { id, document, options } of templates) {
  test(`the template ${id} has the published shape, no problems, and options with defaults`, () => {
    assert.deepEqual(workflowDocument.parse(structuredClone(document)), document)
    assert.deepEqual(problems(document), [])
    assert.equal(options.safeParse({}).success, true)
  })
}

test('unknown triggers and actions are named where they stand', () => {
  assert.deepEqual(problems(workflow([tag('a', { action: 'app.nothing' })], 'rankr.nothing')), [
    { code: 'trigger_unknown', pointer: '/triggers/0/trigger', detail: 'There is no trigger "rankr.nothing".' },
    { code: 'action_unknown', pointer: '/steps/0/action', detail: 'There is no action "app.nothing".', stepId: 'a' },
  ])
})

test('what is only described cannot be published, and is named where it stands', () => {
  const found = checkWorkflow(workflow([tag('a')]), {
    action: (id) => ({ ...catalog.action(id)!, isPlanned: true }),
    trigger: (id) => ({ ...catalog.trigger(id)!, isPlanned: true }),
  })
  assert.deepEqual(
    found.map(({ code, pointer, stepId }) => [code, pointer, stepId]),
    [
      ['not_available_yet', '/triggers/0/trigger', undefined],
      ['not_available_yet', '/steps/0/action', 'a'],
    ],
  )
})

test('a missing value is named by its label, a value too many by its key', () => {
  const faults = problems(workflow([tag('a', { input: { tags: { value: ['x'] }, colour: { value: 'red' } } })]))
  assert.deepEqual(
    faults.map(({ pointer }) => pointer),
    ['/steps/0/input/rankrId', '/steps/0/input/colour'],
  )
  assert.match(faults[0]!.detail, /"Customer number in Rankr" needs a value/)
})

test('a step may use what ran before it, in its own branch or above, and nothing else', () => {
  const using = (id: string, source: string) =>
    tag(id, { input: { rankrId: { path: `steps.${source}.contactId` }, tags: { value: [] } } })
  assert.deepEqual(problems(workflow([tag('a'), choose([tag('b'), using('c', 'b'), using('d', 'a')])])), [])
  const detailOf = (...steps: Step[]) => problems(workflow(steps))[0]!.detail
  assert.match(detailOf(using('a', 'b'), tag('b')), /the step "Tag a customer", which has not run/)
  assert.match(detailOf(choose([tag('b', { title: 'Tag it' })], [using('c', 'b')])), /the step "Tag it", which has not/)
  assert.match(detailOf(using('a', 'if'), choose([])), /the step "If", which has not run/)
  assert.equal(detailOf(using('a', 'ghost')), 'It uses a step that is not there any more.')
})

test('two steps cannot have one name', () => {
  assert.match(problems(workflow([tag('a'), choose([tag('a')])]))[0]!.detail, /Another step has the same short name/)
})

test('steps are listed with their place, parents first', () => {
  const places = stepsOf(workflow([tag('a'), choose([tag('b')], [tag('c')])])).map(({ step, pointer }) => [
    step.id,
    pointer,
  ])
  assert.deepEqual(places, [
    ['a', '/steps/0'],
    ['if', '/steps/1'],
    ['b', '/steps/1/branches/0/steps/0'],
    ['c', '/steps/1/otherwise/0'],
  ])
})

const codes = (document: WorkflowDocument, context = {}) =>
  checkWorkflow(document, catalog, context).map(({ code, stepId }) => [code, stepId])

test('a workflow needs what starts it, unless it is made to be called by others', () => {
  const without = (steps: Step[]) => ({ ...workflow(steps), triggers: [] })
  assert.deepEqual(codes(without([tag('a')])), [['trigger_missing', undefined]])
  const given = { rankrId: { path: 'input.customer' }, tags: { value: ['a'] } }
  assert.deepEqual(codes(without([tag('a', { input: given })])), [])
})

test('what only a loop knows is used inside it only', () => {
  const ofItem = { rankrId: { path: 'item.id' }, tags: { value: ['a'] } }
  const loop: Step = {
    id: 'each',
    type: 'for-each',
    items: 'trigger.data.items',
    steps: [tag('in', { input: ofItem })],
  }
  assert.deepEqual(codes(workflow([loop])), [])
  assert.deepEqual(codes(workflow([tag('out', { input: ofItem })])), [['outside_loop', 'out']])
  const ofInside = { rankrId: { path: 'steps.in.contactId' }, tags: { value: ['a'] } }
  assert.deepEqual(codes(workflow([loop, tag('later', { input: ofInside })])), [['step_in_loop', 'later']])
})

test('a text that cannot be read, a call into nothing and a call of itself are named at their step', () => {
  const broken = { rankrId: { template: '{% if %}' }, tags: { value: ['a'] } }
  assert.deepEqual(codes(workflow([tag('a', { input: broken })])), [['template_invalid', 'a']])
  const id = '0198c0de-0000-7000-8000-000000000001'
  const call: Step = { id: 'call', type: 'call', workflow: id, input: {} }
  assert.deepEqual(codes(workflow([call]), { callable: [] }), [['workflow_unknown', 'call']])
  assert.deepEqual(codes(workflow([call]), { callable: [id] }), [])
  assert.deepEqual(codes(workflow([call]), { callable: [id], workflowId: id }), [['calls_itself', 'call']])
})

test('permissions that were not granted are named for triggers, steps and events that are waited for', () => {
  const wait: Step = {
    id: 'wait',
    type: 'delay',
    event: { trigger: 'crm.contact.updated', filter: { path: 'trigger.email', operator: 'exists' } },
    timeout: { amount: 1, unit: 'days' },
  }
  const found = codes(workflow([tag('a'), wait]), { grantedScopes: [] })
  assert.ok(found.length >= 2)
  assert.deepEqual([...new Set(found.map(([code]) => code))], ['scope_missing'])
  assert.ok(found.some(([, stepId]) => stepId === 'wait'))
  assert.deepEqual(codes(workflow([tag('a')]), { grantedScopes: ['contacts.readonly', 'contacts.write'] }), [])
})

test('who waits for an event that cannot be of the record that started the run says whose', () => {
  const wait = (trigger: string): Step => ({
    id: 'wait',
    type: 'delay',
    event: { trigger },
    timeout: { amount: 1, unit: 'days' },
  })
  const found = (trigger: string) => codes(workflow([wait(trigger)]))
  assert.deepEqual(found('crm.contact.updated'), [['awaited_open', 'wait']])
  assert.deepEqual(found('rankr.customer.created'), [['awaited_open', 'wait']], 'it comes once')
  assert.deepEqual(found('rankr.customer.updated'), [])
})

test('a branch without a rule, or with an empty group of rules, is named', () => {
  const rule = { path: 'trigger.type', operator: 'exists' } as const
  const whens = [rule, { all: [] }, { all: [rule, { any: [] }] }, { not: { any: [rule] } }]
  const branches = whens.map((when, at) => ({ id: `b${at}`, label: `Branch ${at}`, when, steps: [] }))
  const found = problems(workflow([{ id: 'if', type: 'condition', branches, otherwise: [] }]))
  assert.deepEqual(
    found.map(({ code, pointer, stepId, detail }) => [code, pointer, stepId, detail]),
    [
      ['rule_missing', '/steps/0/branches/1/when', 'if', '"Branch 1" needs a rule.'],
      ['rule_missing', '/steps/0/branches/2/when', 'if', '"Branch 2" needs a rule.'],
    ],
  )
})
