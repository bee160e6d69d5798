// English of the built-in workflows, by the ids of their templates.

import { syncsRevenueEn } from './revenue-en.ts'
import { syncsCustomersBackEn } from './syncs-customers-back-en.ts'
import { syncsCustomersEn } from './syncs-customers-en.ts'
import { syncsInvoicesBackEn, syncsInvoicesEn } from './syncs-invoices-en.ts'
import { syncsOrdersEn } from './syncs-orders-en.ts'
import { syncsTicketsBackEn, syncsTicketsEn } from './syncs-tickets-en.ts'
import { syncsWelcomeEn } from './syncs-welcome-en.ts'

export const syncsEn = {
  customers: syncsCustomersEn,
  'customers-back': syncsCustomersBackEn,
  orders: syncsOrdersEn,
  invoices: syncsInvoicesEn,
  'invoices-back': syncsInvoicesBackEn,
  revenue: syncsRevenueEn,
  tickets: syncsTicketsEn,
  'tickets-back': syncsTicketsBackEn,
  welcome: syncsWelcomeEn,
} as const
