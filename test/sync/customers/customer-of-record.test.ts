import assert from 'node:assert/strict'
import test from 'node:test'
import type { ActionCall } from '../../../server/sync/action.ts'
import { createCustomerOfRecord } from '../../../server/sync/customers/customer-of-record.ts'
import { createClock } from '../../relay/kit.ts'

const HINT = { rankrId: 'cus_1', email: 'maya@example.com', name: 'Maya Okafor' }

/** A CRM that knows `contacts` by e-mail, and what it was asked. */
const setUp = (contacts: Record<string, string> = {}, link?: { crmId: string; state: 'linked' | 'broken' }) => {
  const clock = createClock()
  const asked: string[] = []
  const crm = async (actionId: string, input: Record<string, unknown>) => {
    asked.push(actionId)
    if (actionId === 'crm.contacts.find-duplicate') return { contact: { id: contacts[String(input.email)] } }
    return { contact: { id: 'made', ...input }, new: true }
  }
  const context = {
    eventId: 'e',
    receivedOn: '2026-11-25',
    receivedAt: clock.now(),
    runId: 'r',
    stepId: 's',
    isFresh: true,
  }
  const call: ActionCall = { locationId: 'L', input: {}, context, crm, rankr: crm, support: crm }
  const findLink = async () => (link ? ({ kind: 'customer', rankrId: 'cus_1', data: {}, ...link } as never) : undefined)
  return { clock, asked, call, ofRecord: createCustomerOfRecord({ findLink, now: clock.now }) }
}

test('a customer that is linked already costs no call', async () => {
  const { ofRecord, call, asked } = setUp({}, { crmId: 'known', state: 'linked' })
  const { link, ...found } = await ofRecord(call, HINT, 600)
  assert.deepEqual(found, { contactId: 'known', keep: {}, outcome: 'known' })
  assert.equal(link?.crmId, 'known')
  assert.deepEqual(asked, [])
})

test('a contact with the e-mail address of the record is taken, and remembered', async () => {
  const { ofRecord, call } = setUp({ 'maya@example.com': 'theirs' })
  const { contactId, keep, outcome } = await ofRecord(call, HINT, 600)
  assert.equal(outcome, 'matched')
  assert.equal(contactId, 'theirs')
  assert.deepEqual(keep.links, [
    { kind: 'customer', rankrId: 'cus_1', crmId: 'theirs', state: 'linked', data: { standsIn: 'found' } },
  ])
})

test('a record waits for its customer, but not for ever', async () => {
  const { ofRecord, call, clock } = setUp()
  await assert.rejects(ofRecord(call, HINT, 600), { code: 'customer_awaited', retry: 'passing' })
  clock.advance(599_000)
  await assert.rejects(ofRecord(call, HINT, 600), { code: 'customer_awaited' })
  clock.advance(1_000)
  const { contactId, outcome, keep } = await ofRecord(call, HINT, 600)
  assert.deepEqual([contactId, outcome], ['made', 'created'])
  assert.equal(keep.links?.[0]?.rankrId, 'cus_1')
  assert.equal(keep.audit?.[0]?.action, 'contact.created')
})

test('a record that knows nothing of its customer names the one that is missing', async () => {
  const { ofRecord, call, clock } = setUp()
  clock.advance(600_000)
  await assert.rejects(ofRecord(call, { rankrId: 'cus_1' }, 600), {
    code: 'customer_missing',
    extra: { customerId: 'cus_1' },
    detail: /cus_1/,
  })
})

test('who waits for an answer is not kept waiting', async () => {
  const { ofRecord, call } = setUp()
  const demanded = { ...call, context: { ...call.context, isDemanded: true } }
  assert.equal((await ofRecord(demanded, HINT, 600)).outcome, 'created')
})

test('a contact that is gone is made again', async () => {
  const { ofRecord, call } = setUp({}, { crmId: 'gone', state: 'broken' })
  assert.equal((await ofRecord(call, HINT, 0)).contactId, 'made')
})
