// English of the built-in workflows, by the ids of their templates.

import { syncsCustomersEn } from './syncs-customers-en.ts'

export const syncsEn = {
  customers: syncsCustomersEn,
} as const
