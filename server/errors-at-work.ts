// Error codes of calls to other systems, the relay and workflows.

import { type ErrorRow, row } from './error-row.ts'

export const WORK_ERRORS = {
  // Calls to the CRM, as their class
  crm_unreachable: row(502, 'passing', 'The CRM did not answer', 'We retry this automatically.'),
  crm_rate_limited: row(
    429,
    'passing',
    'The CRM asks us to slow down',
    'We retry this automatically once the limit allows it.',
  ),
  crm_unavailable: row(502, 'passing', 'The CRM is unavailable', 'We retry this automatically.'),
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
  crm_not_found: row(404, 'permanent', 'The CRM does not have this record', 'It may have been deleted there.'),
  crm_duplicate: row(
    409,
    'permanent',
    'The CRM already has this record',
    'The existing record is named in the response. Use it, or change the value that must be unique.',
  ),
  crm_rejected: row(
    422,
    'permanent',
    'The CRM rejected the data',
    'Correct the fields named in the response and try again.',
  ),
  order_place_missing: row(
    409,
    'person',
    'The account has no place for orders yet',
    'An administrator can create it in the settings of the app, under Syncs, Orders. Until then orders are kept as notes and can be read by their id.',
  ),
  // Calls to Rankr
  rankr_unreachable: row(502, 'passing', 'Rankr did not answer', 'We retry this automatically.'),
  rankr_unavailable: row(502, 'passing', 'Rankr is unavailable', 'We retry this automatically.'),
  rankr_rate_limited: row(429, 'passing', 'Rankr asks us to slow down', 'We retry this automatically.'),
  rankr_not_found: row(404, 'permanent', 'Rankr does not have this record', 'It may have been deleted there.'),
  rankr_not_connected: row(
    409,
    'permanent',
    'The Rankr credentials are missing',
    'Enter the client id and secret from Rankr on the connection page, then send this again.',
  ),
  rankr_rejected: row(
    422,
    'permanent',
    'Rankr rejected the data',
    'Correct the fields named in the response and try again.',
  ),
  rankr_unauthorized: row(409, 'person', 'Rankr refused our access', 'Open the settings page and connect Rankr again.'),
  // Calls to the support desk. None stops the account: work that does not need the desk continues.
  support_unreachable: row(502, 'passing', 'The support desk did not answer', 'We retry this automatically.'),
  support_unavailable: row(502, 'passing', 'The support desk is unavailable', 'We retry this automatically.'),
  support_rate_limited: row(429, 'passing', 'The support desk asks us to slow down', 'We retry this automatically.'),
  support_not_found: row(
    404,
    'permanent',
    'The support desk does not have this ticket',
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
    'The support desk rejected the data',
    'Correct the fields named in the response and try again.',
  ),
  support_ticket_closed: row(
    409,
    'permanent',
    'The ticket is closed',
    'A closed ticket can no longer be changed. Open a new one.',
  ),
  // Calls to addresses that users entered
  url_not_allowed: row(422, 'permanent', 'This address cannot be called', 'Use a public https:// address.'),
  target_unreachable: row(502, 'passing', 'The address did not answer', 'We retry this automatically.'),
  target_resting: row(
    503,
    'passing',
    'The other side is not answering',
    'Calls are paused for a moment. We retry this automatically.',
  ),
  target_rejected: row(422, 'permanent', 'The address rejected the data', 'Read its response and correct the data.'),
  target_unavailable: row(502, 'passing', 'The address is unavailable', 'We retry this automatically.'),
  target_gone: row(
    422,
    'permanent',
    'The address no longer takes events',
    'Its webhook was switched off. Enter another address, or remove the webhook.',
  ),
  // Files that are copied from such addresses
  file_missing: row(
    422,
    'permanent',
    'The file cannot be opened',
    'Check that its address is right and opens without signing in, then send this again.',
  ),
  file_too_large: row(422, 'permanent', 'The file is too large', 'Use a smaller file.'),
  file_wrong_type: row(422, 'permanent', 'This type of file is not accepted', 'Use a file of another type.'),
  file_unreachable: row(502, 'passing', 'The file could not be read', 'We retry this automatically.'),
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
    'Too many events are waiting there. We retry this automatically for about a day. After that it becomes a failed event that you can send again.',
  ),
  event_breaks_off: row(
    500,
    'permanent',
    'This event crashes the app',
    'Each time it was processed, the app or its database stopped. Give support the event id, and send the event again once the cause is fixed.',
  ),
  effect_unsettled: row(
    409,
    'passing',
    'It is not known yet whether the last attempt succeeded',
    'We check this and retry it automatically.',
  ),
  effect_unknown: row(
    409,
    'permanent',
    'It is not known whether this was done',
    'The connection was lost during the call. Check your CRM: if the change is there, discard this; if not, send it again.',
  ),
  // Workflows
  workflow_invalid: row(422, 'permanent', 'The workflow has problems', 'Correct the steps named in errors.'),
  value_invalid: row(
    422,
    'permanent',
    'A value cannot be used',
    'Correct the record, or change the value at the step that the detail names.',
  ),
  workflow_uncallable: row(
    422,
    'permanent',
    'The workflow cannot be called',
    'Switch on the called workflow, and make sure that workflows do not call each other in a loop.',
  ),
  action_unknown: row(422, 'permanent', 'Unknown action', 'Choose an action from the catalog.'),
  action_input_invalid: row(
    422,
    'permanent',
    'The action is missing a required value',
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
    'This record is being changed by something else',
    'Wait for the time in Retry-After, then send it again.',
  ),
  invoice_unknown: row(
    404,
    'permanent',
    'The invoice has not been synced yet',
    'Sync the invoice first, then try again.',
  ),
  invoice_contact_incomplete: row(
    422,
    'permanent',
    'The contact of the invoice is incomplete',
    'The CRM creates invoices only for contacts with an e-mail address and a phone number. Add what is missing and send it again.',
  ),
  invoice_closed: row(
    409,
    'permanent',
    'The invoice can no longer be changed',
    'Only drafts can be changed, and a void invoice cannot be used again. Create a new invoice.',
  ),
  payment_id_reused: row(
    422,
    'permanent',
    'This payment id belongs to another payment',
    'Use a new id for each payment. Repeat an id only with the same amount.',
  ),
  invoice_sender_missing: row(
    422,
    'permanent',
    'The invoice has no sender',
    'The CRM needs a user who sends it. Choose one, or have a user of the account install the app again.',
  ),
  customer_awaited: row(
    409,
    'passing',
    'The customer has not been synced yet',
    'The record waits for its customer and is retried automatically.',
  ),
  customer_missing: row(
    422,
    'permanent',
    'The customer of this record is missing',
    'Sync the customer first, or send an e-mail address or a phone number with the record.',
  ),
} as const satisfies Record<string, ErrorRow>
