// Spanish of the built-in workflows.

import { syncsRevenueEs } from './revenue-es.ts'
import { syncsCustomersBackEs } from './syncs-customers-back-es.ts'
import { syncsCustomersEs } from './syncs-customers-es.ts'
import type { syncsEn } from './syncs-en.ts'
import { syncsInvoicesBackEs, syncsInvoicesEs } from './syncs-invoices-es.ts'
import { syncsOrdersEs } from './syncs-orders-es.ts'
import { syncsTicketsBackEs, syncsTicketsEs } from './syncs-tickets-es.ts'
import { syncsWelcomeEs } from './syncs-welcome-es.ts'
import type { Translation } from './texts.ts'

export const syncsEs: Translation<typeof syncsEn> = {
  customers: syncsCustomersEs,
  'customers-back': syncsCustomersBackEs,
  orders: syncsOrdersEs,
  invoices: syncsInvoicesEs,
  'invoices-back': syncsInvoicesBackEs,
  revenue: syncsRevenueEs,
  tickets: syncsTicketsEs,
  'tickets-back': syncsTicketsBackEs,
  welcome: syncsWelcomeEs,
}
