// Changes single fields of an existing order: its record, or the note that stands in for it. Other fields stay as they
// are, so that records made by hand and half empty can be changed too.

import { AppError } from '../../errors.ts'
import type { Links } from '../../store/links.ts'
import type { LinkWrite } from '../../store/progress.ts'
import type { ActionCall, ActionResult, Keep } from '../action.ts'
import { audited } from '../audited.ts'
import { fingerprint } from '../customers/customer-contact.ts'
import { ORDER_OBJECT, type OrderHome } from './order-object.ts'
import { changedProperties, isCancelled, needsRecord } from './order-record.ts'
import type { OrderLinkData } from './orders.ts'
import { type CrmRecord, changeRecord, joinOrder } from './write-order.ts'

type Deps = {
  findLink(locationId: string, kind: 'order', rankrId: string): Promise<Awaited<ReturnType<Links['find']>>>
  home(locationId: string): Promise<OrderHome | undefined>
  contactOf(call: ActionCall): Promise<{ contactId: string; keep: Keep }>
  /** Writes a complete order. */
  write(call: ActionCall, rankrId: string): Promise<ActionResult>
  linkTo(rankrId: string, write: Partial<LinkWrite> & { data: OrderLinkData }): LinkWrite
  now: () => Date
}

const gone = (): AppError => new AppError('crm_not_found', { detail: 'There is no such order, or it was deleted.' })

/** Throws `crm_not_found` for a missing order, and what calls throw. */
export const createChangeOrder =
  ({ findLink, home, contactOf, write, linkTo, now }: Deps) =>
  async (call: ActionCall, rankrId: string): Promise<ActionResult> => {
    const { locationId, input, context, crm } = call
    const link = await findLink(locationId, 'order', rankrId)
    const before = (link?.data ?? {}) as OrderLinkData
    const { customerId } = input
    if (link?.state === 'pending' && before.waiting) {
      const contactId = customerId === undefined ? before.contactId : undefined
      return await write({ ...call, input: { ...before.waiting, contactId, ...input } }, rankrId)
    }
    const recordId = link?.state === 'linked' ? link.crmId : null
    const place = recordId ? await home(locationId) : undefined
    if (!recordId || !place) throw gone()

    const { record: known } = needsRecord(input)
      ? ((await crm('crm.records.get', { objectKey: ORDER_OBJECT, recordId })) as { record?: CrmRecord })
      : {}
    const properties = changedProperties(input, { current: known?.properties ?? {}, primaryKey: place.primaryKey })
    const contact = customerId === undefined ? undefined : await contactOf(call)
    const record = await changeRecord(call, recordId, properties)
    if (!record) throw gone()
    const contactId = contact?.contactId ?? before.contactId ?? null
    if (contact && contact.contactId !== before.contactId) {
      await joinOrder(call, {
        associationId: place.associationId,
        recordId,
        contactId: contact.contactId,
        isNew: false,
      })
    }
    const details = { rankrId, contactId, fields: Object.keys(properties) }
    return {
      output: { recordId, contactId, outcome: 'updated' },
      record,
      keep: {
        ...contact?.keep,
        links: [
          ...(contact?.keep.links ?? []),
          // Not stored as Rankr's last state: Rankr's next update counts even if it equals the previous one.
          linkTo(rankrId, {
            crmId: recordId,
            rankrFingerprint: fingerprint(properties),
            writtenAt: now(),
            data: {
              ...(contactId ? { contactId } : {}),
              ...(typeof input.status === 'string' ? { isCancelled: isCancelled(input.status) } : {}),
            },
          }),
        ],
        audit: [
          ...(contact?.keep.audit ?? []),
          { ...audited('order.updated', recordId, context, details), subject: { type: 'order', id: recordId } },
        ],
      },
    }
  }
