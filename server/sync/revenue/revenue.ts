// Rankr's revenue: a ledger row per payment, and totals on the contact. The row is written first, keyed by its id;
// totals are recomputed from all rows, so that no retry counts twice.

import type { Links, OrdersPlaced } from '../../store/links.ts'
import type { RecordHolds } from '../../store/record-holds.ts'
import type { Revenue, RevenueRow } from '../../store/revenue.ts'
import type { ActionCall, OwnAction } from '../action.ts'
import { createAlone } from '../alone.ts'
import { audited } from '../audited.ts'
import { createFindContact, customerKeys } from '../customers/customer-contact.ts'
import { createFindLink } from '../find-link.ts'
import { toDecimal, toMinor } from '../money.ts'
import type { InWords } from '../note-once.ts'
import type { Once } from '../once.ts'
import { createValueOpportunity } from './value-opportunity.ts'

type Deps = {
  links: Pick<Links, 'findAll' | 'ordersPlaced'>
  revenue: Pick<Revenue, 'record' | 'ofCustomer'>
  holds: RecordHolds
  once: Once
  inWords: InWords
  now: () => Date
}

type Kind = 'TEXT' | 'NUMERICAL' | 'DATE'
/** Name, type and value of a contact's custom field. */
type FieldValue = { name: string; dataType: Kind; value: string | number }
type CustomField = { id: string; name: string; model?: string }

const textAt = (input: Record<string, unknown>, key: string): string | null =>
  typeof input[key] === 'string' && input[key] !== '' ? input[key] : null

/** A contact's totals from its customer's rows (oldest first) and orders. Per currency. */
const contactValues = (rows: readonly RevenueRow[], orders: OrdersPlaced): FieldValue[] => {
  const sums = new Map<string, number>()
  for (const { currency, amountMinor } of rows) sums.set(currency, (sums.get(currency) ?? 0) + amountMinor)
  const known = (member: 'source' | 'medium' | 'campaign') => rows.flatMap((row) => row[member] ?? [])
  const [sources, media, campaigns] = [known('source'), known('medium'), known('campaign')]
  const last = rows.at(-1)
  const text = (name: string, value: string | undefined): FieldValue[] =>
    value === undefined ? [] : [{ name, dataType: 'TEXT', value }]
  return [
    ...[...sums].map(([currency, minor]) => ({
      name: `Rankr revenue ${currency}`,
      dataType: 'NUMERICAL' as const,
      value: Number(toDecimal(minor, currency)),
    })),
    { name: 'Rankr payments', dataType: 'NUMERICAL', value: rows.length },
    ...(last
      ? [
          {
            name: 'Rankr last payment',
            dataType: 'DATE' as const,
            value: last.recordedAt.toISOString().slice(0, 10),
          },
        ]
      : []),
    ...(orders.count > 0 ? [{ name: 'Rankr orders', dataType: 'NUMERICAL' as const, value: orders.count }] : []),
    ...(orders.lastOn ? [{ name: 'Rankr last order', dataType: 'DATE' as const, value: orders.lastOn }] : []),
    ...text('Rankr first source', sources[0]),
    ...text('Rankr last source', sources.at(-1)),
    ...text('Rankr first medium', media[0]),
    ...text('Rankr last medium', media.at(-1)),
    ...text('Rankr first campaign', campaigns[0]),
    ...text('Rankr last campaign', campaigns.at(-1)),
  ]
}

/** Actions `app.revenue.*` by catalog id. */
export const createRevenueActions = ({
  links,
  revenue,
  holds,
  once,
  inWords,
  now,
}: Deps): Record<string, OwnAction> => {
  const findLink = createFindLink(links)
  const findContact = createFindContact({ findLink })
  const alone = createAlone({ holds })

  /** Ids by lower-case name: the CRM refuses names that differ only in case. */
  const knownFields = async ({ crm }: ActionCall): Promise<Map<string, string>> => {
    const { customFields } = (await crm('crm.custom-fields.list', { model: 'contact' })) as {
      customFields: CustomField[]
    }
    return new Map(customFields.map(({ name, id }) => [name.trim().toLowerCase(), id]))
  }

  /** Creates missing fields, one process at a time: two customers' payments may both be the first. */
  const fieldIds = async (asked: ActionCall, wanted: readonly FieldValue[]): Promise<Map<string, string>> => {
    const missingIn = (ids: Map<string, string>) => wanted.filter(({ name }) => !ids.has(name.toLowerCase()))
    const known = await knownFields(asked)
    if (missingIn(known).length === 0) return known
    const work = async (call: ActionCall) => {
      const ids = await knownFields(call)
      for (const { name, dataType } of missingIn(ids)) {
        const made = await call.crm('crm.custom-fields.create', { name, dataType, model: 'contact' })
        ids.set(name.toLowerCase(), (made as { customField: CustomField }).customField.id)
      }
      return ids
    }
    return await alone(asked, { record: 'contact-fields', isPatient: true, work })
  }

  const fillContact = async (call: ActionCall, customerId: string): Promise<string | null> => {
    const { contactId } = await findContact(call, customerKeys({ rankrId: customerId }))
    if (!contactId) return null
    const { locationId } = call
    const values = contactValues(
      await revenue.ofCustomer(locationId, customerId),
      await links.ordersPlaced(locationId, contactId),
    )
    const ids = await fieldIds(call, values)
    await call.crm('crm.contacts.update', {
      contactId,
      customFields: values.map(({ name, value }) => ({ id: ids.get(name.toLowerCase()), value })),
    })
    return contactId
  }

  const record: OwnAction = async (call) => {
    const { locationId, input, context } = call
    const currency = String(input.currency).toUpperCase()
    const amountMinor = toMinor(Number(input.amount), currency)
    const customerId = textAt(input, 'customerId')
    const given = new Date(textAt(input, 'recordedAt') ?? Number.NaN)
    const rankrId = String(input.rankrId)
    await revenue.record(locationId, {
      rankrId,
      customerId,
      amountMinor,
      currency,
      source: textAt(input, 'source'),
      medium: textAt(input, 'medium'),
      campaign: textAt(input, 'campaign'),
      recordedAt: Number.isNaN(given.getTime()) ? context.receivedAt : given,
      eventId: context.eventId,
    })
    // Two payments of one customer must not overwrite each other's totals.
    const contactId =
      customerId && input.contactFields !== false
        ? await alone(call, {
            record: `revenue:${customerId}`,
            isPatient: true,
            work: (held) => fillContact(held, customerId),
          })
        : null
    const entry = audited('revenue.recorded', contactId ?? rankrId, context, { rankrId, amountMinor, currency })
    return {
      output: { contactId, outcome: 'recorded' },
      keep: { audit: [{ ...entry, subject: { type: 'revenue', id: rankrId } }] },
    }
  }

  return {
    'app.revenue.record': record,
    'app.revenue.value-opportunity': createValueOpportunity({ findLink, revenue, alone, once, inWords, now }),
  }
}
