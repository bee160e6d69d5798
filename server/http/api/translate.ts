// What other systems said, in the words of our API: the code stays, their own messages, statuses and names of fields do not
// get through.

import { AppError, ERRORS, type ErrorCode, type FieldFault } from '../../errors.ts'

/** Names of the CRM's fields and of the actions' inputs, as callers know them. */
const NAMES: Record<string, string> = {
  firstName: 'first_name',
  lastName: 'last_name',
  companyName: 'company',
  rankrId: 'id',
  customerId: 'customer_id',
  customerEmail: 'customer_email',
  customerPhone: 'customer_phone',
  customerName: 'customer_name',
  lineItems: 'line_items',
  issueDate: 'issue_date',
  dueDate: 'due_date',
  placedAt: 'placed_on',
  paidAt: 'paid_at',
  paymentId: 'payment_id',
}

const FIELDS = new Set([
  ...['id', 'email', 'phone', 'name', 'tags', 'number', 'amount', 'total', 'currency', 'status', 'title'],
  ...['terms', 'note'],
  ...Object.values(NAMES),
])

/** A fault whose field callers do not know is one of the whole body. */
const faultOf = ({ pointer, detail }: FieldFault, isTheirs: boolean): FieldFault => {
  const [, first = '', ...rest] = pointer.split('/')
  const name = NAMES[first] ?? first
  const isKnown = FIELDS.has(name)
  return {
    pointer: isKnown ? ['', name, ...rest].join('/') : '',
    detail: isTheirs ? 'The CRM of the account does not accept this value.' : detail,
  }
}

/** What callers can do about it, besides what the code says. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  customer_missing: 'Send customer_email or customer_phone with it, or create the customer first.',
  invoice_contact_incomplete: 'Send what it lacks as customer_name, customer_email or customer_phone.',
}

/** What callers are told in place of what people are told, who have the record in Rankr before them. */
const INSTEAD: Partial<Record<ErrorCode, string>> = {
  customer_unmatchable: 'There is no customer with this id yet. Send an email or a phone to find or create it by.',
}

const SEND_AGAIN = 'Send the request again in a moment; with the same Idempotency-Key it is carried out once.'

/** Codes of other systems: what is said of them elsewhere is about work that is tried again by itself, calls are not. */
const OF_OTHERS = /^(?:crm_|token_|target_|effect_)/

/** What callers are told to do about a code. */
export const callerDetail = (code: ErrorCode): string => {
  const { retry, detail } = ERRORS[code]
  if (INSTEAD[code]) return INSTEAD[code]
  return retry === 'passing' && OF_OTHERS.test(code) ? SEND_AGAIN : detail
}

const translate = (error: unknown): unknown => {
  if (!(error instanceof AppError)) return error
  const { code, cause, errors, extra, retryAfterSeconds } = error
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  if (code === 'action_input_invalid') {
    return new AppError('invalid_body', { cause: error, errors: (errors ?? []).map((fault) => faultOf(fault, false)) })
  }
  if (INSTEAD[code]) return new AppError(code, { cause: error, detail: INSTEAD[code], ...(errors ? { errors } : {}) })
  const hint = HINTS[code]
  if (hint)
    return new AppError(code, { cause: error, detail: `${error.detail} ${hint}`, ...(errors ? { errors } : {}) })
  if (!OF_OTHERS.test(code)) return error
  const traceId = typeof extra?.crmTraceId === 'string' ? { traceId: extra.crmTraceId } : {}
  return new AppError(code, {
    cause: cause ?? error,
    ...wait,
    ...(error.retry === 'passing' ? { detail: SEND_AGAIN } : {}),
    ...(errors ? { errors: errors.map((fault) => faultOf(fault, true)) } : {}),
    ...(Object.keys(traceId).length > 0 ? { extra: traceId } : {}),
  })
}

/** Rejects with what callers may be told. */
export const translated = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw translate(error)
  }
}
