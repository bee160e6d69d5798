import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { AppError } from '../../../server/errors.ts'
import { namedIn, withAbout } from '../../../server/http/ui/about.ts'
import { runSteps } from '../../../server/http/ui/run-view.ts'
import { createNames } from '../../../server/store/names.ts'
import { type Step, WORKFLOW_SCHEMA } from '../../../server/workflows/document.ts'
import { openDatabase } from '../../relay/kit.ts'
import { act, created, delay, HOUR, ID } from '../../workflows/engine-kit.ts'
import { setUpRuns } from '../../workflows/run-kit.ts'
import { bearer } from '../serve.ts'
import { change, event, look, settingsPage } from './settings-page.ts'
import { workflowParts } from './workflow-parts.ts'

const db = await openDatabase(after)
const HERE = `/settings/workflows/${ID}/runs`

const setUp = async (steps: Step[], answer?: (actionId: string) => Record<string, unknown>) => {
  const engine = await setUpRuns(db, steps, answer)
  const { node, runService } = engine
  const { workflowService } = workflowParts(db)
  const names = createNames({ db })
  const page = settingsPage({ workflowService, runService, names, transaction: db.transaction })
  const send = async (n: string) => {
    const { eventId } = await engine.kit.accept.accept(created(n))
    await node.drain()
    return eventId
  }
  const first = async () => (await runService.list('loc_1', { workflowId: ID })).at(-1)!
  return { ...engine, page, send, first }
}

test('a run is shown step by step with what was decided, every try, and why it failed', async () => {
  const steps: Step[] = [
    {
      id: 'which',
      type: 'condition',
      title: 'Is it <new>?',
      branches: [
        { id: 'yes', label: 'Yes it is', when: { path: 'trigger.data.id', operator: 'exists' }, steps: [act('one')] },
      ],
      otherwise: [],
    },
    act('two'),
    act('three'),
  ]
  const { page, send, first } = await setUp(steps, (id) => {
    if (id === 'test.two') throw new AppError('crm_rejected', { detail: 'The phone number is not valid.' })
    return { made: 'c1' }
  })
  await send('1')
  assert.match(await look(page, HERE), />1</)
  assert.match(await look(page, `${HERE}?state=failed`), />1</)
  assert.doesNotMatch(await look(page, `${HERE}?state=done`), />1</)
  const { id } = await first()
  const html = await look(page, `${HERE}/${id}`)
  for (const text of [
    'Is it &lt;new&gt;?',
    'Taken: Yes it is',
    'The phone number is not valid.',
    '1 attempt',
    'Run again from here',
  ]) {
    assert.ok(html.includes(text), text)
  }
  assert.doesNotMatch(await look(page, `${HERE}/${id}`, { role: 'user' }), /Run again from here/)
  // On the tree: what became of each step, which branch was taken, and what the chosen one did.
  const card = (of: string, step: string) => of.slice(of.indexOf(`id="ran-${step}"`)).split('</a>')[0]!
  assert.match(card(html, 'which'), /Done/)
  assert.match(card(html, 'one'), /Done · 1 attempt/)
  assert.match(card(html, 'two'), /Failed · 1 attempt/)
  assert.match(card(html, 'three'), /Not reached/)
  assert.match(html, /branch-name">Yes it is <span[^>]*>Taken</)
  assert.match(html, /branch is-untaken"[\s\S]*?aria-label="Otherwise"/)
  assert.match(html, /Choose a step/)
  const chosen = await look(page, `${HERE}/${id}?step=two`)
  assert.match(card(chosen, 'two'), /aria-current="true"/)
  const panel = chosen.slice(chosen.indexOf('id="run-panel"'), chosen.indexOf('id="run-steps"'))
  assert.match(panel, /The phone number is not valid\./)
  assert.match(await look(page, `${HERE}/${id}?step=three`), /has not reached this step/)
})

test('steps for the case that another fails stand in the run under their own name, as taken', async () => {
  const steps: Step[] = [
    { ...act('one'), onError: { steps: [act('rescue')] } },
    { ...act('two'), onError: { steps: [act('never')] } },
  ] as Step[]
  const { page, send, first } = await setUp(steps, (id) => {
    if (id === 'test.one') throw new AppError('crm_rejected')
    return {}
  })
  await send('1')
  const html = await look(page, `${HERE}/${(await first()).id}`)
  assert.match(html, /branch-name">When it fails <span[^>]*>Taken</)
  assert.match(html, /branch is-untaken"><p class="branch-name">When it fails</)
  assert.equal(html.match(/Taken: When it fails/g)?.length, 1)
})

test('a run is repeated from a step, once what made it fail is gone', async () => {
  let isBroken = true
  const { page, send, first, node, called, runService } = await setUp([act('one'), act('two')], (id) => {
    if (id === 'test.two' && isBroken) throw new AppError('crm_rejected')
    return { of: id }
  })
  await send('1')
  const { id } = await first()
  isBroken = false
  const gone = await change(page, `${HERE}/${id}/repeat`, { step: 'ghost', number: '1' })
  assert.equal(gone.status, 422)
  assert.match(gone.text, /does not have this step any more/)
  const [, number] = /name="number" value="(\d+)"/.exec(await look(page, `${HERE}/${id}`)) ?? []
  const repeat = () => change(page, `${HERE}/${id}/repeat`, { step: 'two', number: number! })
  const answer = await repeat()
  assert.equal(answer.status, 303)
  assert.match(await look(page, String(answer.headers.location)), /It runs again/)
  assert.match(await look(page, String((await repeat()).headers.location)), /It was already repeated/)
  await node.drain()
  const again = (await runService.list('loc_1', { workflowId: ID })).find((run) => run.id !== id)
  const repeated = new RegExp(`Repeated by hand</dt><dd><a href="${HERE}/${again?.id}"`)
  assert.match(await look(page, `${HERE}/${id}`), repeated)
  assert.match(await look(page, `${HERE}/${again?.id}`), new RegExp(`Repeats</dt><dd><a href="${HERE}/${id}"`))
  assert.deepEqual(called, ['one {}', 'two {}', 'two {}'])
  assert.equal((await runService.list('loc_1', { workflowId: ID, statuses: ['done'] })).length, 1)
  assert.deepEqual(
    page.audits.map(({ record }) => record.action),
    ['run.repeated', 'run.repeated'],
  )
})

test('a run that waits says until when, and is ended', async () => {
  const { page, send, first } = await setUp([delay({ for: { amount: 2, unit: 'days' } }), act('two')])
  await send('1')
  const { id } = await first()
  assert.match(await look(page, `${HERE}/${id}`), /It continues:/)
  assert.equal((await change(page, `${HERE}/${id}/cancel`)).status, 303)
  assert.equal((await first()).status, 'cancelled')
  const again = await change(page, `${HERE}/${id}/cancel`)
  assert.equal(again.status, 422)
  assert.match(again.text, /has ended already/)
})

test('a run that went on after its delay and the one before lead to each other and to their events', async () => {
  const { page, send, first, node, clock, runService } = await setUp([
    delay({ for: { amount: 2, unit: 'days' } }),
    act('two'),
  ])
  await send('1')
  const { id } = await first()
  assert.doesNotMatch(await look(page, `${HERE}/${id}`), /Continued in/)
  clock.advance(2 * 24 * HOUR)
  await node.waker.wakeDue()
  await node.drain()
  const [later] = await runService.list('loc_1', { workflowId: ID })
  assert.notEqual(later?.id, id)
  const before = await look(page, `${HERE}/${id}`)
  assert.match(before, new RegExp(`Continued in</dt><dd><a href="${HERE}/${later?.id}"`))
  assert.doesNotMatch(before, /Continued from/)
  const after = await look(page, `${HERE}/${later?.id}`)
  assert.match(after, new RegExp(`Continued from</dt><dd><a href="${HERE}/${id}"`))
  assert.match(after, new RegExp(`href="/settings/activity/${later?.eventId}"`))
})

test('runs of a built-in sync are shown with its name and lead back to it, those of a deleted workflow stay', async () => {
  const { page, send, first } = await setUp([act('one')])
  await send('1')
  const { id } = await first()
  await db.pool.query(`update workflows set template_id = 'customers', name = 'Customers become contacts'`)
  const list = await look(page, HERE)
  assert.match(list, /Customers become contacts/)
  assert.match(list, /href="\/settings\/syncs#sync-customers">Syncs/)
  assert.doesNotMatch(list, /Run on past events/)
  assert.match(await look(page, `${HERE}/${id}`), /Run again from here/)
  await db.pool.query('delete from workflows')
  const gone = await look(page, `${HERE}/${id}`)
  assert.match(gone, /A deleted workflow/)
  assert.doesNotMatch(gone, /Run again from here|All runs/)
})

test('a workflow is run on past events that were chosen, and on no others', async () => {
  const { page, send, node, runService, clock } = await setUp([act('one')])
  const ids = [await send('1'), await send('2')]
  for (const eventId of ids)
    page.world.events.push({ locationId: 'loc_1', event: event({ eventId, receivedAt: clock.now() }) })
  assert.match(await look(page, `${HERE}/past`), new RegExp(`value="${ids[0]}"`))
  const [, wish] = /name="wish" value="([^"]+)"/.exec(await look(page, `${HERE}/past`)) ?? []
  const begin = () => change(page, `${HERE}/past`, { event: ids[0]!, wish: wish! })
  const answer = await begin()
  assert.equal(answer.status, 303)
  assert.match(await look(page, String((await begin()).headers.location)), /It was already started/)
  assert.match(await look(page, String(answer.headers.location)), /1 run is on its way/)
  await node.drainBulk()
  assert.equal((await runService.list('loc_1', { workflowId: ID })).length, 3)
  const foreign = await change(page, `${HERE}/past`, { event: '019ab000-0000-7000-8000-0000000000ff' })
  assert.equal(foreign.status, 422)
  assert.match(foreign.text, /Choose at least one event/)
})

test('runs are closed to other accounts and changed by administrators only', async () => {
  const { page, send, first } = await setUp([delay({ for: { amount: 2, unit: 'days' } })])
  await send('1')
  const { id } = await first()
  const stranger = await bearer({ locationId: 'loc_2' })
  const user = await bearer({ role: 'user' })
  for (const path of [HERE, `${HERE}/past`, `${HERE}/${id}`]) {
    const { status } = await page.agent.get(path).set('hx-request', 'true').set('authorization', stranger)
    assert.equal(status, 404, path)
  }
  for (const path of ['past', `${id}/cancel`, `${id}/repeat`]) {
    const post = (authorization: string) =>
      page.agent
        .post(`${HERE}/${path}`)
        .type('form')
        .set('authorization', authorization)
        .send({ step: 'wait', number: 1 })
    assert.equal((await post(user)).status, 403, path)
    assert.equal((await post(stranger)).status, 404, path)
  }
  assert.equal((await first()).status, 'waiting')
})

test('what is about something of the account is called by its name, of no other account, and says when it is gone', async () => {
  const { page } = await setUp([act('one')])
  await db.pool.query(`insert into connections (id, location_id, name, signing_secret) values
    ('con_1', 'loc_1', 'Shop <1>', ''), ('con_2', 'loc_2', 'Theirs', '')`)
  await db.pool.query(`insert into clients (location_id, id, name, mode, scopes, created_at, tokens_valid_from)
    values ('loc_2', 'cl_theirs', 'Their app', 'live', '{}', now(), now())`)
  await db.pool.query(`insert into oauth_grants (location_id, id, client_id, user_id, user_name, user_role, scopes, created_at)
    values ('loc_1', 'g1', 'cl_theirs', 'u1', 'Jo', 'admin', '{}', now())`)
  const at = { eventId: '019ab000-0000-7000-8000-0000000000e1', source: 'app' as const, type: 'schedule.due' }
  const scheduled = event({ ...at, recordKey: `schedule:${ID}`, sourceEventId: 'con_1:x' })
  const gone = event({ ...at, eventId: '019ab000-0000-7000-8000-0000000000e2', recordKey: 'webhook:whk_gone' })
  for (const one of [scheduled, gone]) page.world.events.push({ locationId: 'loc_1', event: one })
  for (const path of ['/settings', '/settings/activity']) {
    const html = await look(page, path)
    assert.match(html, new RegExp(`<div>Test<p class="hint">${ID}</p>`))
    assert.match(html, /<div>Webhook \(no longer there\)<p class="hint">whk_gone</)
  }
  assert.match(await look(page, `/settings/activity/${at.eventId}`), /This app · Shop &lt;1&gt;</)
  const names = createNames({ db })
  const theirApp = { kind: 'client', id: 'cl_theirs' } as const
  assert.equal((await names.of('loc_1', [theirApp]))(theirApp), 'Their app', 'one that was let in')
  assert.equal((await names.of('loc_3', [theirApp]))(theirApp), undefined)
  const nameOf = await names.of('loc_2', [...namedIn([scheduled]), { kind: 'connection', id: 'con_1' }])
  assert.equal(nameOf({ kind: 'connection', id: 'con_1' }), undefined)
  assert.deepEqual(withAbout(scheduled, nameOf).about, { kind: 'workflow', name: undefined, isGone: true })
})

test('steps stand in the order of the workflow, rounds of a loop one after the other', () => {
  const document = {
    schema: WORKFLOW_SCHEMA,
    name: 'x',
    triggers: [],
    steps: [{ id: 'each', type: 'for-each', items: 'trigger.list', steps: [act('b'), act('a')] }, act('end')],
  }
  const keys = ['end', 'each', 'each[1]/a', 'each[0]/a', 'each[10]/b', 'each[0]/b', 'call/x']
  const steps = keys.map((key) => ({ key, stepId: key.split('/').at(-1)!, result: { output: 1 }, attempts: [] }))
  assert.deepEqual(
    runSteps({ steps, document }).map(({ key, rounds }) => `${key} ${rounds.join()}`),
    ['each ', 'each[0]/b 1', 'each[0]/a 1', 'each[1]/a 2', 'each[10]/b 11', 'end ', 'call/x '],
  )
})
