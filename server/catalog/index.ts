// The whole catalog: what can start something and what can be done. Everything else (workflows, the API's metadata,
// permissions, the marketplace's files, the reference pages) is derived from these two lists.
import { z } from 'zod'
import { accountActions } from './actions/account.ts'
import { appBackfillActions } from './actions/app-backfill.ts'
import { appCustomerActions } from './actions/app-customers.ts'
import { appFanOutActions } from './actions/app-fan-out.ts'
import { appIntegrityActions } from './actions/app-integrity.ts'
import { appInvoiceActions } from './actions/app-invoices.ts'
import { appMessageActions } from './actions/app-messages.ts'
import { appOrderActions } from './actions/app-orders.ts'
import { appRevenueActions } from './actions/app-revenue.ts'
import { appTicketActions } from './actions/app-tickets.ts'
import { appointmentNoteActions } from './actions/appointment-notes.ts'
import { appointmentActions } from './actions/appointments.ts'
import { associationActions } from './actions/associations.ts'
import { blockedTimeActions } from './actions/blocked-times.ts'
import { blogActions } from './actions/blogs.ts'
import { businessActions } from './actions/businesses.ts'
import { calendarActions } from './actions/calendars.ts'
import { campaignActions } from './actions/campaigns.ts'
import { collectionActions } from './actions/collections.ts'
import { contactActions } from './actions/contacts.ts'
import { conversationActions } from './actions/conversations.ts'
import { couponActions } from './actions/coupons.ts'
import { customFieldActions } from './actions/custom-fields.ts'
import { customValueActions } from './actions/custom-values.ts'
import { emailCampaignActions } from './actions/email-campaigns.ts'
import { emailTemplateActions } from './actions/email-templates.ts'
import { estimateActions } from './actions/estimates.ts'
import { formActions } from './actions/forms.ts'
import { funnelActions } from './actions/funnels.ts'
import { httpActions } from './actions/http.ts'
import { inventoryActions } from './actions/inventory.ts'
import { invoiceTemplateActions } from './actions/invoice-templates.ts'
import { invoiceActions } from './actions/invoices.ts'
import { linkActions } from './actions/links.ts'
import { mediaActions } from './actions/media.ts'
import { messageActions } from './actions/messages.ts'
import { noteActions } from './actions/notes.ts'
import { objectFieldActions } from './actions/object-fields.ts'
import { objectActions } from './actions/objects.ts'
import { opportunityActions } from './actions/opportunities.ts'
import { orderActions } from './actions/orders.ts'
import { pipelineActions } from './actions/pipelines.ts'
import { priceActions } from './actions/prices.ts'
import { productActions } from './actions/products.ts'
import { rankrActions } from './actions/rankr.ts'
import { recordActions } from './actions/records.ts'
import { recurringInvoiceActions } from './actions/recurring-invoices.ts'
import { redirectActions } from './actions/redirects.ts'
import { relationActions } from './actions/relations.ts'
import { socialActions } from './actions/social.ts'
import { subscriptionActions } from './actions/subscriptions.ts'
import { supportActions } from './actions/support.ts'
import { surveyActions } from './actions/surveys.ts'
import { tagActions } from './actions/tags.ts'
import { taskActions } from './actions/tasks.ts'
import { templateActions } from './actions/templates.ts'
import { transactionActions } from './actions/transactions.ts'
import { userActions } from './actions/users.ts'
import { workflowActions } from './actions/workflows.ts'
import { type Action, actionSchema, type Trigger, triggerSchema } from './schema.ts'
import type { Scope } from './scopes.ts'
import { accountTriggers } from './triggers/account.ts'
import { appTriggers } from './triggers/app.ts'
import { appointmentTriggers } from './triggers/appointments.ts'
import { associationTriggers } from './triggers/associations.ts'
import { callTriggers } from './triggers/calls.ts'
import { campaignTriggers } from './triggers/campaigns.ts'
import { contactTriggers } from './triggers/contacts.ts'
import { conversationTriggers } from './triggers/conversations.ts'
import { installationTriggers } from './triggers/installation.ts'
import { invoiceTriggers } from './triggers/invoices.ts'
import { knowledgeBaseTriggers } from './triggers/knowledge-bases.ts'
import { messageTriggers } from './triggers/messages.ts'
import { noteTriggers } from './triggers/notes.ts'
import { objectTriggers } from './triggers/objects.ts'
import { opportunityTriggers } from './triggers/opportunities.ts'
import { orderTriggers } from './triggers/orders.ts'
import { planTriggers } from './triggers/plans.ts'
import { priceTriggers } from './triggers/prices.ts'
import { productTriggers } from './triggers/products.ts'
import { rankrActivityTriggers } from './triggers/rankr-activity.ts'
import { rankrCustomerTriggers } from './triggers/rankr-customers.ts'
import { rankrInvoiceTriggers } from './triggers/rankr-invoices.ts'
import { rankrOrderTriggers } from './triggers/rankr-orders.ts'
import { recordTriggers } from './triggers/records.ts'
import { relationTriggers } from './triggers/relations.ts'
import { taskTriggers } from './triggers/tasks.ts'
import { userTriggers } from './triggers/users.ts'

/** All actions, checked, with defaults filled in. A faulty entry stops the start. */
export const actions: readonly Action[] = z
  .array(actionSchema)
  .parse([
    ...accountActions,
    ...appCustomerActions,
    ...appFanOutActions,
    ...appBackfillActions,
    ...appIntegrityActions,
    ...appInvoiceActions,
    ...appMessageActions,
    ...appOrderActions,
    ...appRevenueActions,
    ...appTicketActions,
    ...appointmentNoteActions,
    ...appointmentActions,
    ...associationActions,
    ...blockedTimeActions,
    ...blogActions,
    ...businessActions,
    ...calendarActions,
    ...campaignActions,
    ...collectionActions,
    ...contactActions,
    ...conversationActions,
    ...couponActions,
    ...customFieldActions,
    ...customValueActions,
    ...emailCampaignActions,
    ...emailTemplateActions,
    ...estimateActions,
    ...formActions,
    ...funnelActions,
    ...httpActions,
    ...inventoryActions,
    ...invoiceTemplateActions,
    ...invoiceActions,
    ...linkActions,
    ...mediaActions,
    ...messageActions,
    ...noteActions,
    ...objectFieldActions,
    ...objectActions,
    ...opportunityActions,
    ...orderActions,
    ...pipelineActions,
    ...priceActions,
    ...productActions,
    ...rankrActions,
    ...recordActions,
    ...recurringInvoiceActions,
    ...redirectActions,
    ...relationActions,
    ...socialActions,
    ...subscriptionActions,
    ...supportActions,
    ...surveyActions,
    ...tagActions,
    ...taskActions,
    ...templateActions,
    ...transactionActions,
    ...userActions,
    ...workflowActions,
  ])

/** All triggers, checked, with defaults filled in. */
export const triggers: readonly Trigger[] = z
  .array(triggerSchema)
  .parse([
    ...accountTriggers,
    ...appTriggers,
    ...appointmentTriggers,
    ...associationTriggers,
    ...callTriggers,
    ...campaignTriggers,
    ...contactTriggers,
    ...conversationTriggers,
    ...installationTriggers,
    ...invoiceTriggers,
    ...knowledgeBaseTriggers,
    ...messageTriggers,
    ...noteTriggers,
    ...objectTriggers,
    ...opportunityTriggers,
    ...orderTriggers,
    ...planTriggers,
    ...priceTriggers,
    ...productTriggers,
    ...rankrActivityTriggers,
    ...rankrCustomerTriggers,
    ...rankrInvoiceTriggers,
    ...rankrOrderTriggers,
    ...recordTriggers,
    ...relationTriggers,
    ...taskTriggers,
    ...userTriggers,
  ])

const actionsById: ReadonlyMap<string, Action> = new Map(actions.map((entry) => [entry.id, entry]))
const triggersById: ReadonlyMap<string, Trigger> = new Map(triggers.map((entry) => [entry.id, entry]))

/** The action with this id, or undefined. */
export const action = (id: string): Action | undefined => actionsById.get(id)

/** The trigger with this id, or undefined. */
export const trigger = (id: string): Trigger | undefined => triggersById.get(id)

/** The triggers that an event sets off, by the event's name or by the `type` its body carries. */
export const triggersForEvent = (system: Trigger['system'], event: string): Trigger[] =>
  triggers.filter((entry) => entry.system === system && (entry.event === event || entry.literal === event))

/** The permissions that these entries need together, sorted, each once. Unknown ids need none. */
export const scopesFor = (ids: { actionIds: Iterable<string>; triggerIds: Iterable<string> }): Scope[] => {
  const scopes = new Set<Scope>()
  for (const id of ids.actionIds) for (const scope of action(id)?.scope ?? []) scopes.add(scope)
  for (const id of ids.triggerIds) for (const scope of trigger(id)?.scope ?? []) scopes.add(scope)
  return [...scopes].sort()
}

/** The CRM's events that must be picked for the app so that these triggers get them, sorted. */
export const webhookEventsFor = (triggerIds: Iterable<string>): string[] => {
  const events = new Set<string>()
  for (const id of triggerIds) {
    const entry = trigger(id)
    if (entry?.system === 'crm' && entry.delivery === 'picked') events.add(entry.event)
  }
  return [...events].sort()
}
