// The events the simulation sends: the scope that unlocks each, and whether its body names it. Bodies of invoices,
// products, prices, records, relations, associations and schemas carry no `type`: apps tell those by the URL.

const typed = (scope: string) => ({ scope, isTyped: true })
/** The documented bodies of these call themselves otherwise. */
const mistyped = (scope: string, type: string) => ({ scope, isTyped: true, type })
const untyped = (scope: string) => ({ scope, isTyped: false })

export const EVENTS = {
  ContactCreate: typed('contacts.readonly'),
  ContactUpdate: typed('contacts.readonly'),
  ContactDelete: typed('contacts.readonly'),
  ContactDndUpdate: typed('contacts.readonly'),
  ContactTagUpdate: typed('contacts.readonly'),
  NoteCreate: typed('contacts.readonly'),
  NoteUpdate: typed('contacts.readonly'),
  NoteDelete: typed('contacts.readonly'),
  TaskCreate: typed('contacts.readonly'),
  TaskComplete: typed('contacts.readonly'),
  TaskDelete: typed('contacts.readonly'),
  OpportunityCreate: typed('opportunities.readonly'),
  OpportunityUpdate: typed('opportunities.readonly'),
  OpportunityDelete: typed('opportunities.readonly'),
  OpportunityStatusUpdate: typed('opportunities.readonly'),
  OpportunityStageUpdate: typed('opportunities.readonly'),
  OpportunityMonetaryValueUpdate: typed('opportunities.readonly'),
  OpportunityAssignedToUpdate: typed('opportunities.readonly'),
  InvoiceCreate: untyped('invoices.readonly'),
  InvoiceUpdate: untyped('invoices.readonly'),
  InvoiceSent: untyped('invoices.readonly'),
  InvoicePaid: untyped('invoices.readonly'),
  InvoicePartiallyPaid: untyped('invoices.readonly'),
  InvoiceVoid: untyped('invoices.readonly'),
  InvoiceDelete: untyped('invoices.readonly'),
  ProductCreate: untyped('products.readonly'),
  ProductUpdate: untyped('products.readonly'),
  ProductDelete: untyped('products.readonly'),
  PriceCreate: untyped('products/prices.readonly'),
  PriceUpdate: untyped('products/prices.readonly'),
  PriceDelete: untyped('products/prices.readonly'),
  ObjectSchemaCreate: untyped('objects/schema.readonly'),
  ObjectSchemaUpdate: untyped('objects/schema.readonly'),
  RecordCreate: untyped('objects/record.readonly'),
  RecordUpdate: untyped('objects/record.readonly'),
  RecordDelete: untyped('objects/record.readonly'),
  AssociationCreate: untyped('associations.readonly'),
  AssociationUpdate: untyped('associations.readonly'),
  AssociationDelete: untyped('associations.readonly'),
  RelationCreate: untyped('associations/relation.readonly'),
  RelationDelete: untyped('associations/relation.readonly'),
  AppointmentCreate: typed('calendars/events.readonly'),
  AppointmentUpdate: mistyped('calendars/events.readonly', 'AppointmentCreate'),
  AppointmentDelete: mistyped('calendars/events.readonly', 'AppointmentCreate'),
  ConversationUnreadWebhook: mistyped('conversations.readonly', 'ConversationUnreadUpdate'),
  OutboundMessage: typed('conversations/message.readonly'),
  InboundMessage: typed('conversations/message.readonly'),
} as const satisfies Record<string, { scope: string; isTyped: boolean; type?: string }>

export type EventName = keyof typeof EVENTS
