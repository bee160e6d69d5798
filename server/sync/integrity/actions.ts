// Our own actions that repair findings. All are idempotent.

import { AppError } from '../../errors.ts'
import type { IntegrityKind } from '../../store/integrity-checks.ts'
import type { Links } from '../../store/links.ts'
import type { ActionCall, ActionContext, OwnAction } from '../action.ts'
import { audited } from '../audited.ts'
import { ORDER_OBJECT } from '../orders/order-object.ts'
import { isNotFound } from '../orders/write-order.ts'
import { isPart, linkKindOf } from './parts.ts'
import { readCrm } from './read.ts'

type Removable = 'order' | 'invoice' | 'opportunity'
type Deps = { links: Pick<Links, 'find' | 'byCrmIds'> }

const auditOf = (action: string, subject: { type: string; id: string }, context: ActionContext, details: object) => ({
  ...audited(action, subject.id, context, { ...details }),
  subject,
})

/** Actions `app.links.*` and `app.duplicates.*` by catalog id. */
export const createIntegrityActions = ({ links }: Deps): Record<string, OwnAction> => {
  const forget: OwnAction = async ({ locationId, input, context, crm }) => {
    const [of, rankrId] = [input.kind as IntegrityKind, String(input.rankrId)]
    const kind = linkKindOf(of)
    const link = await links.find(locationId, kind, rankrId)
    if (!link || link.state === 'broken') return { output: { outcome: 'absent' } }
    const isThere =
      isPart(of) && link.crmId && (await readCrm(crm, { kind: of, id: link.crmId, associationId: undefined }))
    if (isThere) return { output: { outcome: 'kept' } }
    return {
      output: { outcome: 'forgotten' },
      keep: {
        links: [{ kind, rankrId, crmId: link.crmId, state: 'broken' }],
        audit: [auditOf('link.forgotten', { type: kind, id: rankrId }, context, { crmId: link.crmId })],
      },
    }
  }

  const erase = async ({ crm }: ActionCall, kind: Removable, id: string): Promise<void> => {
    const deletions: Record<Removable, () => Promise<unknown>> = {
      order: () => crm('crm.records.delete', { objectKey: ORDER_OBJECT, recordId: id }),
      invoice: () => crm('crm.invoices.delete', { invoiceId: id }),
      opportunity: () => crm('crm.opportunities.delete', { opportunityId: id }),
    }
    await deletions[kind]().catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }

  const remove: OwnAction = async (call) => {
    const { locationId, input, context, crm } = call
    const [kind, id, keptId] = [input.kind as Removable, String(input.crmId), String(input.keptId)]
    const isLinked = (await links.byCrmIds(locationId, linkKindOf(kind), [id])).get(id)?.state === 'linked'
    const extra = await readCrm(crm, { kind, id, associationId: undefined })
    if (!extra) return { output: { outcome: 'absent' } }
    const kept = await readCrm(crm, { kind, id: keptId, associationId: undefined })
    // Somebody has changed one of them since, so it is no duplicate.
    if (isLinked || extra.marker === null || extra.marker !== kept?.marker) return { output: { outcome: 'kept' } }
    const { status, paid } = extra.record
    const isDraft = kind !== 'invoice' || status === 'draft'
    if (!isDraft && paid !== 0) {
      throw new AppError('invoice_closed', { detail: 'Something was paid on this invoice: a person must decide.' })
    }
    if (isDraft) await erase(call, kind, id)
    else await crm('crm.invoices.void', { invoiceId: id })
    const outcome = isDraft ? 'removed' : 'voided'
    return {
      output: { outcome },
      keep: { audit: [auditOf(`duplicate.${outcome}`, { type: kind, id }, context, { keptId })] },
    }
  }

  return { 'app.links.forget': forget, 'app.duplicates.remove': remove }
}
