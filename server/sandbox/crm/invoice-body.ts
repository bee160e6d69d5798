// Bodies of invoice writes.

import { z } from 'zod'
import { date, instant, optional, required, texts } from './validation.ts'

const currency = z.string().regex(/^[A-Za-z]{3}$/, 'must be a currency code')

const address = z.strictObject({
  addressLine1: optional,
  addressLine2: optional,
  city: optional,
  state: optional,
  countryCode: optional,
  postalCode: optional,
})

const businessDetails = z.strictObject({
  logoUrl: optional,
  name: optional,
  phoneNo: optional,
  address: address.optional(),
  website: optional,
  customValues: texts.optional(),
})

// Phone and e-mail really are demanded, whatever the contact has.
const contactDetails = z.strictObject({
  id: required,
  name: required,
  phoneNo: required,
  email: z.email('must be an email'),
  additionalEmails: z.array(z.strictObject({ email: required })).optional(),
  companyName: optional,
  address: address.optional(),
  customFields: texts.optional(),
})

const tax = z.strictObject({
  _id: required,
  name: required,
  rate: z.number(),
  calculation: z.literal('exclusive').optional(),
  description: optional,
  taxId: optional,
})

const item = z.strictObject({
  name: required,
  description: optional,
  productId: optional,
  priceId: optional,
  currency,
  amount: z.number(),
  qty: z.number().min(0, 'must not be less than 0'),
  taxes: z.array(tax).optional(),
  automaticTaxCategoryId: optional,
  isSetupFeeItem: z.boolean().optional(),
  type: z.enum(['one_time', 'recurring']).optional(),
  taxInclusive: z.boolean().optional(),
})

const items = z.array(item).min(1, 'should not be empty')

const discount = z.strictObject({
  type: z.enum(['percentage', 'fixed']),
  value: z.number().optional(),
  validOnProductIds: texts.optional(),
})

const sentTo = z.strictObject({
  email: texts,
  emailCc: texts.optional(),
  emailBcc: texts.optional(),
  phoneNo: texts.optional(),
})

/** Whose invoice it is: the location, in the words of the payment side. */
export const OF_LOCATION = { altId: required, altType: z.literal('location') }

const shared = {
  ...OF_LOCATION,
  name: required,
  currency,
  title: optional,
  termsNotes: optional,
  invoiceNumber: optional,
  invoiceNumberPrefix: optional,
  automaticTaxesEnabled: z.boolean().optional(),
  paymentSchedule: z
    .strictObject({ type: z.enum(['fixed', 'percentage']), schedules: z.array(z.unknown()) })
    .optional(),
  tipsConfiguration: z.strictObject({ tipsPercentage: z.array(z.unknown()), tipsEnabled: z.boolean() }).optional(),
  paymentMethods: z.strictObject({ stripe: z.strictObject({ enableBankDebitOnly: z.boolean() }) }).optional(),
  attachments: z.array(z.record(z.string(), z.unknown())).optional(),
  miscellaneousCharges: z.record(z.string(), z.unknown()).optional(),
}

const drafted = {
  ...shared,
  items,
  contactDetails,
  issueDate: date,
  dueDate: date.optional(),
  sentTo,
  liveMode: z.boolean(),
  lateFeesConfiguration: z.record(z.string(), z.unknown()).optional(),
}

export const createBody = z.strictObject({ ...drafted, businessDetails, discount })

export const textToPayBody = z.strictObject({
  ...drafted,
  businessDetails: businessDetails.optional(),
  discount: discount.optional(),
  id: optional,
  includeTermsNote: z.boolean().optional(),
  action: z.enum(['draft', 'send']),
  userId: required,
})

export const updateBody = z.strictObject({
  ...shared,
  description: optional,
  businessDetails: businessDetails.optional(),
  contactId: optional,
  contactDetails: contactDetails.optional(),
  discount: discount.optional(),
  invoiceItems: items,
  liveMode: z.boolean().optional(),
  issueDate: date,
  dueDate: date,
  xeroDetails: z.record(z.string(), z.unknown()).optional(),
})

export const sendBody = z.strictObject({
  ...OF_LOCATION,
  userId: required,
  action: z.enum(['sms_and_email', 'send_manually', 'email', 'sms']),
  liveMode: z.boolean(),
  sentFrom: z.strictObject({ fromName: optional, fromEmail: optional }).optional(),
  autoPayment: z.record(z.string(), z.unknown()).optional(),
})

// The page marks card, cheque and notes as required for every mode; live calls need them by mode only.
export const paymentBody = z.strictObject({
  ...OF_LOCATION,
  mode: z.enum(['cash', 'card', 'cheque', 'bank_transfer', 'other']),
  card: z.strictObject({ brand: required, last4: required }).optional(),
  cheque: z.strictObject({ number: required }).optional(),
  notes: z.string(),
  amount: z.number().positive('must be a positive number').optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
  paymentScheduleIds: texts.optional(),
  fulfilledAt: instant.optional(),
})

export type CreateInvoice = z.infer<typeof createBody>
export type TextToPay = z.infer<typeof textToPayBody>
export type UpdateInvoice = z.infer<typeof updateBody>
export type RecordPayment = z.infer<typeof paymentBody>
