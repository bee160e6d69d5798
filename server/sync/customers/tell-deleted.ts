// A contact was deleted in the CRM: marks its customer in Rankr, which is never deleted. Sets a tag, which is
// idempotent, and writes at most one note, because notes cannot be looked up.

import { AppError } from '../../errors.ts'
import type { Links } from '../../store/links.ts'
import type { ActionCall, OwnAction } from '../action.ts'
import { audited } from '../audited.ts'
import type { InWords } from '../note-once.ts'
import type { Once } from '../once.ts'

type Deps = { links: Pick<Links, 'byCrmId'>; once: Once; inWords: InWords }

const TAG = 'contact deleted'

/** Undefined when Rankr no longer has the customer. */
const unlessGone = async <Value>(work: () => Promise<Value>): Promise<Value | undefined> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.code === 'rankr_not_found') return undefined
    throw error
  }
}

/** `app.customers.tell-deleted`; output `{ rankrId, outcome: 'told' | 'absent' | 'skipped' }`. */
export const createTellDeleted = ({ links, once, inWords }: Deps): OwnAction => {
  const tell = async ({ locationId, input, context, rankr }: ActionCall, customerId: string) => {
    const tagged = await unlessGone(() => rankr('rankr.customers.add-tags', { customerId, tags: [TAG] }))
    if (tagged === undefined) return undefined
    if (input.how === 'archive') {
      await unlessGone(() => rankr('rankr.customers.update', { customerId, custom: { archived: true } }))
    }
    const day = context.receivedAt.toISOString().slice(0, 10)
    const body = await inWords(locationId, `The contact of this customer was deleted in the CRM on ${day}.`, 'us')
    const { effects } = await once({
      locationId,
      context: { ...context, stepId: `${context.stepId}/${customerId}` },
      // It may exist: better none than two.
      find: async () => ({ isNoted: true }),
      make: async () => {
        await unlessGone(() => rankr('rankr.customers.add-note', { customerId, body }))
        return { isNoted: true }
      },
    })
    return effects
  }

  return async (call) => {
    const { locationId, input, context } = call
    const contactId = String(input.contactId)
    if (input.how !== 'note' && input.how !== 'archive') return { output: { rankrId: null, outcome: 'skipped' } }
    const all = await links.byCrmId(locationId, 'customer', contactId)
    const own = all.filter(({ state, data }) => state === 'linked' && data.mergedInto === undefined)
    const told: { rankrId: string; effects: Awaited<ReturnType<typeof tell>> }[] = []
    for (const { rankrId } of own) told.push({ rankrId, effects: await tell(call, rankrId) })
    const reached = told.filter(({ effects }) => effects !== undefined)
    return {
      output: { rankrId: reached[0]?.rankrId ?? null, outcome: reached.length > 0 ? 'told' : 'absent' },
      keep: {
        links: own.map(({ rankrId }) => ({ kind: 'customer', rankrId, crmId: contactId, state: 'broken', data: {} })),
        effects: reached.flatMap(({ effects }) => effects ?? []),
        audit: reached.map(({ rankrId }) =>
          audited('customer.told-deleted', contactId, context, { rankrId, how: input.how }),
        ),
      },
    }
  }
}
