import assert from 'node:assert/strict'
import test from 'node:test'
import { createDatabase } from '../../../../server/store/db.ts'
import { stepsIn } from '../../../../server/workflows/tree.ts'
import { createTestDatabase } from '../../../database.ts'
import { change, look, settingsPage } from '../settings-page.ts'
import { workflowParts } from '../workflow-parts.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
test.after(() => db.close())

const { workflowBook, runBook } = workflowParts(db)
const open = () => settingsPage({ workflowBook, runBook, transaction: db.transaction })

const made = async (locationId = 'loc_1') => {
  const id = await db.transaction((on) =>
    workflowBook.createFromTemplate(locationId, { templateId: 'customers', by: 'u', on }),
  )
  return { id, here: `/settings/workflows/${id}/edit` }
}

test('the tree is drawn with its branches, and a step can be opened and moved', async () => {
  const page = open()
  const { id, here } = await made()
  const shown = await look(page, `${here}?selected=contact`)
  assert.match(shown, /Are there tags\?/)
  assert.match(shown, /pick=if-tags,otherwise,0/)
  const moved = await change(page, `${here}/step`, { revision: '1', step: 'if-tags', do: 'up', selected: 'if-tags' })
  assert.equal(moved.status, 200, moved.text)
  assert.equal(moved.headers['hx-replace-url'], `${here}?selected=if-tags`)
  const ids = stepsIn((await workflowBook.get('loc_1', id)).draft.steps).map(({ step }) => step.id)
  assert.ok(ids.indexOf('if-tags') < ids.indexOf('contact'))
})
