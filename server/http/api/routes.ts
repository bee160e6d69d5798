// All operations of the API, for the route table and the OpenAPI document.

import { type AccountDeps, accountRoutes } from './account.ts'
import { customerListRoutes } from './customer-list.ts'
import { type CustomerDeps, customerRoutes } from './customers.ts'
import { type DeadLetterDeps, deadLetterRoutes } from './dead-letters.ts'
import { type EventDeps, eventRoutes } from './events.ts'
import { invoiceListRoutes } from './invoice-list.ts'
import { invoice } from './invoice-schemas.ts'
import { type InvoiceDeps, invoiceRoutes } from './invoices.ts'
import type { OperationRoute } from './operation.ts'
import { orderListRoutes } from './order-list.ts'
import { order } from './order-schemas.ts'
import { type OrderDeps, orderRoutes } from './orders.ts'
import { replayRoutes } from './replays.ts'
import { customer } from './schemas.ts'
import { type SearchSource, searchRoutes } from './search.ts'

/** Dependencies of all operations. */
export type ApiDeps = CustomerDeps & OrderDeps & InvoiceDeps & EventDeps & DeadLetterDeps & AccountDeps

/** The sources of the search, in the order of their results. */
const sourcesOf = ({ customers, orders, invoices }: ApiDeps): SearchSource[] => [
  {
    type: 'customer',
    schema: customer,
    async find(call, search) {
      const { customers: found, next } = await customers.search(call, search)
      return { found, next }
    },
  },
  {
    type: 'order',
    schema: order,
    async find(call, search) {
      const { orders: found, next } = await orders.search(call, search)
      return { found, next }
    },
  },
  {
    type: 'invoice',
    schema: invoice,
    async find(call, search) {
      const { invoices: found, next } = await invoices.search(call, search)
      return { found, next }
    },
  },
]

/** All operations, in the order of the document. */
export const apiRoutes = (deps: ApiDeps): OperationRoute[] => [
  ...customerRoutes(deps),
  ...customerListRoutes(deps),
  ...orderRoutes(deps),
  ...orderListRoutes(deps),
  ...invoiceRoutes(deps),
  ...invoiceListRoutes(deps),
  ...searchRoutes(sourcesOf(deps)),
  ...eventRoutes(deps),
  ...deadLetterRoutes(deps),
  ...replayRoutes(deps),
  ...accountRoutes(deps),
]
