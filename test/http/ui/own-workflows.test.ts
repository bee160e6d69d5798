import assert from 'node:assert/strict'
import test from 'node:test'
import { createDatabase } from '../../../server/store/db.ts'
import { createTestDatabase } from '../../database.ts'
import { bearer } from '../serve.ts'
import { change, look, settingsPage } from './settings-page.ts'
import { workflowParts } from './workflow-parts.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
test.after(() => db.close())

const { workflows, workflowService, runService } = workflowParts(db)
const open = () => settingsPage({ workflowService, runService, transaction: db.transaction })
const HERE = '/settings/workflows'

test('a copy of a built-in workflow is tried out, published, switched on, changed and brought back', async () => {
  const page = open()
  assert.match(await look(page, HERE), /No workflows of your own yet/)
  assert.match(await look(page, HERE, { role: 'user' }), /Only an administrator of this account can change it/)
  const made = await change(page, HERE, { template: 'customers' })
  assert.equal(made.status, 303)
  const here = String(made.headers.location).replace(/\/edit$/, '')
  const shown = await look(page, here)
  assert.match(shown, /Customers become contacts/)
  assert.match(shown, /Create or update the contact/)
  assert.match(shown, /Draft/)

  const trial = (await change(page, `${here}/try`)).text
  assert.match(trial, /What it would do/)
  assert.match(trial, /Nothing was called or saved/)

  assert.match((await change(page, `${here}/on`)).text, /Publish the workflow before you switch it on/)
  assert.match((await change(page, `${here}/publish`, { revision: '1' })).text, /Published\. It applies/)
  assert.match((await change(page, `${here}/on`)).text, /Switched on\./)
  assert.equal((await workflows.enabled('loc_1')).length, 1)

  const json = await look(page, `${here}/document.json`)
  const other = JSON.stringify({ ...JSON.parse(json), name: 'Mine & yours' })
  assert.match((await change(page, `${here}/document`, { json: other, revision: '1' })).text, /Mine &amp; yours/)
  assert.match(
    (await change(page, `${here}/document`, { json: other, revision: '1' })).text,
    /Somebody else has changed/,
  )
  assert.match((await change(page, `${here}/publish`, { revision: '2' })).text, /Version 2/)
  assert.match(
    (await change(page, `${here}/restore`, { version: '1', revision: '2' })).text,
    /This version is now the draft/,
  )
  assert.match((await change(page, `${here}/off`)).text, /Switched off\./)
  assert.deepEqual(
    page.audits.map(({ record }) => record.action),
    [
      'workflow.created',
      'workflow.published',
      'workflow.switched_on',
      'workflow.changed',
      'workflow.published',
      'workflow.restored',
      'workflow.switched_off',
    ],
  )
  const copy = await change(page, `${here}/duplicate`, { name: 'A copy' })
  assert.match(await look(page, String(copy.headers.location)), /A copy/)
  await change(page, `${here}/remove`)
  assert.doesNotMatch(await look(page, HERE), new RegExp(here))
})

test('what is no workflow is refused with the reason, and what was typed stays', async () => {
  const page = open()
  const refused = await change(page, HERE, { json: '{ "name": "<b>"' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /&lt;b&gt;/)
  assert.deepEqual(page.audits, [])
})

test('the page of a workflow lists what is done when a step fails, and names the steps that are to be corrected', async () => {
  const page = open()
  const onError = { steps: [{ id: 'end', type: 'stop' }] }
  const step = { id: 'tag-it', type: 'action', action: 'app.customers.add-tags', title: 'Tag <it>', input: {}, onError }
  const document = { schema: 'rankr-connect/workflow@1', name: 'Tags <1>', triggers: [], steps: [step] }
  const made = await change(page, HERE, { json: JSON.stringify(document) })
  const html = await look(page, String(made.headers.location).replace(/\/edit$/, ''))
  assert.match(html, /Tag &lt;it&gt;<\/li><li data-depth="1"><span class="badge">When it fails<[\s\S]*?data-depth="2"/)
  assert.match(html, /\/edit\?selected=[\w-]*tag-it">Tag &lt;it&gt;<\/a>/)
})

test('a workflow of another account is not there', async () => {
  const id = await db.transaction((on) =>
    workflowService.createFromTemplate('loc_2', { templateId: 'customers', word: (text) => text, by: 'u', on }),
  )
  const page = open()
  assert.match((await change(page, `${HERE}/${id}/off`)).text, /not_found|not here|not found/i)
  assert.doesNotMatch(await look(page, HERE), new RegExp(id))
})

test('whoever copies a built-in workflow has its names in their language, also in its fields, and may copy the copy', async () => {
  const page = open()
  const spanish = { 'accept-language': 'es', 'hx-request': 'true', authorization: await bearer() }
  const named = async (location: unknown) => {
    const edit = `${String(location).replace(/\/edit$/, '')}/edit?selected=contact`
    return (await page.agent.get(edit).set(spanish).expect(200)).text
  }
  const made = await page.agent.post(HERE).set(spanish).type('form').send({ template: 'customers' }).expect(303)
  const first = await named(made.headers.location)
  const again = await page.agent
    .post(`${String(made.headers.location).replace(/\/edit$/, '')}/duplicate`)
    .set(spanish)
    .type('form')
    .send({ name: 'Otra' })
    .expect(303)
  for (const html of [first, await named(again.headers.location)]) {
    assert.match(html, /<strong>Crear o actualizar el contacto</)
    assert.doesNotMatch(html, /Create or update the contact|Was the customer deleted/)
  }
  assert.match(first, /value="Los clientes se convierten en contactos"/)
})
