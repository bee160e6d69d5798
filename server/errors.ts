// The closed list of error codes. The code decides HTTP status, retry class and the text people read; the cause stays
// in the log. Doors turn an AppError into an RFC 9457 problem document (server/http/problem.ts).

/**
 * How a failure is to be treated by whoever may try again.
 * - `passing`: the same call may work later (429, 5xx, network).
 * - `person`: works again only after somebody acts (scope, reconnect); the mailbox pauses.
 * - `permanent`: will never work with this input.
 */
export type RetryClass = 'passing' | 'person' | 'permanent'

type ErrorRow = { status: number; retry: RetryClass; title: string; detail: string }

const row = (status: number, retry: RetryClass, title: string, detail: string): ErrorRow => ({
  status,
  retry,
  title,
  detail,
})

/** Every code with its HTTP status, retry class, short title and the sentence that says what to do. */
export const ERRORS = {
  // Doors
  invalid_request: row(
    400,
    'permanent',
    'The request is not valid',
    'Correct the fields named in errors and send it again.',
  ),
  malformed_json: row(
    400,
    'permanent',
    'The body is not valid JSON',
    'Send a JSON document with Content-Type: application/json.',
  ),
  unauthenticated: row(401, 'permanent', 'Not signed in', 'Send a valid credential and try again.'),
  session_expired: row(401, 'permanent', 'The session has ended', 'Reload the page to sign in again.'),
  credential_invalid: row(
    401,
    'permanent',
    'The API key or access token is not valid',
    'Check that it was copied completely, or get a new one.',
  ),
  credential_expired: row(
    401,
    'permanent',
    'The API key or access token has expired',
    'Request a new access token, or create a new key.',
  ),
  credential_revoked: row(
    401,
    'permanent',
    'The API key or access token was taken back',
    'Create a new one in the developer pages of the account.',
  ),
  invalid_signature: row(
    401,
    'permanent',
    'The signature does not match',
    'Sign the exact bytes of the body with the current signing secret and send it again.',
  ),
  forbidden: row(
    403,
    'permanent',
    'Not allowed',
    'Ask an administrator of this account to do this or to change your role.',
  ),
  insufficient_scope: row(
    403,
    'permanent',
    'A permission is missing',
    'Give the app the scopes named in missingScopes and use a new access token.',
  ),
  address_not_allowed: row(
    403,
    'permanent',
    'This key may not be used from here',
    'Call from an address that the key allows, or add this address to the key.',
  ),
  sandbox_unavailable: row(
    403,
    'permanent',
    'There is no sandbox here',
    'Test credentials act on the sandbox only. Use a live one, or a server that has a sandbox.',
  ),
  not_found: row(404, 'permanent', 'Not found', 'Check the address and the identifier.'),
  method_not_allowed: row(405, 'permanent', 'Method not allowed', 'Use one of the methods named in the Allow header.'),
  conflict: row(409, 'permanent', 'Changed in the meantime', 'Read the latest state and apply your change to it.'),
  precondition_failed: row(
    412,
    'permanent',
    'Changed in the meantime',
    'Read the record again and send its ETag in If-Match.',
  ),
  idempotency_in_flight: row(
    409,
    'passing',
    'The same call is under way',
    'Wait as long as Retry-After says and send the same call again to get its answer.',
  ),
  idempotency_key_reused: row(
    422,
    'permanent',
    'This Idempotency-Key belongs to another request',
    'Use a new key for each request; repeat a key only with the very same request.',
  ),
  payload_too_large: row(
    413,
    'permanent',
    'The body is too large',
    'Send a smaller body; the limit is named in detail.',
  ),
  unsupported_media_type: row(415, 'permanent', 'Unsupported media type', 'Send application/json.'),
  invalid_body: row(
    422,
    'permanent',
    'The body cannot be used',
    'Correct the fields named in errors and send it again.',
  ),
  too_many_requests: row(429, 'passing', 'Too many requests', 'Wait as long as Retry-After says and send it again.'),
  cannot_store_now: row(
    429,
    'passing',
    'Busy: the event could not be stored',
    'Wait as long as Retry-After says and send the same event again.',
  ),
  server_error: row(
    500,
    'passing',
    'Something went wrong on our side',
    'Try again; if it happens again, tell support the request id.',
  ),
  not_ready: row(503, 'passing', 'Not ready', 'The server is starting or stopping; try again in a moment.'),
  // Start
  data_folder_in_use: row(
    503,
    'permanent',
    'The data folder is in use',
    'Stop the other process that uses this data folder, or choose another one with DATA_DIR.',
  ),
  database_start_failed: row(
    503,
    'permanent',
    'The database did not start',
    'Read postgres.log in the data folder, or set DATABASE_URL to use another database.',
  ),
  // Install
  install_denied: row(
    403,
    'permanent',
    'The connection was not approved',
    'Nothing was installed. Start again and approve the listed permissions.',
  ),
  install_state_invalid: row(
    400,
    'permanent',
    'This install link is no longer valid',
    'The link was already used, is too old, or belongs to another browser. Start the installation again.',
  ),
  install_code_missing: row(
    400,
    'permanent',
    'The install link is incomplete',
    'Start the installation again from the marketplace.',
  ),
  install_code_invalid: row(
    400,
    'permanent',
    'This install code was already used or has expired',
    'Start the installation again; each code works once and only for a short time.',
  ),
  install_failed: row(
    502,
    'passing',
    'The installation could not be completed',
    'The CRM did not answer as expected. Wait a minute and start the installation again.',
  ),
  not_installed: row(
    404,
    'permanent',
    'The app is not installed for this account',
    'Install the app from the marketplace, then open this page again.',
  ),
  user_context_invalid: row(
    400,
    'permanent',
    'We could not verify who opened this page',
    'Open this page inside your CRM and reload it.',
  ),
  connection_not_found: row(
    404,
    'permanent',
    'Unknown connection',
    'Use the webhook address shown in the settings page of this account.',
  ),
  // Tokens
  reconnect_needed: row(
    409,
    'person',
    'The account needs to be reconnected',
    'Open the settings page and press Reconnect. Nothing is lost meanwhile.',
  ),
  token_refresh_failed: row(502, 'passing', 'The CRM did not renew our access', 'This is tried again by itself.'),
  // Calls to the CRM, as their class
  crm_unreachable: row(502, 'passing', 'The CRM did not answer', 'This is tried again by itself.'),
  crm_rate_limited: row(
    429,
    'passing',
    'The CRM asks us to slow down',
    'This is tried again by itself once the limit allows it.',
  ),
  crm_unavailable: row(502, 'passing', 'The CRM has a problem', 'This is tried again by itself.'),
  crm_unauthorized: row(409, 'person', 'The CRM refused our access', 'Open the settings page and press Reconnect.'),
  crm_scope_missing: row(
    409,
    'person',
    'A permission is missing',
    'Open the settings page, review the permissions and grant the missing one.',
  ),
  crm_suspended: row(
    409,
    'person',
    'The account is not active in the CRM',
    'Ask the owner of the account to activate it again.',
  ),
  crm_not_found: row(404, 'permanent', 'The CRM does not know this record', 'It may have been deleted there.'),
  crm_duplicate: row(
    409,
    'permanent',
    'The CRM already has such a record',
    'The existing record is named in the answer.',
  ),
  crm_rejected: row(
    422,
    'permanent',
    'The CRM refused the data',
    'Correct the fields named in the answer and try again.',
  ),
  // Calls to Rankr
  rankr_unreachable: row(502, 'passing', 'Rankr did not answer', 'This is tried again by itself.'),
  rankr_unavailable: row(502, 'passing', 'Rankr has a problem', 'This is tried again by itself.'),
  rankr_rate_limited: row(429, 'passing', 'Rankr wants fewer calls', 'This is tried again by itself.'),
  rankr_not_found: row(404, 'permanent', 'Rankr does not know this record', 'It may have been deleted there.'),
  rankr_not_connected: row(
    409,
    'permanent',
    'We may not call Rankr yet',
    'Enter the client id and secret of Rankr on the connection page, then send this again.',
  ),
  rankr_rejected: row(
    422,
    'permanent',
    'Rankr refused the data',
    'Correct the fields named in the answer and try again.',
  ),
  rankr_unauthorized: row(409, 'person', 'Rankr refused our access', 'Open the settings page and connect Rankr again.'),
  // Calls to addresses that users typed in
  url_not_allowed: row(422, 'permanent', 'This address cannot be called', 'Use a public https:// address.'),
  target_unreachable: row(502, 'passing', 'The address did not answer', 'This is tried again by itself.'),
  target_resting: row(
    503,
    'passing',
    'The other side is not answering',
    'Calls are held back for a moment; this is tried again by itself.',
  ),
  target_rejected: row(422, 'permanent', 'The address refused the data', 'Read its answer and correct what it names.'),
  target_unavailable: row(502, 'passing', 'The address has a problem', 'This is tried again by itself.'),
  target_gone: row(
    422,
    'permanent',
    'The address no longer takes events',
    'Its webhook was switched off. Enter another address, or remove it.',
  ),
  // Relay
  loop_stopped: row(
    409,
    'permanent',
    'A loop was stopped',
    'This event was relayed too many times. Check which routes and workflows feed each other.',
  ),
  effect_unsettled: row(
    409,
    'passing',
    'It is not known yet whether the last try arrived',
    'This is looked up and tried again by itself.',
  ),
  effect_unknown: row(
    409,
    'permanent',
    'It is not known whether this was carried out',
    'The connection broke during the call. Look in your CRM: if it is there, discard this; if not, send it again.',
  ),
  // Workflows
  workflow_invalid: row(422, 'permanent', 'The workflow has problems', 'Correct the steps named in errors.'),
  value_invalid: row(
    422,
    'permanent',
    'A value cannot be used',
    'Correct the record, or change how the value is made at the step named in detail.',
  ),
  workflow_uncallable: row(
    422,
    'permanent',
    'The workflow cannot be called',
    'Switch the called workflow on, and see that workflows do not call each other in a circle.',
  ),
  action_unknown: row(422, 'permanent', 'Unknown action', 'Choose an action of the catalog.'),
  action_input_invalid: row(
    422,
    'permanent',
    'The action lacks a value it needs',
    'Correct the fields named in errors.',
  ),
  customer_unmatchable: row(
    422,
    'permanent',
    'The customer has neither e-mail nor phone',
    'Add an e-mail address or a phone number in Rankr.',
  ),
  record_busy: row(
    409,
    'passing',
    'Somebody else works on this record',
    'Wait as long as Retry-After says and send it again.',
  ),
  invoice_unknown: row(
    404,
    'permanent',
    'The invoice has not come over',
    'Bring the invoice over first, then try again.',
  ),
  invoice_contact_incomplete: row(
    422,
    'permanent',
    'The contact of the invoice is incomplete',
    'The CRM makes no invoice without an e-mail address and a phone number. Add what is missing and send it again.',
  ),
  invoice_closed: row(
    409,
    'permanent',
    'The invoice cannot be changed any more',
    'Only drafts can be changed, and nothing can be done to what is void. Make a new invoice.',
  ),
  invoice_sender_missing: row(
    422,
    'permanent',
    'Nobody can send the invoice',
    'The CRM wants a user who sends it. Choose one, or let a user of the account install the app again.',
  ),
  customer_awaited: row(
    409,
    'passing',
    'The customer is not here yet',
    'The record waits for its customer and is tried again by itself.',
  ),
  customer_missing: row(
    422,
    'permanent',
    'The customer of this record is missing',
    'Bring the customer over first, or send an e-mail address or a phone number with the record.',
  ),
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof ERRORS

/** One fault of an input; `pointer` is a JSON pointer (RFC 6901) into the body. */
export type FieldFault = { pointer: string; detail: string }

export type AppErrorOptions = {
  /** Only for the log; never shown. */
  cause?: unknown
  /** Replaces the row's detail; must be safe to show. */
  detail?: string
  /** Faults of single fields, shown. */
  errors?: FieldFault[]
  /** Seconds after which a retry makes sense. */
  retryAfterSeconds?: number
  /** Extra members of the problem document; must be safe to show. */
  extra?: Record<string, unknown>
}

/** The only error class thrown on purpose. `new AppError('not_found')`. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly retry: RetryClass
  readonly title: string
  readonly detail: string
  readonly errors: FieldFault[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly extra: Record<string, unknown> | undefined

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const { status, retry, title, detail } = ERRORS[code]
    super(`${code}: ${options.detail ?? detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.status = status
    this.retry = retry
    this.title = title
    this.detail = options.detail ?? detail
    this.errors = options.errors
    this.retryAfterSeconds = options.retryAfterSeconds
    this.extra = options.extra
  }
}

/** Any thrown value as an AppError; what is not ours becomes `server_error` with the value as its cause. */
export const asAppError = (thrown: unknown): AppError =>
  thrown instanceof AppError ? thrown : new AppError('server_error', { cause: thrown })
