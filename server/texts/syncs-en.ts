// English of the built-in workflows, by the ids of their templates.

import { syncsCustomersEn } from './syncs-customers-en.ts'
import { syncsInvoicesBackEn, syncsInvoicesEn } from './syncs-invoices-en.ts'

export const syncsEn = {
  customers: syncsCustomersEn,
  invoices: syncsInvoicesEn,
  'invoices-back': syncsInvoicesBackEn,
} as const
