import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { actions } from '../../../../server/catalog/index.ts'
import { stepChoices } from '../../../../server/http/ui/editor/step-choices.ts'
import { createDatabase } from '../../../../server/store/db.ts'
import { workflowPanelEn } from '../../../../server/texts/workflow-panel-en.ts'
import { type Step, stepsOf, WORKFLOW_SCHEMA, type WorkflowDocument } from '../../../../server/workflows/document.ts'
import { templates } from '../../../../server/workflows/templates/index.ts'
import { createTestDatabase } from '../../../database.ts'
import { bearer } from '../../serve.ts'
import { change, event, look, settingsPage } from '../settings-page.ts'
import { workflowParts } from '../workflow-parts.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
test.after(() => db.close())

const { workflowService, runService } = workflowParts(db)
const open = () =>
  settingsPage({
    workflowService,
    runService,
    transaction: db.transaction,
    choices: async ({ field, values = {} }) => {
      if (field === 'pipelineId') return { options: [{ value: 'p1', label: 'Sales' }] }
      if (field === 'pipelineStageId')
        return { options: values.pipelineId === 'p1' ? [{ value: 's1', label: 'Won' }] : [] }
      throw new Error('not reachable')
    },
  })

const START = [{ trigger: 'rankr.customer.created' }]
const make = async (steps: Step[], { triggers = START, locationId = 'loc_1' } = {}) => {
  const document: WorkflowDocument = { schema: WORKFLOW_SCHEMA, name: 'Mine', triggers, steps }
  const id = await db.transaction((on) =>
    workflowService.importJson(locationId, { json: JSON.stringify(document), by: 'u', on }),
  )
  return {
    id,
    here: `/settings/workflows/${id}/edit`,
    draft: async () => (await workflowService.get(locationId, id)).draft,
  }
}

/** The revision that the page carries, as a form of it would send it. */
const revisionIn = (html: string): string => /data-revision="(\d+)"/.exec(html)?.[1] ?? ''

test('the form of every step is drawn: those of the built-in workflows and of every fifth action', async () => {
  const page = open()
  const input = (id: string) => {
    const { sample } = actions.find((one) => one.id === id)!
    return Object.fromEntries(Object.entries(sample.input).map(([key, value]) => [key, { value }])) as never
  }
  const some = actions.filter((_action, at) => at % 5 === 0)
  const all: Step[] = some.map(({ id }, at) => ({ id: `s${at}`, type: 'action', action: id, input: input(id) }))
  // A few at a time: each answer draws the whole tree as well.
  const few = Map.groupBy(all, (_step, at) => Math.floor(at / 5))
  const documents = [...templates.map(({ document }) => document.steps), ...few.values()]
  for (const steps of documents) {
    const { here } = await make(steps)
    for (const { step } of stepsOf({ steps })) {
      const html = await look(page, `${here}?selected=${step.id}`)
      assert.match(html, /id="step-panel-title"/)
      assert.doesNotMatch(html, /undefined|\[object Object\]/, step.id)
    }
  }
})

test('steps are found by what they do, and say what they change and which permission is missing', async () => {
  const page = open()
  const { here } = await make([])
  const all = await look(page, `${here}?pick=,,0`)
  for (const text of ['Flow', 'Wait', 'Create a contact', 'Changes data', 'Deletes data', 'Needs permission']) {
    assert.ok(all.includes(text), text)
  }
  const planned = stepChoices({
    actions: actions.map((one) => ({ ...one, isPlanned: true })),
    granted: [],
    recent: [],
    search: '',
  })
  assert.equal(planned.count, 0, 'what is not available is not offered')
  const found = await look(page, `${here}/choices?pick=,,0&search=note+contact`)
  assert.match(found, /Add a note/)
  assert.match(await look(page, `${here}/choices?pick=,,0&search=nota+contacto`), /Add a note to a contact/)
  assert.doesNotMatch(found, /Create an invoice|value="flow:/)
  for (const typed of ['create+a+note', 'nuevo+nota', 'make+a+new+note']) {
    assert.match(await look(page, `${here}/choices?pick=,,0&search=${typed}`), /Add a note to a contact/, typed)
  }
  assert.match(await look(page, `${here}/choices?pick=,,0&search=xyzzy`), /Nothing matches/)
})

test('a chosen step is put in its place, opened, and filled with values of the same name', async () => {
  const page = open()
  const { here, draft } = await make([{ id: 'end', type: 'stop' }])
  const added = await change(page, `${here}/insert`, { revision: '1', pick: ',,0', entry: 'app.customers.add-tags' })
  assert.equal(added.status, 200, added.text)
  assert.match(String(added.headers['hx-replace-url']), /selected=/)
  const [first] = (await draft()).steps
  assert.ok(first?.type === 'action' && first.action === 'app.customers.add-tags')
  for (const [at, entry] of ['flow:condition', 'flow:switch', 'flow:for-each', 'flow:delay', 'flow:stop'].entries()) {
    const answer = await change(page, `${here}/insert`, { revision: String(at + 2), pick: ',,1', entry })
    assert.equal(answer.status, 200, answer.text)
  }
  assert.deepEqual(
    (await draft()).steps.map(({ type }) => type),
    ['action', 'stop', 'delay', 'for-each', 'switch', 'condition', 'stop'],
  )
  assert.equal((await change(page, `${here}/insert`, { revision: '7', pick: ',,0', entry: 'crm.nothing' })).status, 422)
  assert.equal((await change(page, `${here}/insert`, { revision: '7', pick: ',,0', entry: 'flow:call' })).status, 200)

  const order = await make([], { triggers: [{ trigger: 'rankr.order.created' }] })
  await change(page, `${order.here}/insert`, { revision: '1', pick: ',,0', entry: 'flow:for-each' })
  await change(page, `${order.here}/insert`, { revision: '2', pick: ',,0', entry: 'flow:switch' })
  const [by, each] = (await order.draft()).steps
  assert.ok(each?.type === 'for-each' && by?.type === 'switch')
  assert.deepEqual([each.items, by.on], ['trigger.data.line_items', { path: 'trigger.data.status' }])
  assert.match(await look(page, `${order.here}?selected=each`), /<output>one element|<output>\d+ elements/)
})

test('a workflow that is called offers what is handed over, and its caller what it asks for', async () => {
  const page = open()
  const tags = (input: object): Step => ({
    id: 'tag',
    type: 'action',
    action: 'app.customers.add-tags',
    input: input as never,
  })
  const called = await make([tags({ customerId: { path: 'input.w1' } })], { triggers: [] })
  const step: Step = { id: 'call', type: 'call', workflow: called.id, input: { t1: { value: 'gold' } } }
  const caller = await make([step])
  const panel = await look(page, `${caller.here}?selected=call`)
  assert.match(panel, /Mine \(switched off\)/)
  assert.match(panel, /name="given\.1\.key" value="w1"/)
  const values = await look(page, `${called.here}/values?step=tag`)
  assert.match(values, /Passed on/)
  for (const path of ['input.w1', 'input.t1']) assert.ok(values.includes(`data-path="${path}"`), path)
})

test('what fits is kept while what does not is shown as it was typed, with its reason', async () => {
  const page = open()
  const step: Step = {
    id: 'deal',
    type: 'action',
    action: 'crm.opportunities.create',
    input: { name: { value: 'Old' } },
  }
  const { here, draft } = await make([step])
  const answer = await change(page, `${here}/form`, {
    revision: '1',
    selected: 'deal',
    'own.id': 'deal',
    'own.title': 'Make <a> deal',
    'input.name.kind': 'text',
    'input.name.text': 'Deal of {{trigger.data.name}}',
    'input.monetaryValue.kind': 'value',
    'input.monetaryValue.value': 'a "lot"',
    'input.pipelineId.kind': 'value',
    'input.pipelineId.value': 'p1',
    'input.pipelineStageId.kind': 'value',
  })
  assert.equal(answer.status, 422)
  assert.match(answer.text, /This must be a number/)
  assert.match(answer.text, /value="a &#34;lot&#34;"/)
  assert.match(answer.text, /Sales/)
  assert.match(answer.text, /Won/, 'choices that hang on another one')
  const [kept] = (await draft()).steps
  assert.deepEqual(kept, {
    ...step,
    title: 'Make <a> deal',
    input: { name: { template: 'Deal of {{trigger.data.name}}' }, pipelineId: { value: 'p1' } },
  })
  const unread = await look(page, `${here}?selected=deal`)
  assert.match(unread, /could not be loaded/, 'a list that the account does not give')
  const again = await change(page, `${here}/form`, { revision: '1', selected: 'deal' })
  assert.equal(again.status, 409)
})

test('a value from before shows what it comes to with the latest event of the account', async () => {
  const page = open()
  page.world.events.push({
    locationId: 'loc_1',
    event: event({ payload: { type: 'customer.created', data: { id: 'cus_1', email: 'zoe@example.org' } } }),
  })
  const input = { email: { path: 'trigger.data.email', transforms: [{ use: 'upper' as const }] } }
  const { here } = await make([
    { id: 'find', type: 'action', action: 'crm.contacts.search', input: {} },
    {
      id: 'each',
      type: 'for-each',
      items: 'steps.find.contacts',
      steps: [{ id: 'make', type: 'action', action: 'crm.contacts.create', input }],
    },
  ])
  assert.match(await look(page, `${here}?selected=make`), /<output[^>]*>ZOE@EXAMPLE\.ORG<\/output>/)
  const values = await look(page, `${here}/values?step=make`)
  for (const path of ['trigger.data.email', 'steps.find.contacts', 'item.id', 'account.name', 'loop.index']) {
    assert.ok(values.includes(`data-path="${path}"`), path)
  }
  assert.match(values, /zoe@example\.org/)
  assert.doesNotMatch(values, /data-path="steps\.each/)
  assert.doesNotMatch(await look(page, `${here}/values?step=make&event=sample`), /zoe@/)
  assert.doesNotMatch(await look(page, `${here}/values?step=find`), /data-path="item/)

  const tried = await change(page, `${here}/try`, { selected: 'find' })
  assert.match(tried.text, /It would fail: &#34;Number per page&#34; is required\./)
})

test('branches, rules and what starts it are added, changed and taken away by buttons', async () => {
  const page = open()
  const { here, draft } = await make([
    {
      id: 'if',
      type: 'condition',
      branches: [{ id: 'yes', label: 'Yes', when: { all: [] }, steps: [] }],
      otherwise: [],
    },
  ])
  const form = {
    selected: 'if',
    'own.id': 'if',
    newLabel: 'New branch',
    'branches.0.was': 'yes',
    'branches.0.label': 'Yes',
    'branches.0.when.join': 'any',
    'branches.0.when.0.path': 'trigger.data.name',
    'branches.0.when.0.operator': 'is',
    'branches.0.when.0.value': 'Ana',
  }
  const ruled = await change(page, `${here}/form`, { ...form, revision: '1', do: 'rule branches.0.when' })
  assert.match(ruled.text, /name="branches\.0\.when\.1\.path"/, 'a rule to be filled in')
  const grown = await change(page, `${here}/form`, { ...form, revision: revisionIn(ruled.text), do: 'way branches' })
  assert.match(grown.text, /name="branches\.1\.was" value="new-branch"/)
  const swapped = await change(page, `${here}/form`, {
    ...form,
    'branches.1.was': 'new-branch',
    'branches.1.label': 'Second',
    revision: revisionIn(grown.text),
    do: 'up branches.1',
  })
  assert.equal(swapped.status, 200)
  const [condition] = (await draft()).steps
  assert.ok(condition?.type === 'condition')
  assert.deepEqual(
    condition.branches.map(({ id, label, when }) => ({ id, label, when })),
    [
      { id: 'new-branch', label: 'Second', when: { all: [] } },
      { id: 'yes', label: 'Yes', when: { path: 'trigger.data.name', operator: 'is', value: 'Ana' } },
    ],
  )

  const started = await change(page, `${here}/start`, {
    revision: revisionIn(swapped.text),
    selected: 'start',
    'triggers.0.trigger': 'rankr.customer.created',
    'triggers.0.filter.join': 'all',
    'triggers.0.filter.0.path': 'trigger.data.email',
    'triggers.0.filter.0.operator': 'exists',
    add: 'rankr.order.created',
  })
  assert.equal(started.status, 200, started.text)
  assert.match(started.text, /Order created/)
  assert.deepEqual((await draft()).triggers, [
    { trigger: 'rankr.customer.created', filter: { path: 'trigger.data.email', operator: 'exists' } },
    { trigger: 'rankr.order.created' },
  ])
  const dropped = await change(page, `${here}/start`, {
    revision: revisionIn(started.text),
    selected: 'start',
    'triggers.0.trigger': 'rankr.customer.created',
    'triggers.1.trigger': 'rankr.order.created',
    do: 'drop triggers.0',
  })
  assert.equal(dropped.status, 200)
  assert.deepEqual((await draft()).triggers, [{ trigger: 'rankr.order.created' }])
})

test('who waits for an event of another record gets the rule whose it is, or is told to give one', async () => {
  const page = open()
  const { here, draft } = await make([{ id: 'wait', type: 'delay', for: { amount: 1, unit: 'days' } }])
  const wait = (revision: string, trigger: string) =>
    change(page, `${here}/form`, {
      ...{ revision, selected: 'wait', 'own.id': 'wait', wait: 'event', 'event.trigger': trigger },
      ...{ 'timeout.amount': '3', 'timeout.unit': 'days' },
    })
  const tied = await wait('1', 'rankr.order.created')
  assert.equal(tied.status, 200)
  assert.match(tied.text, /name="event\.filter\.\d\.value" value="\{\{trigger\.data\.id\}\}"/)
  assert.match(tied.text, /Order created › Customer ID/, 'rules are about what is awaited')
  const filter = { path: 'trigger.data.customer_id', operator: 'is', value: '{{trigger.data.id}}' }
  const [step] = (await draft()).steps
  assert.deepEqual(step?.type === 'delay' && 'event' in step && step.event, { trigger: 'rankr.order.created', filter })
  assert.match((await wait('2', 'crm.contact.updated')).text, /Add a rule that says whose is meant/)
  assert.doesNotMatch((await wait('3', 'rankr.customer.updated')).text, /whose is meant/)
})

test('problems stand at their field with what is to be done', async () => {
  const page = open()
  const { here } = await make([
    { id: 'note', type: 'action', action: 'app.customers.add-note', input: { body: { path: 'steps.later.x' } } },
    { id: 'mail', type: 'action', action: 'crm.contacts.create', input: { email: { value: 'nobody' } } },
  ])
  const note = await look(page, `${here}?selected=note`)
  assert.match(note, /id="step-note-input\.body-error"[\s\S]*uses the result of a step that no longer exists/)
  assert.match(note, /This needs a value/)
  assert.match(await look(page, `${here}?selected=mail`), /This value does not fit: must be an e-mail address/)
})

test('who may only read sees everything and changes nothing; other accounts see nothing', async () => {
  const page = open()
  const { here, draft } = await make([{ id: 'end', type: 'stop' }])
  const other = await make([{ id: 'end', type: 'stop' }], { locationId: 'loc_2' })
  const before = await draft()
  const user = await bearer({ role: 'user' })
  const posts: [string, Record<string, string>][] = [
    ['form', { revision: '1', selected: 'end', reason: 'x' }],
    ['start', { revision: '1', add: 'rankr.order.created' }],
    ['insert', { revision: '1', pick: ',,0', entry: 'flow:stop' }],
    ['try', { selected: 'end' }],
  ]
  for (const selected of ['selected=end', 'selected=start', 'pick=,,0']) {
    assert.match(await look(page, `${here}?${selected}`, { role: 'user' }), /<fieldset[^>]* disabled/)
  }
  for (const [path, form] of posts) {
    const refused = await page.agent.post(`${here}/${path}`).type('form').set('authorization', user).send(form)
    assert.equal(refused.status, 403, path)
    assert.equal((await change(page, `${other.here}/${path}`, form)).status, 404, path)
  }
  const authorization = await bearer()
  for (const path of ['?selected=end', '/values?step=end']) {
    const { status } = await page.agent
      .get(other.here + path)
      .set('hx-request', 'true')
      .set('authorization', authorization)
    assert.equal(status, 404, path)
  }
  assert.deepEqual(await draft(), before)
})

test('there is a sentence for every problem that a check can report', () => {
  const source = readFileSync(new URL('../../../../server/workflows/check.ts', import.meta.url), 'utf8')
  const codes = [...source.matchAll(/report\(\s*'(\w+)'/g)].map(([, code]) => code!)
  assert.ok(codes.length > 10)
  assert.deepEqual(
    codes.filter((code) => !Object.hasOwn(workflowPanelEn.problems, code)),
    [],
  )
})
