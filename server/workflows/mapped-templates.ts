// Built-in workflows with a field mapping: which fields can be mapped, and whose custom fields they have. Identifying
// fields are excluded: a mapping must not send a customer to another customer's contact.

export type MappedTemplate = {
  templateId: string
  /** The action whose input is mapped. */
  actionId: string
  /** The triggers whose events are mapped; the sample of the first is used until an event has arrived. */
  triggerIds: readonly string[]
  /** Fields of the action that may be mapped. */
  fields: readonly string[]
  /** The account's object type whose custom fields can be mapped too. */
  custom: 'contact' | 'order' | null
  /** The built-in workflow that carries mapped fields to Rankr, and its action. */
  back?: { templateId: string; actionId: string }
}

const rankr = (...events: string[]): string[] => events.map((event) => `rankr.${event}`)

export const MAPPED_TEMPLATES: readonly MappedTemplate[] = [
  {
    templateId: 'customers',
    actionId: 'app.customers.upsert-contact',
    triggerIds: rankr('customer.updated', 'customer.created'),
    fields: [
      ...['firstName', 'lastName', 'name', 'email', 'phone', 'companyName', 'source'],
      ...['address1', 'city', 'state', 'postalCode', 'country', 'website', 'timezone', 'dateOfBirth'],
    ],
    custom: 'contact',
    back: { templateId: 'customers-back', actionId: 'app.customers.push-to-rankr' },
  },
  {
    templateId: 'orders',
    actionId: 'app.orders.upsert',
    triggerIds: rankr('order.created', 'order.updated', 'order.cancelled', 'order.refunded'),
    fields: ['number', 'status', 'total', 'currency', 'placedAt'],
    custom: 'order',
  },
  {
    templateId: 'invoices',
    actionId: 'app.invoices.upsert',
    triggerIds: rankr('invoice.created', 'invoice.updated'),
    fields: ['number', 'title', 'terms', 'issueDate', 'dueDate'],
    custom: null,
  },
]
