// Invoice changes carried out later: events in the mailbox with an action's input.

import type { ApiCommand } from '../../workflows/api-commands.ts'
import type { ApiCall } from '../api-actions.ts'
import type { ApiLater } from '../api-later.ts'
import type { InvoiceWish } from './invoice-record.ts'
import type { InvoiceChannel, InvoicePayment, InvoiceService } from './invoice-service.ts'

type Deps = { later: ApiLater; inputs: InvoiceService['inputs'] }

export type InvoiceLater = ReturnType<typeof createInvoiceLater>

/** Each returns the event's id. Throws `cannot_store_now`, and what reading the invoice throws. */
export const createInvoiceLater = ({ later, inputs }: Deps) => {
  const store = (call: ApiCall, type: ApiCommand, { id, asked, input }: { id: string; asked: object; input: object }) =>
    later(call, { type, kind: 'invoice', id, data: { invoice_id: id, ...asked }, more: { input } })

  return {
    async upsert(call: ApiCall, wish: InvoiceWish & { invoice_id: string }): Promise<string> {
      const { invoice_id: id, ...asked } = wish
      return await store(call, 'invoice.upsert', { id, asked, input: await inputs.upsert(call, wish) })
    },

    async change(call: ApiCall, id: string, asked: InvoiceWish): Promise<string> {
      return await store(call, 'invoice.upsert', { id, asked, input: await inputs.change(call, id, asked) })
    },

    async send(call: ApiCall, id: string, by: InvoiceChannel | undefined): Promise<string> {
      return await store(call, 'invoice.send', { id, asked: by ? { by } : {}, input: await inputs.send(call, id, by) })
    },

    void: (call: ApiCall, id: string): Promise<string> =>
      store(call, 'invoice.void', { id, asked: {}, input: { rankrId: id } }),

    pay: (call: ApiCall, id: string, payment: InvoicePayment): Promise<string> =>
      store(call, 'invoice.pay', { id, asked: payment, input: inputs.pay(id, payment) }),
  }
}
