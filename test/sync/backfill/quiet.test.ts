import assert from 'node:assert/strict'
import test from 'node:test'
import { action, actions } from '../../../server/catalog/index.ts'
import { quietInput, REACHING } from '../../../server/sync/backfill/quiet.ts'

/** What an action that writes to somebody, or hands something on, is called. */
const SOUNDS_REACHING =
  /\.(?:send(?:-.+)?|fire|deliver|relay|create-and-send|create-post)$|^crm\.(?:campaigns|workflows)\.add-contact$/
/** Sent only when told how. */
const TOLD = ['app.invoices.send', 'crm.invoices.send']

test('every action of the catalog that reaches somebody is known', () => {
  const sounding = actions.map(({ id }) => id).filter((id) => SOUNDS_REACHING.test(id) && !TOLD.includes(id))
  assert.deepEqual([...REACHING].sort(), sounding.sort())
})

test('what reaches somebody is left out, an invoice is only marked, the rest is as it was', () => {
  assert.equal(quietInput({ actionId: 'crm.messages.send', input: { message: 'Hi' } }), undefined)
  const sent = { rankrId: 'inv_1', by: 'email' }
  assert.deepEqual(quietInput({ actionId: 'app.invoices.send', input: sent }), { ...sent, by: 'send_manually' })
  const contact = { email: 'ana@example.com' }
  assert.equal(quietInput({ actionId: 'app.customers.upsert-contact', input: contact }), contact)
  for (const [id, member] of [
    ['app.invoices.send', 'by'],
    ['crm.invoices.send', 'action'],
  ] as const) {
    const field = action(id)?.input.find(({ key }) => key === member)
    assert.match(JSON.stringify(field), /send_manually/)
  }
})
