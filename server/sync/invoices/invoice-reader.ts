// Reads invoices and their contacts from the CRM for our own actions. Read-only.

import { AppError } from '../../errors.ts'
import type { Link } from '../../store/links.ts'
import type { ActionCall, CallCrm } from '../action.ts'
import type { DraftContact } from './invoice-draft.ts'
import type { CrmInvoice } from './invoice-state.ts'

/** The largest page size of the CRM's list; reading continues while pages are full. */
const PAGE = 100
const MOST_PAGES = 20

/** Throws what the call throws, including `crm_not_found`. */
export const readInvoice = async (crm: CallCrm, invoiceId: string): Promise<CrmInvoice> =>
  (await crm('crm.invoices.get', { invoiceId })) as CrmInvoice

/** Undefined for an invoice deleted in the CRM. */
export const readOrGone = async (crm: CallCrm, invoiceId: string): Promise<CrmInvoice | undefined> => {
  try {
    return await readInvoice(crm, invoiceId)
  } catch (error) {
    if (error instanceof AppError && error.code === 'crm_not_found') return undefined
    throw error
  }
}

/** The CRM returns a number made of digits as a number. */
const isSame = (one: unknown, other: string): boolean =>
  String(one) === other || (/^\d+$/.test(other) && /^\d+$/.test(String(one)) && Number(one) === Number(other))

type ByNumber = {
  contactId: string
  number: string
  /** Whether it belongs to no other Rankr invoice. */
  isFree(invoiceId: string): Promise<boolean>
}

/**
 * The contact's invoice with our number; void ones are ignored, as they may have been replaced. The list's own search
 * ignores numbers.
 */
export const findByNumber = async (
  crm: CallCrm,
  { contactId, number, isFree }: ByNumber,
): Promise<CrmInvoice | undefined> => {
  for (let page = 0; page < MOST_PAGES; page++) {
    const input = { contactId, limit: PAGE, offset: page * PAGE }
    const { invoices = [] } = (await crm('crm.invoices.list', input)) as { invoices?: CrmInvoice[] }
    const same = invoices.filter(({ invoiceNumber, status }) => isSame(invoiceNumber, number) && status !== 'void')
    for (const invoice of same) if (await isFree(invoice._id)) return invoice
    if (invoices.length < PAGE) return undefined
  }
  return undefined
}

/** The same for invoices known by id. */
export const findAmong = async (
  crm: CallCrm,
  ids: string[],
  { contactId, number, isFree }: ByNumber,
): Promise<CrmInvoice | undefined> => {
  for (const id of ids) {
    const invoice = await readOrGone(crm, id)
    if (!invoice || invoice.status === 'void' || invoice.contactDetails?.id !== contactId) continue
    if (isSame(invoice.invoiceNumber, number) && (await isFree(id))) return invoice
  }
  return undefined
}

export type Fallbacks = { name?: string | undefined; phone?: string | undefined; email?: string | undefined }

const readContact = async (crm: CallCrm, contactId: string): Promise<Record<string, string | null>> => {
  try {
    return ((await crm('crm.contacts.get', { contactId })) as { contact: Record<string, string | null> }).contact
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'crm_not_found')) throw error
    throw new AppError('customer_missing', { cause: error, detail: 'The contact of the customer is gone.' })
  }
}

/**
 * The invoice's recipient. The CRM requires an e-mail address and phone number on every invoice; `fallbacks` fill gaps
 * in the contact. Throws `invoice_contact_incomplete` naming what is missing, `customer_missing`.
 */
export const readRecipient = async (crm: CallCrm, contactId: string, fallbacks: Fallbacks): Promise<DraftContact> => {
  const contact = await readContact(crm, contactId)
  const email = contact.email || fallbacks.email
  const phoneNo = contact.phone || fallbacks.phone
  if (!email || !phoneNo) {
    const missing = [!email && 'an e-mail address', !phoneNo && 'a phone number'].filter(Boolean).join(' and ')
    throw new AppError('invoice_contact_incomplete', { detail: `The contact of this invoice lacks ${missing}.` })
  }
  const name = [contact.firstName, contact.lastName].filter(Boolean).join(' ') || fallbacks.name || email
  return { id: contactId, name, phoneNo, email, ...(contact.companyName ? { companyName: contact.companyName } : {}) }
}

const RECENT_MS = 3_600_000
const DIALLED = /^\+\d{7,15}$/

/**
 * A backfilled invoice's recipient, from what the same backfill has just written to the contact. Undefined when
 * something is missing or the contact may have changed since.
 */
export const recipientIn = (
  link: Link | undefined,
  { context }: Pick<ActionCall, 'context'>,
  now: Date,
): DraftContact | undefined => {
  const { crmId, writtenAt, data } = link ?? {}
  if (!context.isBackfill || !crmId || !writtenAt || now.getTime() - writtenAt.getTime() > RECENT_MS) return undefined
  const { email, phone, name, company } = (data?.agreed ?? {}) as Record<string, string | null | undefined>
  if (!email || !name || !phone || !DIALLED.test(phone)) return undefined
  return { id: crmId, name, phoneNo: phone, email, ...(company ? { companyName: company } : {}) }
}

type Account = {
  name?: string
  phone?: string
  website?: string
  logoUrl?: string
  address?: string
  city?: string
  state?: string
  country?: string
  postalCode?: string
  business?: Record<string, string | undefined>
}

/** The sender: the account's business as shown on an invoice. */
export const businessOf = ({ business = {}, ...account }: Account): Record<string, unknown> => {
  const pick = (key: keyof Omit<Account, 'business'>): string | undefined => business[key] || account[key] || undefined
  const given = (pairs: Record<string, string | undefined>) =>
    Object.fromEntries(Object.entries(pairs).filter(([, value]) => value))
  const country = pick('country')
  const address = given({
    addressLine1: pick('address'),
    city: pick('city'),
    state: pick('state'),
    postalCode: pick('postalCode'),
    countryCode: country && /^[A-Z]{2}$/i.test(country) ? country : undefined,
  })
  return {
    ...given({ name: pick('name'), phoneNo: pick('phone'), website: pick('website'), logoUrl: pick('logoUrl') }),
    ...(Object.keys(address).length > 0 ? { address } : {}),
  }
}
