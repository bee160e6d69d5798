// Error codes of what comes in: requests, the start, installing, tokens.

import { type ErrorRow, row } from './error-row.ts'

export const DOOR_ERRORS = {
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
  form_outdated: row(
    403,
    'permanent',
    'This page is out of date',
    'Go back, reload the page and press the button again. Nothing was changed.',
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
  headers_too_large: row(
    431,
    'permanent',
    'The address or the headers are too large',
    'Send an address and headers of 16 KB together at most; long values belong in the body.',
  ),
  request_unreadable: row(
    400,
    'permanent',
    'This is no HTTP request',
    'The connection carried something else than HTTP/1.1, or broke in the middle. Open a new one and send the request again.',
  ),
  request_timeout: row(
    408,
    'passing',
    'The request took too long to arrive',
    'Send the whole request within 30 seconds, over a new connection.',
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
  rankr_credentials_refused: row(
    422,
    'permanent',
    'Rankr does not know this client ID and secret',
    'Copy both once more from Rankr, under Settings, API access, and connect again. Nothing was changed.',
  ),
  rankr_check_failed: row(
    503,
    'passing',
    'Rankr could not be asked whether this is right',
    'Wait a minute and connect again. Nothing was changed.',
  ),
  not_installed: row(
    404,
    'permanent',
    'The app is not installed for this account',
    'Install the app from the marketplace, then open this page again.',
  ),
  portal_admins_only: row(
    403,
    'permanent',
    'Only administrators can sign in here',
    'Sign in with an account of which you are an administrator, or ask one of them for help.',
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
} as const satisfies Record<string, ErrorRow>
