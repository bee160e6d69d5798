import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { AppError } from '../../../server/errors.ts'
import type { Link } from '../../../server/store/links.ts'
import { createPushCustomer } from '../../../server/sync/customers/push-customer.ts'
import { asContactInput, type GivenMapping, pushMapped } from '../../../server/sync/customers/push-mapped.ts'
import type { MappingLine } from '../../../server/workflows/field-mapping.ts'
import { fc } from '../../property.ts'
import { createRankrWorld, LOCATION } from '../../rankr/rankr-world.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const ANA = { email: 'ana.diaz@example.com', phone: '+12025550101', name: 'Ana Diaz', company: 'Diaz Dental' }
const CONTACT = {
  id: 'contact_1',
  email: ANA.email,
  phone: ANA.phone,
  firstName: 'Ana',
  lastName: 'Diaz',
  companyName: ANA.company,
  dateUpdated: '2026-11-25T11:59:00Z',
}

/** A contact linked to customer `cus_1001` of the simulated Rankr; `agreed` is what both held last. */
const setUp = async (t: TestContext, { agreed, isLinked = true }: { agreed?: object; isLinked?: boolean } = {}) => {
  const world = await createRankrWorld(t)
  const crmCalls: { actionId: string; input: Record<string, unknown> }[] = []
  const link = {
    kind: 'customer',
    rankrId: 'cus_1001',
    crmId: 'contact_1',
    state: 'linked',
    data: agreed ? { agreed } : {},
  } as unknown as Link
  const push = createPushCustomer({ links: { byCrmId: async () => (isLinked ? [link] : []) }, now: () => NOW })
  /** Pushes a contact as the CRM has it now. */
  const run = (contact: Record<string, unknown> | undefined, options: Record<string, unknown> = {}) =>
    push({
      locationId: LOCATION,
      input: { contactId: contact?.id ?? 'gone', tags: true, ...options },
      context: { eventId: 'e', receivedOn: '2026-11-25', receivedAt: NOW, runId: 'r', stepId: 's', isFresh: true },
      crm: async (actionId, given) => {
        if (actionId === 'crm.contacts.get' && contact) return { contact }
        if (!contact) throw new AppError('crm_not_found')
        crmCalls.push({ actionId, input: given })
        return { contact: { id: given.contactId, ...given } }
      },
      support: () => Promise.reject(new Error('no desk is asked')),
      rankr: async (actionId, given) => (await world.execute({ locationId: LOCATION, actionId, input: given })).output,
    })
  const ana = () => world.rankr.workspace.customers.find(({ id }) => id === 'cus_1001')!
  return { ...world, run, crmCalls, ana }
}

test('what changed in the contact changes the customer, and its event finds nothing more to do', async (t) => {
  const { run, ana, sent, crmCalls } = await setUp(t, { agreed: ANA })
  const { output, keep } = await run({ ...CONTACT, lastName: 'Ruiz', tags: ['newsletter', 'vip'] })
  assert.deepEqual(output, { rankrId: 'cus_1001', outcome: 'updated' })
  assert.equal(ana().name, 'Ana Ruiz')
  assert.deepEqual(ana().tags, ['newsletter', 'vip'])
  assert.deepEqual(keep?.audit?.[0]?.details, { rankrId: 'cus_1001', fields: ['name'], tags: ['vip'] })
  assert.deepEqual(keep?.links?.[0]?.data?.agreed, { ...ANA, name: 'Ana Ruiz' })
  const events = sent.length
  const again = await run({ ...CONTACT, lastName: 'Ruiz', tags: ['newsletter', 'vip'] })
  assert.equal(again.output.outcome, 'unchanged')
  assert.deepEqual(again.keep?.audit, [])
  assert.equal(sent.length, events)
  assert.deepEqual(crmCalls, [])
})

test('a field that only Rankr changed is left to Rankr', async (t) => {
  const { run, ana } = await setUp(t, { agreed: { ...ANA, company: 'Old Dental' } })
  const { output } = await run({ ...CONTACT, companyName: 'Old Dental' })
  assert.equal(output.outcome, 'unchanged')
  assert.equal(ana().company, 'Diaz Dental')
})

test('where both changed a field the rule decides, and what is given up is on record', async (t) => {
  const before = { ...ANA, name: 'Anna Diaz' }
  const theirs = await setUp(t, { agreed: before })
  const won = await theirs.run({ ...CONTACT, firstName: 'Anita' }, { rule: 'crm' })
  assert.equal(theirs.ana().name, 'Anita Diaz')
  assert.deepEqual(won.keep?.audit?.[0]?.details?.lost, { name: 'Ana Diaz' })

  const rankrs = await setUp(t, { agreed: before })
  const kept = await rankrs.run({ ...CONTACT, firstName: 'Anita' }, { rule: 'rankr' })
  assert.equal(rankrs.ana().name, 'Ana Diaz')
  assert.deepEqual(kept.keep?.audit?.[0]?.details?.lost, { name: 'Anita Diaz' })
  assert.deepEqual(rankrs.crmCalls, [
    { actionId: 'crm.contacts.update', input: { contactId: 'contact_1', firstName: 'Ana', lastName: 'Diaz' } },
  ])
  assert.ok(kept.keep?.links?.[0]?.crmFingerprint, 'so that the echo of this write is recognised')
})

test('a value that is missing in the contact is not taken from the customer', async (t) => {
  const { run, ana } = await setUp(t, { agreed: ANA })
  const { phone: _phone, ...rest } = CONTACT
  assert.equal((await run(rest)).output.outcome, 'unchanged')
  assert.equal(ana().phone, ANA.phone)
})

test('a contact without a customer becomes one only where that is wanted', async (t) => {
  const { run, rankr } = await setUp(t, { isLinked: false })
  const contact = { id: 'contact_2', email: 'new@example.com', firstName: 'New', tags: ['lead'] }
  const wish = { create: true }
  assert.deepEqual((await run(contact)).output, { rankrId: null, outcome: 'skipped' })
  assert.equal((await run({ id: 'contact_3', firstName: 'X' }, wish)).output.outcome, 'skipped')
  const { output, keep } = await run(contact, wish)
  assert.equal(output.outcome, 'created')
  assert.equal(rankr.workspace.customers.length, 13)
  assert.equal(keep?.links?.[0]?.rankrId, output.rankrId)
  assert.equal((await run(contact, wish)).output.rankrId, output.rankrId, 'a second try finds the first')
  assert.equal(rankr.workspace.customers.length, 13)
})

test('a contact that a sync is just making from a customer is not taken for a new one', async (t) => {
  const { run, rankr } = await setUp(t, { isLinked: false })
  const made = { ...CONTACT, id: 'contact_2', source: 'Rankr', dateAdded: '2026-11-25T11:59:59Z' }
  await assert.rejects(run(made, { create: true }), { code: 'record_busy' })
  const { output } = await run({ ...made, dateAdded: '2026-11-25T11:50:00Z' }, { create: true })
  assert.deepEqual(output, { rankrId: 'cus_1001', outcome: 'created' })
  assert.equal(rankr.workspace.customers.length, 12)
})

test('a change of Rankr that is still on its way here is not undone by a change of another field', async (t) => {
  const { run, ana } = await setUp(t, { agreed: { ...ANA, name: 'Anna Diaz' } })
  const contact = { ...CONTACT, firstName: 'Anna', phone: '+12025550199' }
  const { keep } = await run(contact, { rule: 'crm' })
  assert.deepEqual([ana().name, ana().phone], ['Ana Diaz', '+12025550199'])
  assert.deepEqual(keep?.links?.[0]?.data?.agreed, { ...ANA, name: 'Anna Diaz', phone: '+12025550199' })
})

test('a contact that was deleted meanwhile changes nothing', async (t) => {
  const { run, rankr } = await setUp(t, { agreed: ANA })
  assert.deepEqual((await run(undefined)).output, { rankrId: null, outcome: 'skipped' })
  assert.deepEqual(rankr.control.calls(), [{ method: 'POST', path: '/oauth/token' }].slice(1))
})

const PLAN = 'customFields.f1'
const mapped = (row: Partial<MappingLine> = {}): GivenMapping => ({
  rows: [
    {
      target: PLAN,
      source: { path: 'trigger.data.plan', transforms: [{ use: 'lookup', table: { Growth: 'G', Starter: 'S' } }] },
      direction: 'both',
      ...row,
    },
  ],
  account: {},
})
const withPlan = (value: string) => ({ ...CONTACT, customFields: [{ id: 'f1', value }] })

test('a mapped field is compared as the CRM has it; where both changed it, the rule decides and the contact gets its form', async (t) => {
  const equal = await setUp(t, { agreed: ANA })
  const same = await equal.run(withPlan('G'), { mapping: mapped() })
  assert.equal(same.output.outcome, 'unchanged')
  const agreed = same.keep?.links?.[0]?.data?.agreed as Record<string, unknown> | undefined
  assert.equal(agreed?.[PLAN], 'G')

  const both = await setUp(t, { agreed: { ...ANA, [PLAN]: 'X' } })
  const kept = await both.run(withPlan('S'), { mapping: mapped(), rule: 'rankr' })
  assert.deepEqual(both.crmCalls.at(-1)?.input, { contactId: 'contact_1', customFields: [{ id: 'f1', value: 'G' }] })
  assert.deepEqual(kept.keep?.audit?.[0]?.details?.lost, { plan: 'S' })

  const won = await setUp(t, { agreed: { ...ANA, [PLAN]: 'G' } })
  await won.run(withPlan('S'), { mapping: mapped() })
  assert.equal(won.ana().plan, 'Starter')
  await assert.rejects(won.run(withPlan('?'), { mapping: mapped(), rule: 'crm' }), { code: 'value_invalid' })

  const odd = await setUp(t, { agreed: { ...ANA, [PLAN]: 'G' } })
  Object.assign(odd.ana(), { plan: 'Unheard of' })
  assert.equal((await odd.run({ ...withPlan('G'), lastName: 'Ruiz' }, { mapping: mapped() })).output.outcome, 'updated')
  assert.deepEqual([odd.ana().name, odd.ana().plan], ['Ana Ruiz', 'Unheard of'], 'the other fields go on')
})

test('whatever both sides hold, a second push finds nothing to do', () => {
  const word = fc.option(fc.stringMatching(/^[a-zA-Z ]{1,6}$/), { nil: undefined })
  const row = fc.record({
    target: fc.constantFrom('customFields.a', 'customFields.b', 'city', 'phone', 'name'),
    field: fc.constantFrom('plan', 'town', 'phone', 'name', 'company'),
    direction: fc.constantFrom('both' as const, 'to-rankr' as const, 'to-crm' as const),
    use: fc.constantFrom('upper' as const, 'lower' as const, 'title' as const, undefined),
  })
  const rows = fc
    .uniqueArray(row, { maxLength: 4, comparator: (a, b) => a.target === b.target || a.field === b.field })
    .map((all) =>
      all.map(({ target, field, direction, use }): MappingLine => {
        const transforms = use ? { transforms: [{ use }] } : {}
        return { target, direction, source: { path: `trigger.data.${field}`, ...transforms } }
      }),
    )
  const contacts = fc.record({ city: word, phone: word, firstName: word, a: word, b: word })
  const customers = fc.record({ plan: word, town: word, phone: word, name: word, company: word })
  const agreements = fc.option(fc.dictionary(fc.constantFrom('customFields.a', 'city', 'phone', 'name'), fc.string()), {
    nil: undefined,
  })
  const rules = fc.constantFrom('newest' as const, 'rankr' as const, 'crm' as const)
  fc.assert(
    fc.property(rows, contacts, customers, agreements, rules, (list, { a, b, ...plain }, customer, agreed, rule) => {
      const mapping = { rows: list, account: {} }
      const contact = {
        ...plain,
        customFields: [
          { id: 'a', value: a },
          { id: 'b', value: b },
        ],
      }
      const sides = { rule, changedAt: { rankr: new Date(1), crm: new Date(2) } }
      const first = pushMapped(mapping, { ...sides, contact, customer, agreed })
      const {
        customFields = [],
        name,
        ...rest
      } = asContactInput(first.toContact) as {
        customFields?: { id: string; value: unknown }[]
        name?: string
      }
      const held = new Map([...contact.customFields, ...customFields].map((one) => [one.id, one.value]))
      const second = pushMapped(mapping, {
        ...sides,
        customer: { ...customer, ...first.toRankr },
        contact: {
          ...contact,
          ...rest,
          ...(name === undefined ? {} : { firstName: name }),
          customFields: [...held].map(([id, value]) => ({ id, value })),
        },
        agreed: { ...agreed, ...first.agreed },
      })
      assert.deepEqual([second.toRankr, second.toContact], [{}, {}])
    }),
  )
})
