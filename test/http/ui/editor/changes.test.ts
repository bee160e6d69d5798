import assert from 'node:assert/strict'
import test from 'node:test'
import { createDatabase } from '../../../../server/store/db.ts'
import { createFoldedBranches } from '../../../../server/store/folded-branches.ts'
import { type Step, WORKFLOW_SCHEMA, type WorkflowDocument } from '../../../../server/workflows/document.ts'
import { stepsIn } from '../../../../server/workflows/tree.ts'
import { createTestDatabase } from '../../../database.ts'
import { fc, runs } from '../../../property.ts'
import { bearer } from '../../serve.ts'
import { change, look, settingsPage } from '../settings-page.ts'
import { workflowParts } from '../workflow-parts.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
test.after(() => db.close())

const { workflowService, runService } = workflowParts(db)
const folded = createFoldedBranches({ db })
const open = () => settingsPage({ workflowService, runService, folded, transaction: db.transaction })

const act = (id: string, title = id): Step => ({
  id,
  type: 'action',
  action: 'app.customers.add-tags',
  title,
  input: {},
})
const choice = (id: string, yes: Step[], otherwise: Step[] = []): Step => ({
  id,
  type: 'condition',
  title: `Is it <${id}>?`,
  branches: [{ id: 'yes', label: 'Yes & more', when: { path: 'trigger.data.email', operator: 'exists' }, steps: yes }],
  otherwise,
})
const TREE = [act('a'), choice('if', [act('b'), act('c')], [act('d')]), act('start')]

const make = async ({
  steps = TREE,
  triggers = [{ trigger: 'rankr.customer.created' }],
  locationId = 'loc_1',
} = {}) => {
  const document: WorkflowDocument = { schema: WORKFLOW_SCHEMA, name: 'Mine', triggers, steps }
  const id = await db.transaction((on) =>
    workflowService.importJson(locationId, { json: JSON.stringify(document), by: 'u', on }),
  )
  const now = () => workflowService.get(locationId, id)
  return {
    id,
    here: `/settings/workflows/${id}/edit`,
    now,
    ids: async () => stepsIn((await now()).draft.steps).map(({ step }) => step.id),
  }
}

/** A property makes more of them than an account may have. */
const forgetWorkflows = () => db.pool.query('delete from workflows')

test('the tree shows every step with its branches and what is wrong with it, as text', async () => {
  const { here } = await make()
  const shown = await look(open(), `${here}?selected=if`)
  for (const text of ['Customer created', 'Is it &lt;if&gt;?', 'Yes &amp; more', 'Otherwise', 'needs a value']) {
    assert.ok(shown.includes(text), text)
  }
  for (const place of [',,0', 'if,yes,2', 'if,otherwise,1', ',,3']) assert.ok(shown.includes(`?pick=${place}"`), place)
  assert.match(shown, /id="card-if"[^>]*aria-current="true"/)
  assert.match(shown, /\?selected=step:start"/, 'a step may be called as the trigger is')
  assert.match(await look(open(), `${here}?selected=step:start`), /id="card-start" data-step="start"[^>]*aria-current/)
})

test('steps are moved, copied and taken away; the answer selects them and the address follows', async () => {
  const page = open()
  const { id, here, now, ids } = await make()
  const step = (step: string, what: string, revision: number) =>
    change(page, `${here}/step`, { step, do: what, revision: String(revision), selected: step })
  const moved = await step('b', 'down', 1)
  assert.deepEqual([moved.status, moved.headers['hx-replace-url']], [200, `${here}?selected=b`])
  assert.match(moved.text, /role="status">“b” is number 2 of 2 in “Yes &amp; more” now\./)
  assert.deepEqual(await ids(), ['a', 'if', 'c', 'b', 'd', 'start'])
  const dropped = { step: 'd', parent: 'if', branch: 'yes', index: '0', revision: '2' }
  assert.equal((await change(page, `${here}/move`, dropped)).status, 200)
  assert.match((await step('if', 'duplicate', 3)).text, /was copied/)
  assert.deepEqual((await ids()).slice(4), ['b', 'if-2', 'd-2', 'c-2', 'b-2', 'start'])
  const gone = await step('if-2', 'remove', 4)
  assert.equal(gone.headers['hx-replace-url'], `${here}?selected=if`)
  assert.equal((await step('a', 'up', 5)).status, 422, 'no further')
  assert.equal(
    (await change(page, `${here}/move`, { step: 'if', parent: 'if', index: '0', revision: '5' })).status,
    422,
  )
  assert.equal((await now()).revision, 5)
  const renamed = await change(page, `${here}/rename`, { name: 'Mine', revision: '5' })
  assert.equal(renamed.status, 200, 'the same name is no change')
  assert.equal((await now()).revision, 5)
  assert.deepEqual(page.audits, [], 'told later, all at once')
  const { rows } = await db.pool.query('select changes from editing_sessions where workflow_id = $1', [id])
  assert.deepEqual(rows, [{ changes: { step: 3, move: 1 } }])
  assert.deepEqual(
    page.lines.filter(({ level }) => level === 'error'),
    [],
  )
})

test('of two people who change the same workflow the second sees the latest, and may press again', async () => {
  const page = open()
  const { here, ids } = await make()
  await change(page, `${here}/step`, { step: 'a', do: 'remove', revision: '1' })
  const late = await change(page, `${here}/step`, { step: 'c', do: 'remove', revision: '1', selected: 'c' })
  assert.equal(late.status, 409)
  assert.match(late.text, /Somebody else has changed this workflow/)
  assert.deepEqual(await ids(), ['if', 'b', 'c', 'd', 'start'])
  const offered = late.text.slice(late.text.indexOf('id="editor-conflict"'))
  const sent = Object.fromEntries(
    [...offered.slice(0, offered.indexOf('</form>')).matchAll(/name="(\w+)" value="([^"]*)"/g)].map(
      ([, name, value]) => [name!, value!],
    ),
  )
  assert.deepEqual(sent, { revision: '', step: 'c', do: 'remove', selected: 'c' })
  const revision = /data-revision="(\d+)"/.exec(late.text)![1]!
  assert.equal((await change(page, `${here}/step`, { ...sent, revision })).status, 200)
  assert.deepEqual(await ids(), ['if', 'b', 'd', 'start'])

  const form = { selected: 'b', 'own.id': 'b', 'own.title': '<Called>', revision: '3' }
  assert.equal((await change(page, `${here}/form`, form)).status, 200)
  const again = await change(page, `${here}/form`, form)
  assert.equal(again.status, 200, 'sent again since the answer was lost: it is made already')
  assert.match(again.text, /data-revision="4"/)
})

test('who edits a step that nobody else has changed meanwhile is held up by nobody', async () => {
  const page = open()
  const { here, now } = await make({ steps: [act('a'), choice('if', [act('b')])] })
  const send = (path: string, form: Record<string, string>, revision: number) =>
    change(page, `${here}/${path}`, { ...form, revision: String(revision) })
  const title = (id: string, words: string) => ({ selected: id, 'own.id': id, 'own.title': words })
  await send('form', title('a', 'a2'), 1)
  await send('step', { step: 'b', do: 'duplicate' }, 2)
  const apart = await send('form', title('b', 'b2'), 1)
  assert.equal(apart.status, 200)
  assert.match(apart.text, />a2<[\s\S]*>b2<[\s\S]*id="step-b-2"/)
  assert.equal((await send('rename', { name: 'a9' }, 1)).status, 200)
  assert.equal((await send('form', title('b', 'Too late'), 1)).status, 409, 'the same step')
  assert.equal((await send('form', title('a', 'Too old'), 0)).status, 409, 'of a state that is not kept')
  assert.deepEqual([(await now()).draft.name, (await now()).revision], ['a9', 5])
})

test('in place of an editor whose workflow was removed meanwhile it says so', async () => {
  const page = open()
  const { id, here } = await make()
  await db.transaction((on) => workflowService.remove('loc_1', id, { by: 'u', on }))
  const form = { selected: 'a', 'own.id': 'a', 'own.title': 'x', revision: '1' }
  for (const path of ['form', 'undo', 'publish', 'rehearse', 'step']) {
    const { status, text } = await change(page, `${here}/${path}`, { ...form, step: 'a', do: 'up' })
    assert.equal(status, 404, path)
    assert.match(text, /<h1[^>]*>Workflow not found<[\s\S]*data-errors[\s\S]*href="\/settings\/workflows"/, path)
  }
})

test('what is taken back or made again is selected, of two that changed places the one that was', async () => {
  const page = open()
  const { here } = await make({ steps: [act('a'), act('b'), act('c'), act('d')] })
  let revision = 1
  const send = async (path: string, form: Record<string, string>) => {
    const { headers, text } = await change(page, `${here}/${path}`, { revision: String(revision++), ...form })
    return { selected: String(headers['hx-replace-url']).split('selected=')[1], text }
  }
  await send('move', { step: 'a', index: '4' })
  assert.equal((await send('undo', { selected: 'c' })).selected, 'a')
  assert.equal((await send('redo', { selected: 'c' })).selected, 'a')
  await send('step', { step: 'c', do: 'up' })
  for (const selected of ['b', 'c']) {
    assert.equal((await send('undo', { selected })).selected, selected)
    assert.equal((await send('redo', { selected })).selected, selected)
  }
  const { text } = await send('undo', { selected: 'c', from: 'tree' })
  assert.match(text, /id="card-c"[^>]*data-focus/, 'who pressed a key in the tree stays in it')
})

test('whatever was changed on the screen, undoing all of it gives the first document, redoing all the last', async () => {
  const command = fc.record({
    do: fc.constantFrom('up', 'down', 'in', 'out', 'duplicate', 'remove', 'undo', 'redo'),
    pick: fc.nat(20),
  })
  const property = fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 8 }), async (commands) => {
    const page = open()
    await forgetWorkflows()
    const { id, here, now, ids } = await make()
    const first = (await now()).draft
    const send = async (path: string, form = {}) =>
      change(page, `${here}/${path}`, { revision: String((await now()).revision), ...form })
    for (const { do: what, pick } of commands) {
      const all = await ids()
      const step = all[pick % all.length] ?? 'none'
      const isBack = what === 'undo' || what === 'redo'
      const { status } = await (isBack ? send(what) : send('step', { do: what, step }))
      assert.ok(status === 200 || status === 422, String(status))
    }
    const last = (await now()).draft
    const { undo, redo } = await workflowService.states('loc_1', id)
    for (let left = undo; left > 0; left--) assert.equal((await send('undo')).status, 200)
    assert.deepEqual((await now()).draft, first)
    assert.equal((await send('undo')).status, 422)
    for (let left = undo; left > 0; left--) await send('redo')
    assert.deepEqual((await now()).draft, last)
    assert.equal((await workflowService.states('loc_1', id)).redo, redo)
  })
  await fc.assert(property, { numRuns: runs(6) })
})

test('a workflow is tried out, published and switched on where it is edited', async () => {
  const page = open()
  const { here, now } = await make({ steps: [{ id: 'end', type: 'stop' }] })
  assert.match((await change(page, `${here}/rehearse`)).text, /It would make no call/)
  assert.match((await change(page, `${here}/publish`, { revision: '1' })).text, /Published\. Switch it on/)
  assert.match((await change(page, `${here}/on`, { revision: '1' })).text, /Switched on\./)
  assert.equal((await now()).isEnabled, true)
  const empty = await make({ steps: [], triggers: [] })
  assert.match(await look(page, empty.here), /Add the first step/)
  assert.match((await change(page, `${empty.here}/rehearse`)).text, /Choose what starts it first/)
  assert.match((await change(page, `${empty.here}/publish`, { revision: '1' })).text, /This was not done/)
})

test('a user looks, and can change nothing; another account sees nothing', async () => {
  const page = open()
  const { here, ids } = await make()
  const shown = await look(page, `${here}?selected=a`, { role: 'user' })
  assert.match(shown, /Administrators can change it/)
  const own = shown.slice(0, shown.indexOf('id="step-panel"'))
  assert.doesNotMatch(own, /<form|<button[^>]*type="submit"|\?pick=|data-editable/)
  const form = { step: 'a', do: 'remove', revision: '1' }
  const others = { authorization: await bearer({ locationId: 'loc_2' }) }
  for (const path of ['step', 'move', 'undo', 'redo', 'rename', 'publish', 'on', 'off', 'rehearse']) {
    const sent = { ...form, index: '0', name: 'x' }
    const asUser = await page.agent
      .post(`${here}/${path}`)
      .type('form')
      .set('authorization', await bearer({ role: 'user' }))
      .send(sent)
    assert.equal(asUser.status, 403, path)
    const asOther = await page.agent.post(`${here}/${path}`).type('form').set(others).send(sent)
    assert.equal(asOther.status, 404, path)
  }
  await page.agent.get(here).set('hx-request', 'true').set(others).expect(404)
  // How one looks at it is one's own.
  const user = { role: 'user', userId: 'user_2' } as const
  const fold = (headers: Record<string, string>) =>
    page.agent.post(`${here}/folded`).type('form').set(headers).send({ steps: 'if a gone' })
  await fold({ authorization: await bearer(user) }).expect(204)
  await fold(others).expect(404)
  assert.match(await look(page, here, user), /id="inside-if">/)
  assert.match(await look(page, here), /id="inside-if" open>/)
  assert.deepEqual(await ids(), ['a', 'if', 'b', 'c', 'd', 'start'])
  assert.deepEqual(page.audits, [])
})

/** Tree and panel of an answer. */
const bodyIn = (html: string): string => html.slice(html.indexOf('<div class="flow-root"'))
const treeIn = (html: string): string =>
  html.slice(html.indexOf('<div class="flow-root"'), html.indexOf('id="canvas-keys"'))
const drawnIn = (html: string): string => /data-drawn="([^"]*)"/.exec(html)![1]!.replaceAll('&amp;', '&')

/** The element with that id, all of it. */
const elementOf = (html: string, tag: string, id: string): string => {
  const start = html.lastIndexOf('<', html.indexOf(` id="${id}"`))
  let depth = 0
  for (const { 0: found, index } of html.slice(start).matchAll(new RegExp(`<(/?)${tag}\\b`, 'g'))) {
    depth += found.startsWith('</') ? -1 : 1
    if (depth === 0) return html.slice(start, start + index + tag.length + 3)
  }
  throw new Error(`no ${id}`)
}

/** What a reader sees who has `before` and gets `answer`. */
const merged = (before: string, answer: string): string =>
  answer.replaceAll(
    /<(li|details|div|svg)(?: class="[\w-]+")? id="([\w:-]+)" data-same><\/\1>/g,
    (_all, tag: string, id: string) => elementOf(before, tag, id),
  )

/** Without what is between tags, and where the focus goes. */
const bare = (html: string): string => html.replaceAll(/>\s+</g, '><').replaceAll(' data-focus', '')

const changeOf = async (page: ReturnType<typeof open>, path: string, form: Record<string, string>, drawn: string) =>
  page.agent
    .post(path)
    .type('form')
    .set({ authorization: await bearer(), 'editor-drawn': drawn })
    .send(form)

test('whatever was changed or selected, what is sent and what was there before make the editor as it is', async () => {
  const command = fc.record({
    do: fc.constantFrom('up', 'down', 'in', 'out', 'duplicate', 'remove', 'undo', 'redo', 'look', 'pick'),
    // Often the same one: its panel is there already.
    pick: fc.oneof(fc.nat(20), fc.constant(2)),
  })
  let saved = 0
  const property = fc.asyncProperty(fc.array(command, { minLength: 2, maxLength: 5 }), async (commands) => {
    const page = open()
    await forgetWorkflows()
    const { here, now, ids } = await make()
    let seen = await look(page, here)
    for (const { do: what, pick } of commands) {
      const all = await ids()
      const step = all[pick % all.length] ?? 'none'
      const query =
        what === 'pick' ? `?pick=if,otherwise,${pick % 2}` : `?selected=${step === 'start' ? 'step:start' : step}`
      const headers = { 'hx-request': 'true', authorization: await bearer(), 'editor-drawn': drawnIn(seen) }
      const form = { revision: String((await now()).revision), step, do: what }
      const answer = ['look', 'pick'].includes(what)
        ? await page.agent.get(here + query).set(headers)
        : await changeOf(page, `${here}/${what === 'undo' || what === 'redo' ? what : 'step'}`, form, drawnIn(seen))
      saved += (answer.text.match(/<(li|details) [^>]* data-same/g) ?? []).length
      const sees = merged(seen, bodyIn(answer.text))
      const drawn = new URLSearchParams(drawnIn(answer.text))
      const isPick = drawn.has('pick')
      const whole = await look(
        page,
        `${here}?${isPick ? `pick=${drawn.get('pick')}` : `selected=${drawn.get('selected')}`}`,
      )
      assert.equal(bare(sees), bare(bodyIn(whole)))
      seen = answer.text.replace(bodyIn(answer.text), () => sees)
    }
  })
  await fc.assert(property, { numRuns: runs(6) })
  assert.ok(saved > 5, String(saved))
})

test('of a workflow with 200 steps a change, made or taken back, sends the part that changed', async () => {
  const page = open()
  const tree = (depth: number, id: string): Step[] =>
    depth === 0
      ? ['a', 'b', 'c', 'd'].map((one) => act(id + one))
      : [act(`${id}x`), choice(`${id}if`, tree(depth - 1, `${id}y`), tree(depth - 1, `${id}n`))]
  const { here, ids } = await make({ steps: tree(5, 's') })
  assert.equal((await ids()).length, 190)
  const whole = await look(page, `${here}?selected=sx`)
  const first = await changeOf(
    page,
    `${here}/step`,
    { step: 'sx', do: 'down', revision: '1', selected: 'sx' },
    drawnIn(whole),
  )
  assert.equal(first.status, 200)
  assert.ok(
    treeIn(first.text).length < treeIn(whole).length / 20,
    `${treeIn(first.text).length} of ${treeIn(whole).length}`,
  )
  const form = await changeOf(
    page,
    `${here}/step`,
    { step: 'syyyyya', do: 'down', revision: '2', selected: 'sx' },
    drawnIn(first.text),
  )
  assert.equal(form.status, 200)
  assert.ok(
    treeIn(form.text).length < treeIn(whole).length / 5,
    `${treeIn(form.text).length} of ${treeIn(whole).length}`,
  )
  assert.match(first.text, /id="panel-sx" data-same/, 'of the step that moved nothing else is changed')
  const touched = drawnIn(form.text).replace(/&panel=.*/, '')
  const anew = await changeOf(page, `${here}/step`, { step: 'syyyyya', do: 'up', revision: '3' }, touched)
  assert.doesNotMatch(anew.text, /id="panel-[\w:-]+" data-same/, 'a panel that was touched is sent')
  const back = await changeOf(page, `${here}/undo`, { revision: '4', selected: 'syyyyya' }, drawnIn(anew.text))
  assert.equal(back.status, 200)
  assert.ok(treeIn(back.text).length < treeIn(whole).length / 5, `${treeIn(back.text).length} after taking it back`)
})
