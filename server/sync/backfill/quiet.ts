// What actions skip during a backfill: the records are old, so nobody is messaged, nothing is passed on, and no
// automation of the account is started.

/** Actions that always reach somebody. */
export const REACHING: ReadonlySet<string> = new Set([
  ...['app.builder.fire', 'app.messages.send-once', 'app.routes.relay', 'app.webhooks.deliver'],
  ...['crm.campaigns.add-contact', 'crm.workflows.add-contact', 'crm.estimates.send', 'crm.invoices.create-and-send'],
  ...['crm.messages.send', 'crm.messages.send-email', 'crm.social.create-post', 'crm.blogs.create-post'],
])

/** Actions that reach somebody unless this input field says otherwise. */
const MARKED_ONLY: Record<string, string> = { 'app.invoices.send': 'by', 'crm.invoices.send': 'action' }

type Given = { actionId: string; input: Record<string, unknown> }

/** The input with which the action reaches nobody; undefined when it must be skipped. */
export const quietInput = ({ actionId, input }: Given): Record<string, unknown> | undefined => {
  if (REACHING.has(actionId)) return undefined
  const member = MARKED_ONLY[actionId]
  return member ? { ...input, [member]: 'send_manually' } : input
}
