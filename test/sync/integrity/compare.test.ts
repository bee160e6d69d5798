// What is written compares equal with what the CRM then answers, and whatever is changed in one field is found.

import assert from 'node:assert/strict'
import test from 'node:test'
import { action } from '../../../server/catalog/index.ts'
import type { Link } from '../../../server/store/links.ts'
import { checkedInput } from '../../../server/sync/checked-input.ts'
import { contactFields } from '../../../server/sync/customers/customer-contact.ts'
import { differing, type Expected, maskedValue } from '../../../server/sync/integrity/compare.ts'
import { contactRow, invoiceRow, orderRow } from '../../../server/sync/integrity/crm-side.ts'
import { type Examined, examine } from '../../../server/sync/integrity/finding.ts'
import {
  type Compared,
  compareCustomer,
  compareInvoice,
  compareOpportunity,
  compareOrder,
  type Surroundings,
} from '../../../server/sync/integrity/wanted.ts'
import { compareTicket } from '../../../server/sync/integrity/wanted-ticket.ts'
import { eventOf } from '../../../server/sync/integrity/workflows.ts'
import { draftOf } from '../../../server/sync/invoices/invoice-draft.ts'
import { wishOf } from '../../../server/sync/invoices/upsert-invoice.ts'
import { toDecimal, toMinor } from '../../../server/sync/money.ts'
import { orderOf, orderProperties } from '../../../server/sync/orders/order-record.ts'
import { createRecordCalls, type RecordedCall } from '../../../server/workflows/record-calls.ts'
import { customersTemplate } from '../../../server/workflows/templates/customers.ts'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { ordersTemplate } from '../../../server/workflows/templates/orders.ts'
import type { Template } from '../../../server/workflows/templates/template.ts'
import { ticketsTemplate } from '../../../server/workflows/templates/tickets.ts'
import { fc, runs } from '../../property.ts'

const AT = new Date('2026-11-28T12:00:00Z')
const PLACE = { associationId: 'a', primaryKey: 'number', types: { plan: 'TEXT', fee: 'MONETORY' } }
const recordCalls = createRecordCalls({ account: async (id) => ({ id }), now: () => AT, action, check: checkedInput })

type Kind = 'customer' | 'order' | 'invoice' | 'ticket'
type Row = Record<string, unknown>

const TEMPLATES: Record<Kind, Template> = {
  customer: customersTemplate as Template,
  order: ordersTemplate as Template,
  invoice: invoicesTemplate as Template,
  ticket: ticketsTemplate as Template,
}

const callsOf = async (kind: Kind, record: Row): Promise<RecordedCall[]> => {
  const template = TEMPLATES[kind]
  const options = template.options.parse({}) as Row
  const workflow = { id: 'w', name: 'w', version: 1, document: template.document, options, leavesAccount: false }
  const { calls, failure } = await recordCalls(eventOf('loc_1', { kind, record, at: AT }), workflow)
  assert.equal(failure, null)
  return calls
}

const compared = async (kind: Kind, record: Row, over: Partial<Compared> = {}): Promise<Compared> => ({
  record,
  calls: await callsOf(kind, record),
  link: undefined,
  contactId: 'contact_1',
  crm: undefined,
  surroundings: { place: PLACE, back: undefined },
  ...over,
})

const inputOf = ({ calls }: Compared, actionId: string): Row => calls.find((call) => call.actionId === actionId)!.input

const fieldsOf = (found: ReturnType<typeof compareCustomer>): string[] => {
  assert.ok(Array.isArray(found), String(found))
  return found.map(({ field }) => field).toSorted()
}

/** What people call things; some of it means nothing to a comparison, such as spaces at the ends. */
const word = fc.stringMatching(/^[A-Za-zÀ-ž][A-Za-zÀ-ž'’-]{0,12}$/)
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))

const customer = fc.record({
  id: digits(6).map((n) => `cus_${n}`),
  email: fc.tuple(word, digits(3)).map(([name, n]) => `${name.replaceAll(/[^A-Za-z]/g, 'x')}.${n}@Example.com`),
  name: fc.tuple(word, word).map((words) => words.join(' ')),
  phone: digits(7).map((n) => `+1202${n}`),
  tags: fc.array(word, { maxLength: 3 }),
})

const money = fc.integer({ min: 1, max: 5_000_000 }).map((minor) => minor / 100)
const lineItem = fc.record({ name: word, sku: word, quantity: fc.integer({ min: 1, max: 9 }), price: money })

const order = fc.record({
  order_id: digits(6).map((n) => `ord_${n}`),
  number: digits(5).map((n) => `R-${n}`),
  customer_id: digits(4),
  total: money,
  currency: fc.constantFrom('USD', 'eur', 'JPY').map((code) => code),
  status: fc.constantFrom('open', 'paid', 'refunded'),
  line_items: fc.array(lineItem, { maxLength: 3 }),
  created_at: fc.constantFrom('2026-09-02T09:00:00.000Z', '2026-01-31T23:59:59+00:00'),
})

const invoice = fc.record({
  invoice_id: digits(6).map((n) => `inv_${n}`),
  number: fc.oneof(
    digits(5).map((n) => `RK-${n}`),
    digits(4),
  ),
  customer_id: digits(4),
  amount: money,
  currency: fc.constantFrom('USD', 'EUR'),
  status: fc.constant('draft'),
  due_date: fc.constantFrom('2026-12-24', '2027-01-15T00:00:00Z'),
  line_items: fc.array(lineItem, { maxLength: 3 }),
})

/** Of each kind: what the CRM answers once our write has arrived, spelt in its own way. */
const writtenContact = (all: Compared) => {
  const { email, ...fields } = contactFields(inputOf(all, 'app.customers.upsert-contact'))
  const { tags } = inputOf(all, 'app.customers.add-tags')
  const answer = {
    ...fields,
    id: 'contact_1',
    email: String(email).toLowerCase(),
    tags: (tags as string[]).map((tag) => tag.toLowerCase()),
  }
  return contactRow(answer).record
}

const writtenOrder = (all: Compared) => {
  const { placed_on, total, ...properties } = orderProperties(orderOf(inputOf(all, 'app.orders.upsert')), 'number')
  const answered = {
    ...properties,
    total: { value: total, currency: 'default' },
    placed_on: `${placed_on}T00:00:00.000Z`,
  }
  return orderRow({ id: 'r', properties: answered, relations: [{ recordId: 'contact_1' }] }).record
}

const writtenInvoice = (all: Compared) => {
  const wish = wishOf(inputOf(all, 'app.invoices.upsert'))
  const draft = draftOf(wish, {
    contact: { id: 'contact_1', name: 'x', phoneNo: 'x', email: 'x' },
    business: {},
    today: '2026-11-28',
    names: { name: 'x', title: 'x' },
  })
  const total = Number(toDecimal(toMinor(wish.amount, wish.currency), wish.currency))
  const { items, ...rest } = draft as { items: Row[] }
  return invoiceRow({
    ...(rest as object),
    _id: 'i',
    status: 'draft',
    currency: wish.currency,
    total,
    invoiceItems: items,
  } as never).record
}

const KINDS = [
  { kind: 'customer', record: customer, written: writtenContact, compare: compareCustomer, skipped: [] },
  // Not everything that the CRM holds is written by us.
  { kind: 'order', record: order, written: writtenOrder, compare: compareOrder, skipped: [] },
  {
    kind: 'invoice',
    record: invoice,
    written: writtenInvoice,
    compare: compareInvoice,
    skipped: ['status', 'paid', 'title', 'terms', 'issueDate'],
  },
] as const

const changed = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) return []
  const text = String(value)
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? '2001-01-01' : `${text}x9`
}

for (const { kind, record, written, compare, skipped } of KINDS) {
  test(`what is written of one ${kind} compares equal, and a change of any field is found`, async () => {
    await fc.assert(
      fc.asyncProperty(record as fc.Arbitrary<Row>, fc.nat(), async (data, pick) => {
        const all = await compared(kind, data)
        const crm = written(all)
        assert.deepEqual(fieldsOf(compare({ ...all, crm })), [])
        assert.equal(compare(all), 'missing')
        const fields = Object.keys(crm).filter(
          (field) =>
            !skipped.includes(field as never) &&
            crm[field] !== null &&
            !(Array.isArray(crm[field]) && crm[field].length === 0),
        )
        const field = fields[pick % fields.length]!
        const found = fieldsOf(compare({ ...all, crm: { ...crm, [field]: changed(crm[field]) } }))
        assert.deepEqual(found, [field], `${field} of ${JSON.stringify(data)}`)
        const gone = fieldsOf(compare({ ...all, crm: { ...crm, [field]: null } }))
        assert.deepEqual(gone, crm[field] === '' ? [] : [field])
      }),
      { numRuns: runs(60) },
    )
  })
}

test('systems spell the same value in their own ways', () => {
  const one = (as: Expected['as'], value: unknown, there: unknown) =>
    differing([{ field: 'f', value, as }], { f: there }).length === 0
  for (const [as, value, there, isSame] of [
    ['phone', '(202) 555-0101', '+12025550101', true],
    ['phone', '0171 2345678', '+491712345678', true],
    ['phone', '+12025550101', '+442025550101', false],
    ['loose', 3, '3', true],
    ['loose', ['b', 'A'], ['a', 'B'], true],
    ['loose', 'b', ['B'], true],
    ['loose', '2026-01-31', 1769817600000, true],
    ['loose', true, 'true', true],
    ['loose', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['loose', '7', '8', false],
    ['text', 'Ana  María', 'ana maría', true],
    ['json', '[{"b":1,"a":2}]', '[{"a":2,"b":1}]', true],
    ['items', '[{"a":1}]', '[{"product_id":"p","a":1}]', true],
    ['items', '[{"a":1}]', '[{"product_id":"p","a":2}]', false],
    ['day', '2026-01-31', '2026-01-31T00:00:00.000Z', true],
    ['includes', ['a'], ['A', 'b'], true],
    ['includes', ['a', 'c'], ['a'], false],
    ['text', '', undefined, true],
    ['text', '', 'anything', false],
    ['text', undefined, 'anything', true],
    ['text', 'something', undefined, false],
  ] as const) {
    assert.equal(one(as, value, there), isSame, `${as} ${JSON.stringify(value)} ${JSON.stringify(there)}`)
  }
})

test('tags that a person has taken off are no difference, and what is sensitive is shown in part', async () => {
  const data = { id: 'cus_1', email: 'maya@example.com', name: 'Maya Okafor', tags: ['vip'] }
  const all = await compared('customer', data)
  const crm = { ...writtenContact(all), tags: [] }
  assert.deepEqual(fieldsOf(compareCustomer({ ...all, crm })), ['tags'])
  const link = { data: { tags: ['vip', 'rankr'] } } as unknown as Link
  assert.deepEqual(fieldsOf(compareCustomer({ ...all, crm, link })), [])
  assert.deepEqual(
    [maskedValue('maya@example.com'), maskedValue('+12025550101'), maskedValue('')],
    ['m••••@example.com', '••••01', null],
  )
})

test('an order that waits as a note is compared with what is kept of it', async () => {
  const data = { order_id: 'ord_1', customer_id: 'c', total: 5, currency: 'USD', status: 'open', line_items: [] }
  const surroundings: Surroundings = { place: undefined, back: undefined }
  const all = await compared('order', data, { surroundings })
  assert.equal(compareOrder(all), 'missing')
  const { rankrId: _id, waitMinutes: _wait, ...waiting } = inputOf(all, 'app.orders.upsert')
  const link = (state: string, kept: object) => ({ state, data: { noteId: 'n', waiting: kept } }) as unknown as Link
  assert.deepEqual(compareOrder({ ...all, link: link('pending', waiting) }), [])
  assert.deepEqual(fieldsOf(compareOrder({ ...all, link: link('pending', { ...waiting, total: 6 }) })), ['note'])
})

test('fields that an account has mapped are compared, too', async () => {
  const data = { order_id: 'ord_1', customer_id: 'c', total: 5, currency: 'USD', status: 'open', line_items: [] }
  const all = await compared('order', data)
  const calls = all.calls.map((call) => ({
    ...call,
    input: { ...call.input, properties: { plan: 'Growth', fee: 3, gone: 1 } },
  }))
  const held = (properties: object) =>
    orderRow({ id: 'r', properties: { ...writtenOrder(all), ...properties }, relations: [{ recordId: 'contact_1' }] })
      .record
  const fee = (value: number) => ({ fee: { currency: 'default', value } })
  assert.deepEqual(compareOrder({ ...all, calls, crm: held({ plan: 'growth', ...fee(3) }) }), [])
  assert.deepEqual(fieldsOf(compareOrder({ ...all, calls, crm: held({ plan: 'Scale', ...fee(4) }) })), ['fee', 'plan'])
})

test('a link whose record is gone in Rankr is named, unless it was never there or is gone for a reason', () => {
  const crm = { firstName: 'Maya' }
  const found = (link: object, over: Partial<Examined> = {}) => {
    const all = {
      kind: 'customer',
      rankrId: 'cus_1',
      crmId: 'contact_1',
      state: 'linked',
      data: {},
      ...link,
    } as unknown as Link
    const of = { checkId: 'c', kind: 'customer', rankrId: 'cus_1', contactId: undefined } as const
    const rest = { record: undefined, recording: undefined, crm, surroundings: { place: PLACE, back: undefined } }
    const finding = examine({ ...of, ...rest, link: all, ...over })
    return finding && [finding.type, finding.repair]
  }
  assert.deepEqual(found({}), ['orphan', 'delete'])
  assert.deepEqual(found({}, { crm: undefined }), ['orphan', 'forget'])
  assert.deepEqual(found({}, { kind: 'order' }), ['orphan', 'forget'])
  assert.equal(found({ data: { tags: ['deleted in rankr'] } }), undefined)
  assert.equal(found({ data: { isDemanded: true } }), undefined)
  assert.equal(found({ data: { mergedInto: 'cus_2' } }), undefined)
  assert.equal(found({ crmId: 'cus_1' }), undefined)
  assert.equal(found({ state: 'broken' }), undefined)
  // Tickets that people's own workflows have opened are of no issue.
  assert.equal(found({ kind: 'ticket', data: { status: 'open' } }, { kind: 'ticket' }), undefined)
  assert.deepEqual(found({ kind: 'ticket', data: { customerId: null } }, { kind: 'ticket' }), ['orphan', 'forget'])
  // The contact was deleted by people, and Rankr was told.
  const recording = { calls: [], steps: {}, failure: null }
  const record = { id: 'cus_1', email: 'maya@example.com' }
  assert.equal(found({ state: 'broken' }, { record, recording, crm: undefined }), undefined)
  const refused = { ...recording, failure: { stepId: 'x', code: 'action_input_invalid', detail: null } }
  assert.deepEqual(found({}, { record, recording: refused }), ['refused', null])
})

test('what becomes of an invoice is compared in both directions', async () => {
  const back = { sent: true, payments: true, voided: true }
  const data = { invoice_id: 'inv_1', customer_id: 'c', amount: 100, currency: 'USD', status: 'sent', line_items: [] }
  for (const [rankr, there, hasBack, wanted] of [
    [{}, { status: 'sent', paid: 0 }, true, []],
    [{}, { status: 'draft', paid: 0 }, true, ['status sent draft']],
    [{ status: 'paid' }, { status: 'sent', paid: 0 }, true, ['paid 100.00 USD 0.00 USD']],
    [{ amount_paid: 40, status: 'partial' }, { status: 'sent', paid: 0 }, true, ['paid 40.00 USD 0.00 USD']],
    [{}, { status: 'paid', paid: 10_000 }, true, ['status sent paid back', 'paid 0.00 USD 100.00 USD back']],
    // Where nothing goes back, nobody wants to know.
    [{}, { status: 'paid', paid: 10_000 }, false, []],
    [{}, { status: 'void', paid: 0 }, true, ['status sent void back']],
    [{}, { status: 'void', paid: 0 }, false, ['status sent void fixed']],
    [{ status: 'void' }, { status: 'sent', paid: 0 }, true, ['status void sent']],
    [{ status: 'void' }, { status: 'void', paid: 0 }, true, []],
    [{ status: 'a word of their own' }, { status: 'paid', paid: 10_000 }, true, []],
  ] as const) {
    const all = await compared(
      'invoice',
      { ...data, ...rankr },
      { surroundings: { place: PLACE, back: hasBack ? back : undefined } },
    )
    const crm = { ...writtenInvoice(await compared('invoice', { ...data, status: 'draft' })), ...there }
    const found = compareInvoice({ ...all, crm })
    assert.ok(Array.isArray(found))
    const words = found.map(({ field, rankr, crm, isBack, isFixed }) =>
      [field, rankr, crm, ...(isBack ? ['back'] : []), ...(isFixed ? ['fixed'] : [])].join(' '),
    )
    assert.deepEqual(words, wanted, JSON.stringify([rankr, there]))
  }
  const voided = await compared('invoice', { ...data, status: 'void' })
  assert.equal(compareInvoice(voided), 'nothing')
})

test('an invoice that calls could not move to another contact is named until somebody has done so, and so is an opportunity', async () => {
  const data = { invoice_id: 'inv_1', customer_id: 'c', amount: 100, currency: 'USD', status: 'sent', line_items: [] }
  const all = await compared('invoice', data)
  const link = { data: { keptOn: 'contact_0', keptFor: 'contact_1' } } as unknown as Link
  const crm = { ...writtenInvoice(await compared('invoice', { ...data, status: 'draft' })), status: 'sent' }
  const found = compareInvoice({ ...all, link, crm: { ...crm, contact: 'contact_0' } })
  assert.deepEqual(found, [{ field: 'formerContact', rankr: 'contact_1', crm: 'contact_0', isFixed: true }])
  assert.deepEqual(compareInvoice({ ...all, link, crm: { ...crm, contact: 'contact_1' } }), [])
  const order = { order_id: 'ord_1', customer_id: 'c', total: 5, currency: 'USD', status: 'open', line_items: [] }
  const { calls, ...rest } = await compared('order', order)
  const input = { ...calls[0]!.input, pipelineId: 'p', contactId: 'contact_1' }
  const follow = { ...calls[0]!, actionId: 'app.orders.follow-opportunity', input }
  const there = { contact: 'contact_0', value: 5, status: 'open', pipelineId: 'p' }
  const opportunity = (over: object) =>
    compareOpportunity({ ...rest, calls: [follow], link, crm: { ...there, ...over } })
  assert.deepEqual(fieldsOf(opportunity({})), ['formerContact'])
  assert.deepEqual(fieldsOf(opportunity({ contact: 'contact_1', value: 6, status: 'won' })), ['status', 'value'])
})

test('a ticket is brought to the state of its issue, or Rankr told of it, by whoever has news', async () => {
  const [before, later] = ['2026-11-28T10:00:00.000Z', '2026-11-28T11:00:00.000Z']
  const all = { hasDesk: true, isBack: true }
  for (const [status, known, there, wanted, { updated = before, tickets = all } = {}] of [
    ['open', 'open', 'open', 'same'],
    ['in progress', 'open', 'pending', 'same'],
    [undefined, 'open', 'open', 'same'],
    ['resolved', 'solved', 'closed', 'same'],
    // Nobody has told the desk, or Rankr.
    ['resolved', 'open', 'open', 'desk'],
    ['resolved', 'open', 'pending', 'desk'],
    ['fixed', null, 'open', 'desk'],
    ['open', 'open', 'solved', 'Rankr'],
    ['in progress', 'open', 'closed', 'Rankr'],
    ['resolved', 'solved', 'open', 'Rankr'],
    ['open', 'open', 'pending', 'Rankr'],
    ['waiting', 'pending', 'open', 'Rankr'],
    // The desk had told it: what was changed in Rankr after that opens the ticket again.
    ['open', 'solved', 'solved', 'Rankr'],
    ['open', 'solved', 'solved', 'desk', { updated: later }],
    ['open', 'pending', 'pending', 'same', { updated: later }],
    // Where Rankr is told nothing, nobody wants to know.
    ['open', 'open', 'solved', 'same', { tickets: { hasDesk: true, isBack: false } }],
    ['resolved', 'open', 'open', 'desk', { tickets: { hasDesk: true, isBack: false } }],
    ['open', 'none', 'none', 'missing'],
    ['open', 'none', 'none', 'nothing', { tickets: { hasDesk: false, isBack: true } }],
    ['resolved', 'none', 'none', 'nothing'],
    ['open', 'open', 'none', 'missing'],
    ['resolved', 'solved', 'none', 'gone'],
  ] as [string | undefined, string | null, string, string, { updated?: string; tickets?: typeof all }?][]) {
    const data = { ...(known === null ? {} : { status: known }), statusAt: '2026-11-28T10:30:00.000Z' }
    const found = compareTicket(
      await compared(
        'ticket',
        { issue_id: 'iss_1', title: 'Import stopped', status, updated_at: updated },
        {
          link: known === 'none' ? undefined : ({ kind: 'ticket', state: 'linked', data } as unknown as Link),
          crm: there === 'none' ? undefined : { status: there },
          surroundings: { place: undefined, back: undefined, tickets },
        },
      ),
    )
    const words = (one: (typeof found)[number] & object) => ('isBack' in one ? 'Rankr' : 'desk')
    const said = typeof found === 'string' ? found : (found.map(words)[0] ?? 'same')
    assert.equal(said, wanted, JSON.stringify([status, known, there, updated, tickets]))
  }
})
