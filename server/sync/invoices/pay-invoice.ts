// Records invoice payments in the CRM. Every request is turned into the total that must have been paid, and only the
// difference is recorded, so that no retry, replay or second report can double a payment.

import { AppError } from '../../errors.ts'
import type { ProgressItem } from '../../store/progress.ts'
import type { ActionCall, ActionResult, OwnAction } from '../action.ts'
import { demandExact, showMoney, toDecimal, toMinor } from '../money.ts'
import { isCertain, type Once } from '../once.ts'
import type { FindInvoice } from './find-invoice.ts'
import { dataOf, invoiceAudit, invoiceLink } from './invoice-link.ts'
import { readInvoice } from './invoice-reader.ts'
import { type CrmInvoice, type InvoiceLinkData, learnt, paidOf, type SinglePayment, totalOf } from './invoice-state.ts'
import type { SeenInvoices } from './seen-invoices.ts'

type Deps = {
  findInvoice: FindInvoice
  once: Once
  seen: SeenInvoices
  progress: { write(item: ProgressItem): Promise<void> }
}

/** How many payments are remembered by id. */
const PAYMENTS_KEPT = 50
const MODE = 'other'
const NOTE = 'Paid in Rankr'

/**
 * `app.invoices.record-payment`; output `{ invoiceId, outcome: 'recorded' | 'unchanged', status, amountPaid, amountDue }`.
 * Throws `payment_id_reused` for the id of a payment of another amount.
 */
export const createPayInvoice =
  ({ findInvoice, once, seen, progress }: Deps): OwnAction =>
  async (call): Promise<ActionResult> => {
    const { locationId, input, context, crm } = call
    const { rankrId, invoiceId, link } = await findInvoice(call)
    const { known, payments = [] } = dataOf(link)
    const { single, asked } = singleOf(call)
    const remembered = payments.find(({ id }) => id === single)
    if (remembered?.asked !== undefined && remembered.asked !== asked) throw new AppError('payment_id_reused')

    let data: InvoiceLinkData = { known: learnt(known, {}), payments }
    const keep = (changed: InvoiceLinkData) => {
      data = changed
      return progress.write({ locationId, links: [invoiceLink(rankrId, invoiceId, { data })] })
    }

    /** Before the call, so that neither a retry nor its echo counts as another payment. */
    const intend = (target: number, invoice: CrmInvoice): Promise<void> => {
      const status = target >= totalOf(invoice) ? ('paid' as const) : ('partially_paid' as const)
      return keep({
        known: learnt(known, { status, paid: target }),
        payments: single === undefined ? payments : remember(payments, { id: single, target, asked, isOpen: true }),
      })
    }

    let latest: CrmInvoice | undefined
    const read = async (): Promise<CrmInvoice> => {
      latest = seen.take(context, invoiceId) ?? (await readInvoice(crm, invoiceId))
      return latest
    }
    const pay = async (): Promise<{ recorded: number }> => {
      const invoice = await read()
      if (remembered && !remembered.isOpen) return { recorded: 0 }
      const target = remembered?.target ?? targetOf(call, invoice)
      const missing = target - paidOf(invoice)
      if (missing <= 0) return { recorded: remembered ? target : 0 }
      if (invoice.status === 'void') throw new AppError('invoice_closed', { detail: 'The invoice is void.' })
      await intend(target, invoice)
      try {
        const answer = (await crm('crm.invoices.record-payment', {
          invoiceId,
          mode: input.mode ?? MODE,
          amount: Number(toDecimal(missing, invoice.currency)),
          notes: input.note ?? NOTE,
          ...(input.paidAt === undefined ? {} : { fulfilledAt: input.paidAt }),
        })) as { invoice?: CrmInvoice }
        latest = answer.invoice ?? invoice
      } catch (error) {
        if (isCertain(error)) await keep({ known: learnt(known, {}), payments })
        throw error
      }
      return { recorded: missing }
    }

    const { result, effects } = await once({
      locationId,
      context,
      async find() {
        const invoice = await read()
        const target = remembered?.target ?? (single === undefined ? targetOf(call, invoice) : undefined)
        return target !== undefined && paidOf(invoice) >= target ? { recorded: target } : undefined
      },
      make: pay,
    })
    const invoice = latest ?? (await read())
    const isRecorded = result.recorded > 0
    if (isRecorded && single !== undefined) {
      data = {
        ...data,
        // Nothing can exceed what was due.
        payments: settled(data.payments ?? [], single, asked === 'rest' ? 0 : toMinor(asked, invoice.currency)),
      }
    }
    return {
      output: {
        invoiceId,
        outcome: isRecorded ? 'recorded' : 'unchanged',
        status: invoice.status,
        amountPaid: invoice.amountPaid ?? 0,
        amountDue: invoice.amountDue ?? null,
      },
      record: invoice,
      keep: {
        links: [invoiceLink(rankrId, invoiceId, { data })],
        effects,
        audit: isRecorded
          ? [
              invoiceAudit(
                'invoice.payment-recorded',
                { rankrId, invoiceId, amountPaid: toDecimal(paidOf(invoice), invoice.currency) },
                context,
              ),
            ]
          : [],
      },
    }
  }

/** An individual payment, by its id or the step that records it; none when a total is reported. */
const singleOf = ({ input, context }: ActionCall): { single: string | undefined; asked: number | 'rest' } => {
  const { amount, paymentId, paidTotal } = input
  const asked = typeof amount === 'number' ? amount : 'rest'
  const isTold = paidTotal !== undefined || (asked === 'rest' && paymentId === undefined)
  return { single: isTold ? undefined : String(paymentId ?? `${context.runId}:${context.stepId}`), asked }
}

const remember = (payments: SinglePayment[], payment: SinglePayment): SinglePayment[] => [
  ...payments.filter(({ id }) => id !== payment.id).slice(1 - PAYMENTS_KEPT),
  payment,
]

/** The payment exists. Unresolved others come on top of it. */
const settled = (payments: SinglePayment[], paid: string, amount: number): SinglePayment[] =>
  payments.map((payment) => {
    const { isOpen, ...known } = payment
    if (!isOpen) return payment
    return known.id === paid ? known : { ...payment, target: payment.target + amount }
  })

/** The total that must have been paid, in minor units; at most the invoice's total. */
const targetOf = ({ input, context }: ActionCall, invoice: CrmInvoice): number => {
  const { currency } = invoice
  const total = totalOf(invoice)
  if (typeof input.paidTotal === 'number') return Math.min(toMinor(input.paidTotal, currency), total)
  if (typeof input.amount !== 'number') return total
  if (context.isDemanded) demandExact(input.amount, currency, '/amount')
  const paid = paidOf(invoice)
  const target = paid + toMinor(input.amount, currency)
  if (target <= total) return target
  const detail = `is more than what is open (${showMoney(total - paid, currency)})`
  throw new AppError('action_input_invalid', { errors: [{ pointer: '/amount', detail }] })
}
