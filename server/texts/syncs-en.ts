// English of the built-in workflows, by the ids of their templates.

import { syncsCustomersBackEn } from './syncs-customers-back-en.ts'
import { syncsCustomersEn } from './syncs-customers-en.ts'
import { syncsInvoicesBackEn, syncsInvoicesEn } from './syncs-invoices-en.ts'

export const syncsEn = {
  customers: syncsCustomersEn,
  'customers-back': syncsCustomersBackEn,
  invoices: syncsInvoicesEn,
  'invoices-back': syncsInvoicesBackEn,
} as const
