import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import { createFieldMappings } from '../../server/store/field-mappings.ts'
import { MAPPING_SCHEMA } from '../../server/workflows/field-mapping.ts'
import { createMappingBook } from '../../server/workflows/mapping-book.ts'
import { createClock, openDatabase } from '../relay/kit.ts'
import { startCrm } from '../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, LOCATION, MAYA } from './kit.ts'

const db = await openDatabase(after)

test('what a location maps is written to its contacts, and the record says by which event and version', async (t) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken } = await startCrm(t, { now: clock.now })
  const book = createMappingBook({
    mappings: createFieldMappings({ db, now: clock.now }),
    action,
    trigger,
    account: async (id) => ({ id }),
  })
  const sync = createSync({ db, clock, crmUrl: url, token: await locationToken(LOCATION), mappings: book.applied })
  t.after(sync.close)
  await sync.enableCustomers()
  const { id } = [...crm.state.customFields.all()].find((one) => one.locationId === LOCATION)!
  const rows = [
    { target: `customFields.${id}`, source: { path: 'trigger.data.plan', transforms: [{ use: 'upper' as const }] } },
    { target: 'companyName', source: { template: '{{ trigger.data.company }} ({{ trigger.data.plan }})' } },
  ]
  await db.transaction((on) =>
    book.save(LOCATION, 'customers', { mapping: { schema: MAPPING_SCHEMA, rows }, version: 0, by: 'u', on }),
  )
  sync.registry.forget(LOCATION)
  const { eventId } = await sync.accept.accept(customerEvent('created', { ...MAYA, plan: 'growth' }))
  await sync.drainAll()
  const contact = [...crm.state.contacts.all()].find(({ email }) => email === MAYA.email)
  assert.equal(contact?.companyName, 'Okafor Studio (growth)')
  assert.deepEqual(
    contact?.customFields?.map(({ id: field, value }) => [field, value]),
    [[id, 'GROWTH']],
  )
  const [entry] = await sync.audit.list(LOCATION, { action: 'contact.created' })
  assert.equal(entry?.eventId, eventId)
  assert.equal(entry?.details.mappingVersion, 1)
})
