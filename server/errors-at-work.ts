// Error codes of calls to other systems, the relay and workflows.

import { type ErrorRow, row } from './error-row.ts'

export const WORK_ERRORS = {
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
  order_place_missing: row(
    409,
    'person',
    'The account has no place for orders yet',
    'An administrator makes it in the settings of the app, under Syncs, Orders. Until then orders wait as notes and can be read by their id.',
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
  // Calls to the support desk. None stops the account: what has nothing to do with the desk goes on.
  support_unreachable: row(502, 'passing', 'The support desk did not answer', 'This is tried again by itself.'),
  support_unavailable: row(502, 'passing', 'The support desk has a problem', 'This is tried again by itself.'),
  support_rate_limited: row(429, 'passing', 'The support desk wants fewer calls', 'This is tried again by itself.'),
  support_not_found: row(
    404,
    'permanent',
    'The support desk does not know this ticket',
    'It may have been deleted there.',
  ),
  support_not_connected: row(
    409,
    'permanent',
    'No support desk is connected',
    'Connect one on the support desk page, then send this again.',
  ),
  support_unauthorized: row(
    409,
    'permanent',
    'The support desk refused our access',
    'Enter a valid key on the support desk page, then send this again.',
  ),
  support_rejected: row(
    422,
    'permanent',
    'The support desk refused the data',
    'Correct the fields named in the answer and try again.',
  ),
  support_ticket_closed: row(
    409,
    'permanent',
    'The ticket is closed',
    'A closed ticket cannot be changed any more. Open a new one.',
  ),
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
  // Files that are copied from such addresses
  file_missing: row(
    422,
    'permanent',
    'The file cannot be opened',
    'See that its address is right and opens without a sign-in, then send this again.',
  ),
  file_too_large: row(422, 'permanent', 'The file is too large', 'Use a smaller file.'),
  file_wrong_type: row(422, 'permanent', 'This kind of file is not taken', 'Use a file of another kind.'),
  file_unreachable: row(502, 'passing', 'The file could not be read', 'This is tried again by itself.'),
  // Relay
  loop_stopped: row(
    409,
    'permanent',
    'A loop was stopped',
    'This event was relayed too many times. Check which routes and workflows feed each other.',
  ),
  route_target_full: row(
    503,
    'passing',
    'The other account cannot take more at the moment',
    'Too many events wait there. This is tried again by itself for about a day; then it is a failed event, to be sent again.',
  ),
  event_breaks_off: row(
    500,
    'permanent',
    'Working on this event breaks the app off',
    'Each time it was begun the app or its database ended in the middle of it. Tell support the event id; once the cause is mended, send it again.',
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
    'Something else is at work on this record',
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
  payment_id_reused: row(
    422,
    'permanent',
    'This payment id belongs to another payment',
    'Use a new id for each payment; repeat one only with the same amount.',
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
