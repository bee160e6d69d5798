// Our own actions on invoices. All are idempotent, and at most one runs at a time per invoice.

import { AppError } from '../../errors.ts'
import type { Links } from '../../store/links.ts'
import type { EffectWrite, ProgressItem } from '../../store/progress.ts'
import type { RecordHolds } from '../../store/record-holds.ts'
import type { ActionCall, ActionResult, OwnAction } from '../action.ts'
import { createAlone, untilKept } from '../alone.ts'
import type { FindHeld } from '../backfill/survey.ts'
import { createCustomerOfRecord } from '../customers/customer-of-record.ts'
import { createFindLink } from '../find-link.ts'
import { toDecimal } from '../money.ts'
import type { InWords } from '../note-once.ts'
import { isCertain, type Once } from '../once.ts'
import { createFindInvoice, type FoundInvoice } from './find-invoice.ts'
import { dataOf, invoiceAudit, invoiceLink, invoiceRecord } from './invoice-link.ts'
import { readInvoice, readOrGone } from './invoice-reader.ts'
import { type CrmInvoice, isNews, type KnownOfInvoice, learnt, stateOf, type ToldOfInvoice } from './invoice-state.ts'
import { createPayInvoice } from './pay-invoice.ts'
import { createSeenInvoices } from './seen-invoices.ts'
import { createUpsertInvoice } from './upsert-invoice.ts'

type Deps = {
  links: Pick<Links, 'findAll' | 'byCrmIds'>
  once: Once
  holds: RecordHolds
  progress: { write(item: ProgressItem): Promise<void> }
  /** The account's business as shown on invoices. */
  business(locationId: string): Promise<Record<string, unknown>>
  /** The user who sends invoices when none is named. */
  sender(locationId: string): Promise<string | undefined>
  findHeld: FindHeld
  inWords: InWords
  now: () => Date
}

type Done = { invoice: CrmInvoice; outcome: string; told?: ToldOfInvoice; effects?: EffectWrite[] }

const SENT: ToldOfInvoice = { status: 'sent' }
const VOID: ToldOfInvoice = { status: 'void' }

/** Actions `app.invoices.*` by catalog id. */
export const createInvoiceActions = (deps: Deps): Record<string, OwnAction> => {
  const { links, once, holds, progress, business, sender, findHeld, inWords, now } = deps
  const findLink = createFindLink(links)
  const findInvoice = createFindInvoice({ findLink })
  const customerOfRecord = createCustomerOfRecord({ findLink, now })
  const alone = createAlone({ holds })
  const seen = createSeenInvoices()

  const oneAtATime =
    (action: OwnAction): OwnAction =>
    (call) =>
      alone(call, { record: invoiceRecord(String(call.input.rankrId)), work: (held) => action(held), after: untilKept })

  /** Stored before the call, so that its echo is not taken for news; undone when the call is refused. */
  const telling = async <Result>(
    { locationId }: ActionCall,
    { rankrId, invoiceId, link }: FoundInvoice,
    told: ToldOfInvoice,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    const keep = (known: KnownOfInvoice) =>
      progress.write({ locationId, links: [invoiceLink(rankrId, invoiceId, { data: { known } })] })
    const { known } = dataOf(link)
    await keep(learnt(known, told))
    try {
      return await work()
    } catch (error) {
      if (isCertain(error)) await keep(learnt(known, {}))
      throw error
    }
  }

  const result = (
    call: ActionCall,
    { rankrId, invoiceId, link }: FoundInvoice,
    { invoice, outcome, told = {}, effects = [] }: Done,
  ): ActionResult => ({
    output: { invoiceId, outcome, status: invoice.status },
    record: invoice,
    keep: {
      links: [invoiceLink(rankrId, invoiceId, { data: { known: learnt(dataOf(link).known, told) } })],
      effects,
      audit: outcome === 'unchanged' ? [] : [invoiceAudit(`invoice.${outcome}`, { rankrId, invoiceId }, call.context)],
    },
  })

  const senderOf = async ({ locationId, input }: ActionCall): Promise<string> => {
    const userId = typeof input.userId === 'string' ? input.userId : await sender(locationId)
    if (!userId) throw new AppError('invoice_sender_missing')
    return userId
  }

  const send: OwnAction = async (call) => {
    const { locationId, input, context, crm } = call
    const found = await findInvoice(call)
    const { invoiceId } = found
    let latest = seen.take(context, invoiceId) ?? (await readInvoice(crm, invoiceId))
    if (context.isDemanded && latest.status === 'void') {
      throw new AppError('invoice_closed', { detail: 'The invoice is void.' })
    }
    const isSent = ({ status }: CrmInvoice) => status !== 'draft'
    if (context.isFresh && isSent(latest))
      return result(call, found, { invoice: latest, outcome: 'unchanged', told: SENT })
    const { result: made, effects } = await once({
      locationId,
      context,
      find: async () => (isSent(latest) ? { isSent: true } : undefined),
      async make() {
        if (isSent(latest)) return { isSent: false }
        const how = { action: input.by ?? 'email', userId: await senderOf(call), liveMode: latest.liveMode !== false }
        const answer = await telling(call, found, SENT, () => crm('crm.invoices.send', { invoiceId, ...how }))
        latest = (answer as { invoice?: CrmInvoice }).invoice ?? { ...latest, status: 'sent' }
        return { isSent: true }
      },
    })
    const outcome = made.isSent ? 'sent' : 'unchanged'
    seen.note(context, latest)
    return result(call, found, { invoice: latest, outcome, told: SENT, effects })
  }

  const voidIt: OwnAction = async (call) => {
    const { input, crm } = call
    const { isDemanded } = call.context
    const found = await findInvoice(call).catch((error: unknown) => {
      // It was never synced: nothing to void.
      if (error instanceof AppError && error.code === 'invoice_unknown' && !isDemanded) return undefined
      throw error
    })
    const current = found && (await (isDemanded ? readInvoice : readOrGone)(crm, found.invoiceId))
    if (!found || !current) return { output: { invoiceId: null, outcome: 'absent', rankrId: input.rankrId } }
    if (current.status === 'void') return result(call, found, { invoice: current, outcome: 'unchanged', told: VOID })
    const { invoiceId } = found
    const invoice = (await telling(call, found, VOID, () => crm('crm.invoices.void', { invoiceId }))) as CrmInvoice
    return result(call, found, { invoice: { ...current, ...invoice }, outcome: 'voided', told: VOID })
  }

  /** Read again, since the CRM's events can be late and out of order. */
  const compare: OwnAction = async ({ locationId, input, crm }) => {
    const invoiceId = String(input.invoiceId)
    const link = (await links.byCrmIds(locationId, 'invoice', [invoiceId])).get(invoiceId)
    if (link?.state !== 'linked') return { output: { rankrId: null, isNews: false } }
    const invoice = await readOrGone(crm, invoiceId)
    if (!invoice) return { output: { rankrId: null, isNews: false } }
    const state = stateOf(invoice)
    const { known } = dataOf(link)
    const amountPaid = Number(toDecimal(state.paid, invoice.currency))
    const output = { rankrId: link.rankrId, isNews: isNews(state, known), status: state.status, amountPaid }
    if (!output.isNews) return { output }
    const data = { known: learnt(known, state) }
    return { output, keep: { links: [invoiceLink(link.rankrId, invoiceId, { data })] } }
  }

  return {
    'app.invoices.upsert': createUpsertInvoice({
      findLink,
      links,
      customerOfRecord,
      alone,
      once,
      seen,
      findHeld,
      business,
      inWords,
      now,
    }),
    'app.invoices.send': oneAtATime(send),
    'app.invoices.record-payment': oneAtATime(createPayInvoice({ findInvoice, once, seen, progress })),
    'app.invoices.void': oneAtATime(voidIt),
    'app.invoices.compare': compare,
  }
}
