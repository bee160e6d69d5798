// The record key of an event of HighLevel: events with the same key are processed in order.

type Family = { kind: string; idAt: readonly string[] }

/**
 * Matched against the start of the event's name; the first match wins. Samples:
 * https://marketplace.gohighlevel.com/docs/webhook/
 */
const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/^Contact/, { kind: 'contact', idAt: ['id', 'contactId'] }],
  [/^CampaignStatus/, { kind: 'contact', idAt: ['contactId'] }],
  [/^Note/, { kind: 'note', idAt: ['id'] }],
  [/^Task/, { kind: 'task', idAt: ['id'] }],
  [/^Appointment/, { kind: 'appointment', idAt: ['appointment.id', 'id'] }],
  [/^Opportunity/, { kind: 'opportunity', idAt: ['id'] }],
  [/^Invoice/, { kind: 'invoice', idAt: ['_id', 'id'] }],
  [/^Order/, { kind: 'order', idAt: ['_id', 'id'] }],
  [/^Product/, { kind: 'product', idAt: ['_id', 'id'] }],
  [/^Price/, { kind: 'price', idAt: ['_id', 'id'] }],
  [/^ObjectSchema/, { kind: 'object', idAt: ['id'] }],
  [/^Record/, { kind: 'record', idAt: ['id'] }],
  [/^Association/, { kind: 'association', idAt: ['id'] }],
  [/^Relation/, { kind: 'relation', idAt: ['id'] }],
  [/^(?:Inbound|Outbound)Message/, { kind: 'conversation', idAt: ['conversationId'] }],
  [/^ProviderOutboundMessage/, { kind: 'message', idAt: ['messageId'] }],
  [/^Conversation/, { kind: 'conversation', idAt: ['newConversationId', 'conversationId', 'id'] }],
  [/^Location/, { kind: 'location', idAt: ['id', 'locationId'] }],
  [/^User/, { kind: 'user', idAt: ['id'] }],
  [/^KnowledgeBase/, { kind: 'knowledge-base', idAt: ['knowledgeBaseId', 'id'] }],
  [/^VoiceAiCall/, { kind: 'call', idAt: ['id'] }],
  [/^SupportTicket/, { kind: 'ticket', idAt: ['ticketId'] }],
  // LCEmailStats puts the message under webhookPayload.
  [/^LCEmailStats/, { kind: 'e-mail', idAt: ['webhookPayload.id', 'id'] }],
]

const MAX_LENGTH = 128

const read = (entity: Record<string, unknown>, path: string): string | undefined => {
  let found: unknown = entity
  for (const step of path.split('.')) {
    found = found !== null && typeof found === 'object' ? (found as Record<string, unknown>)[step] : undefined
  }
  const text = typeof found === 'number' ? String(found) : found
  return typeof text === 'string' && text !== '' ? text.slice(0, MAX_LENGTH) : undefined
}

/** `contact:abc`. Undefined when the event is not about a record or does not name it. */
export const recordKeyOf = (type: string, entity: Record<string, unknown>): string | undefined => {
  const family = FAMILIES.find(([name]) => name.test(type))?.[1]
  for (const path of family?.idAt ?? []) {
    const id = read(entity, path)
    if (id) return `${family!.kind}:${id}`
  }
  return undefined
}
