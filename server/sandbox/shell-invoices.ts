// The invoices of an account as the sandbox page shows them, and what a person does to them there.

import { currencyFormat, digitsOf } from '../currencies.ts'
import { Refusal } from './crm/refusal.ts'
import type { Invoice } from './crm/sales-rows.ts'
import type { ShellDeps } from './shell.ts'

const STATES: Record<Invoice['status'], string> = {
  draft: 'draft',
  sent: 'sent',
  payment_processing: 'payment under way',
  partially_paid: 'paid in part',
  paid: 'paid',
  void: 'void',
}

const shown = (amount: number, currency: string): string => currencyFormat('en', currency).format(amount)

/** Newest first. */
export const invoicesOf = ({ state }: Pick<ShellDeps['crm'], 'state'>, locationId: string) =>
  state.invoices
    .by('location', locationId)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    .map(({ id, invoiceNumber, liveMode, dueDate, status, total, amountPaid, currency, contactDetails }) => ({
      ...{ id, invoiceNumber, liveMode, dueDate },
      state: STATES[status],
      isOpen: status !== 'paid' && status !== 'void',
      customer: String(contactDetails.name ?? ''),
      amounts: {
        total: shown(total, currency),
        paid: shown(amountPaid, currency),
        due: shown(total - amountPaid, currency),
      },
    }))

/** `pay-half:<id>`, `pay-all:<id>` or `void:<id>`. */
export const INVOICE_ACTION = /^(pay-half|pay-all|void):([a-f0-9]{24})$/

/** Throws what the CRM shows as an error. */
export const actOnInvoice = (
  { state, control }: ShellDeps['crm'],
  { action, id, locationId }: { action: string; id: string; locationId: string | undefined },
): string => {
  const invoice = state.invoices.get(id)
  if (!invoice || invoice.locationId !== locationId) throw new Refusal(404, 'There is no such invoice.')
  const { invoiceNumber, total, amountPaid, currency } = invoice
  if (action === 'void') {
    control.person.voidInvoice(id)
    return `${invoiceNumber} was voided.`
  }
  const half = Number(((total - amountPaid) / 2).toFixed(digitsOf(currency)))
  const amount = action === 'pay-half' && half > 0 ? half : undefined
  const paid = control.person.payInvoice(id, amount)
  return `${shown(paid.amountPaid - amountPaid, currency)} was paid for ${invoiceNumber}.`
}
