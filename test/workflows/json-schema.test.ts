import assert from 'node:assert/strict'
import test from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { workflowDocument } from '../../server/workflows/document.ts'
import { workflowJsonSchema } from '../../server/workflows/json-schema.ts'
import { templates } from '../../server/workflows/templates/index.ts'

const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
const isValid = ajv.compile(workflowJsonSchema('https://app.example/docs/workflow.schema.json'))

const documentOf = (step: object) => ({
  schema: 'rankr-connect/workflow@1',
  name: 'Test',
  triggers: [{ trigger: 'rankr.customer.created' }],
  steps: [step],
})

for (const { id, document } of templates) {
  test(`the template ${id} is a document by the published schema`, () => {
    assert.equal(isValid(document), true, JSON.stringify(isValid.errors))
  })
}

const cases: [string, object, boolean][] = [
  ['a stop', { id: 'a', type: 'stop', reason: 'done' }, true],
  ['a delay', { id: 'a', type: 'delay', for: { amount: 3, unit: 'days' } }, true],
  ['a call', { id: 'a', type: 'call', workflow: '0198c0de-0000-7000-8000-000000000001', input: {} }, true],
  ['a loop', { id: 'a', type: 'for-each', items: 'trigger.data.line_items', steps: [] }, true],
  ['an unknown step', { id: 'a', type: 'jump' }, false],
  ['an id with spaces', { id: 'a b', type: 'stop' }, false],
  ['a path from nowhere', { id: 'a', type: 'for-each', items: 'process.env', steps: [] }, false],
  ['a field too many', { id: 'a', type: 'stop', script: 'alert(1)' }, false],
]
for (const [name, step, expected] of cases) {
  test(`${name} ${expected ? 'is' : 'is not'} a step, for the published schema and for the app alike`, () => {
    assert.equal(isValid(documentOf(step)), expected)
    assert.equal(workflowDocument.safeParse(documentOf(step)).success, expected)
  })
}

test('a delay is of one kind, and a wait for an event ends some day', () => {
  const delay = { id: 'a', type: 'delay' }
  const event = { trigger: 'crm.contact.updated' }
  const span = { amount: 1, unit: 'days' }
  for (const over of [{}, { for: span, until: { value: 'x' } }, { event }, { for: span, timeout: span }]) {
    assert.equal(workflowDocument.safeParse(documentOf({ ...delay, ...over })).success, false)
  }
  const tooLong = { ...delay, for: { amount: 400, unit: 'days' } }
  assert.equal(workflowDocument.safeParse(documentOf(tooLong)).success, false)
  assert.equal(workflowDocument.safeParse(documentOf({ ...delay, event, timeout: span })).success, true)
})
