// Rows of pipelines, opportunities, invoices, products and prices. Types only; amounts are in units of the currency.

import type { CustomFieldValue, Instant } from './rows.ts'

export type Pipeline = {
  id: string
  locationId: string
  name: string
  stages: { id: string; name: string; position: number }[]
}

export const OPPORTUNITY_STATUSES = ['open', 'won', 'lost', 'abandoned', 'all'] as const
type OpportunityStatus = (typeof OPPORTUNITY_STATUSES)[number]

export type Opportunity = {
  id: string
  locationId: string
  name: string
  pipelineId: string
  pipelineStageId: string
  status: OpportunityStatus
  contactId: string
  monetaryValue: number
  assignedTo?: string | undefined
  lostReasonId?: string | undefined
  forecastExpectedCloseDate?: string | undefined
  forecastProbability?: number | undefined
  source: string
  customFields: CustomFieldValue[]
  followers: string[]
  createdAt: Instant
  updatedAt: Instant
  lastStatusChangeAt: Instant
  lastStageChangeAt: Instant
}

export type InvoiceItem = { _id: string; name: string; currency: string; amount: number; qty: number } & Record<
  string,
  unknown
>

export type Invoice = {
  id: string
  locationId: string
  status: 'draft' | 'sent' | 'payment_processing' | 'paid' | 'void' | 'partially_paid'
  liveMode: boolean
  name: string
  title: string
  invoiceNumber: string
  invoiceNumberPrefix: string
  currency: string
  contactDetails: { id: string } & Record<string, unknown>
  businessDetails: Record<string, unknown>
  issueDate: string
  dueDate: string
  discount: { type: 'percentage' | 'fixed'; value: number }
  invoiceItems: InvoiceItem[]
  subTotal: number
  discountTotal: number
  taxTotal: number
  total: number
  amountPaid: number
  sentTo?: unknown
  termsNotes?: string | undefined
  payments: { mode: string; amount: number; notes?: string | undefined; at: Instant }[]
  createdAt: Instant
  updatedAt: Instant
}

export type Product = {
  id: string
  locationId: string
  name: string
  productType: string
  availableInStore: boolean
  createdAt: Instant
  updatedAt: Instant
} & Record<string, unknown>

export type Price = {
  id: string
  locationId: string
  product: string
  name: string
  type: 'one_time' | 'recurring'
  currency: string
  amount: number
  createdAt: Instant
  updatedAt: Instant
} & Record<string, unknown>
