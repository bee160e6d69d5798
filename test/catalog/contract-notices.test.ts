// The comparison itself: an entry that is made wrong on purpose must be noticed, or agreement would mean nothing.
import assert from 'node:assert/strict'
import test from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import type { Action, Field, Trigger } from '../../server/catalog/schema.ts'
import { compareAction, compareTrigger } from './contract.ts'
import { readOfficial } from './official.ts'

const official = readOfficial()
const skip = official ? false : 'SKIPPED: ../shared/ghl with the official OpenAPI files is not there'

const found = (entry: Action): string[] =>
  compareAction(entry, official!).flatMap((point) =>
    point.found ? [`${point.check} ${point.about}: ${point.found}`] : [],
  )

const get = (id: string): Action => action(id)!
const field = (entry: Action, key: string, change: Partial<Field>): Action => ({
  ...entry,
  input: entry.input.map((item) => (item.key === key ? { ...item, ...change } : item)),
})
const create = 'crm.opportunities.create'

test('an entry as it is agrees in every point', { skip }, () => {
  assert.deepEqual(found(get(create)), [])
})

const wrong: [string, () => Action, RegExp][] = [
  [
    'a path that does not exist',
    () => ({ ...get(create), path: '/opportunity/' }),
    /^operation POST .*not in the v3 files/,
  ],
  ['another method', () => ({ ...get(create), method: 'PUT' }), /^operation PUT/],
  ['an old version where there is a new one', () => ({ ...get(create), version: '2021-07-28' }), /^version newest/],
  [
    'another permission',
    () => ({ ...get(create), scope: ['contacts.write'] }),
    /^scope contacts.write: the file names opp/,
  ],
  ['the wrong token', () => ({ ...get(create), token: 'company' }), /^token company: the file wants .* location/],
  [
    'a required field that may be left out',
    () => field(get(create), 'name', { required: false }),
    /^required body.name/,
  ],
  ['a field that the file does not know', () => field(get(create), 'name', { name: 'title' }), /^parameter body.title/],
  [
    'the wrong type',
    () => field(get(create), 'monetaryValue', { type: 'string' }),
    /^type body.monetaryValue: ours is string/,
  ],
  [
    'a value that the file does not know',
    () => field(get(create), 'status', { choices: [{ value: 'maybe', label: 'Maybe' }] }),
    /^enum body.status: .*maybe/,
  ],
  [
    'a query parameter that the file does not know',
    () => field(get('crm.tasks.list'), 'contactId', { in: 'query' }),
    /^parameter query contactId/,
  ],
  [
    'a required query parameter that is missing',
    () => ({ ...get('crm.pipelines.list'), input: [] }),
    /^required query locationId/,
  ],
  ['a body of another kind', () => ({ ...get(create), bodyStyle: 'form' }), /^body content type/],
  [
    'a sample input that lacks a field',
    () => ({ ...get(create), sample: { ...get(create).sample, input: { name: 'x' } } }),
    /^sample input: .*contactId is required/,
  ],
  [
    'a sample answer with a member that the file does not know',
    () => ({ ...get(create), sample: { ...get(create).sample, output: { opportunity: { colour: 'red' } } } }),
    /^sample answer: .*colour/,
  ],
  [
    'a nested field that the file does not know',
    () => {
      const items = get('crm.invoices.create').input.find((item) => item.key === 'items')!
      const fields = items.fields!.map((item) => (item.key === 'qty' ? { ...item, name: 'quantity' } : item))
      return field(get('crm.invoices.create'), 'items', { fields })
    },
    /^parameter body.items.quantity/,
  ],
]

for (const [reason, entry, says] of wrong) {
  test(`the comparison notices ${reason}`, { skip }, () => {
    const faults = found(entry())
    assert.ok(
      faults.some((fault) => says.test(fault)),
      faults.join('\n') || 'nothing found',
    )
  })
}

const foundIn = (entry: Trigger): string =>
  compareTrigger(entry, official!)
    .flatMap((point) => (point.found ? [`${point.check}: ${point.found}`] : []))
    .join('\n')

test('the comparison notices a trigger whose sample or type is not that of its event', { skip }, () => {
  const created = trigger('crm.contact.created')!
  assert.equal(foundIn(created), '')
  assert.match(foundIn({ ...created, event: 'ContactMade' }), /event: no page/)
  assert.match(foundIn({ ...created, literal: 'CONTACT' }), /literal: the page says ContactCreate/)
  assert.match(foundIn({ ...created, sample: { ...created.sample, colour: 'red' } }), /sample: .*colour/)
  assert.match(foundIn({ ...created, sample: { ...created.sample, dnd: 'no' } }), /sample: .*must be boolean/)
  assert.match(foundIn({ ...trigger('crm.invoice.paid')!, ownAddress: false }), /the body has no type/)
})
