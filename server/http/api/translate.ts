// Translates errors of other systems for API callers: the code stays, but the other system's messages, statuses and field
// names are not exposed.

import { AppError, ERRORS, type ErrorCode, type FieldFault } from '../../errors.ts'

/** API names of the CRM's fields and of action inputs. */
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

/** Converts a fault; one of a field that is not part of the API becomes a fault of the whole body. */
const faultOf = ({ pointer, detail }: FieldFault, isTheirs: boolean): FieldFault => {
  const [, first = '', ...rest] = pointer.split('/')
  const name = NAMES[first] ?? first
  const isKnown = FIELDS.has(name)
  return {
    pointer: isKnown ? ['', name, ...rest].join('/') : '',
    detail: isTheirs ? 'The CRM of the account does not accept this value.' : detail,
  }
}

/** Advice for API callers, added to the detail of the code. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  customer_missing: 'Send customer_email or customer_phone with it, or create the customer first.',
  invoice_contact_incomplete: 'Send what it lacks as customer_name, customer_email or customer_phone.',
}

/** Details for API callers that replace the texts written for users of Rankr. */
const INSTEAD: Partial<Record<ErrorCode, string>> = {
  customer_unmatchable: 'There is no customer with this id yet. Send an email or a phone to find or create it by.',
}

const SEND_AGAIN = 'Send the request again in a moment; with the same Idempotency-Key it is carried out once.'

/** Codes of other systems. Their default details are about work that is retried automatically, which API calls are not. */
const OF_OTHERS = /^(?:crm_|token_|target_|effect_)/

/** The detail of a code as API callers see it. */
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

/** Runs `work`; rejects with an error that may be shown to API callers. */
export const translated = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw translate(error)
  }
}
