// Messages of contacts: kept, counted, and told about. Nothing is really sent. Knows no HTTP.

import { newCrmId } from './crm-ids.ts'
import type { Conversation, Message } from './object-rows.ts'
import type { Contact } from './rows.ts'
import type { State } from './state.ts'
import type { Events } from './webhooks.ts'

/** Numbers and names of message types, as answers have them. */
export const MESSAGE_TYPES: Record<string, [type: number, messageType: string]> = {
  SMS: [2, 'TYPE_SMS'],
  RCS: [62, 'TYPE_RCS'],
  Email: [3, 'TYPE_EMAIL'],
  WhatsApp: [19, 'TYPE_WHATSAPP'],
  IG: [18, 'TYPE_INSTAGRAM'],
  FB: [11, 'TYPE_FACEBOOK'],
  Custom: [20, 'TYPE_CUSTOM_SMS'],
  Live_Chat: [29, 'TYPE_LIVE_CHAT'],
  TIKTOK: [56, 'TYPE_TIKTOK'],
}

const event = (message: Message): Record<string, unknown> => ({
  locationId: message.locationId,
  attachments: message.attachments,
  body: message.body,
  contactId: message.contactId,
  contentType: message.channel === 'Email' ? 'text/html' : 'text/plain',
  conversationId: message.conversationId,
  messageId: message.id,
  dateAdded: message.dateAdded,
  direction: message.direction,
  messageType: message.channel,
  status: message.status,
  source: 'api',
  conversationProviderId: message.conversationProviderId,
  ...(message.channel === 'Email' && { subject: message.subject, from: message.from, to: [message.to] }),
})

type Parts = { state: State; events: Events; now: () => Date }

/** Messages of contacts, sent by apps or written by the contact. */
export const createMessageStore = ({ state, events, now }: Parts) => {
  /** The one conversation of a contact, started when there is none. */
  const conversationWith = ({ id: contactId, locationId }: Contact): Conversation => {
    const at = now().toISOString()
    return (
      state.conversations.first('contact', contactId) ??
      state.conversations.put({
        id: newCrmId(),
        locationId,
        contactId,
        lastMessageBody: '',
        lastMessageType: 'TYPE_SMS',
        unreadCount: 0,
        starred: false,
        dateAdded: at,
        dateUpdated: at,
      })
    )
  }

  const putConversation = (before: Conversation, change: Partial<Conversation>): Conversation => {
    const after = state.conversations.put({ ...before, ...change })
    if (after.unreadCount !== before.unreadCount) {
      const { id, locationId, contactId, unreadCount, starred } = after
      const payload = { id, locationId, contactId, unreadCount, starred, inbox: unreadCount > 0, deleted: false }
      events.emit('ConversationUnreadWebhook', locationId, payload)
    }
    return after
  }

  return {
    conversationWith,
    changeConversation(
      before: Conversation,
      wanted: { unreadCount?: number | undefined; starred?: boolean | undefined },
    ): Conversation {
      const { unreadCount = before.unreadCount, starred = before.starred } = wanted
      state.count('conversations.updated')
      return putConversation(before, { unreadCount, starred, dateUpdated: now().toISOString() })
    },
    /** With its messages. */
    removeConversation({ id }: Conversation): void {
      for (const message of state.messages.by('conversation', id)) state.messages.delete(message.id)
      state.conversations.delete(id)
      state.count('conversations.deleted')
    },
    setStatus: (message: Message, status: string): Message => {
      state.count('messages.updated')
      return state.messages.put({ ...message, status })
    },
    add(contact: Contact, written: Pick<Message, 'channel' | 'direction' | 'body'> & Partial<Message>): Message {
      const conversation = conversationWith(contact)
      const message = state.messages.put({
        status: 'delivered',
        attachments: [],
        ...written,
        id: newCrmId(),
        locationId: contact.locationId,
        contactId: contact.id,
        conversationId: conversation.id,
        dateAdded: now().toISOString(),
      })
      const isInbound = message.direction === 'inbound'
      putConversation(conversation, {
        lastMessageBody: message.body,
        lastMessageType: MESSAGE_TYPES[message.channel]?.[1] ?? 'TYPE_SMS',
        unreadCount: isInbound ? conversation.unreadCount + 1 : 0,
        dateUpdated: message.dateAdded,
      })
      state.count(isInbound ? 'messages.received' : 'messages.sent')
      events.emit(isInbound ? 'InboundMessage' : 'OutboundMessage', message.locationId, event(message))
      return message
    },
  }
}

export type MessageStore = ReturnType<typeof createMessageStore>
