// Conversations and messages. Nothing is really sent: messages are kept, so that a person can see them.

import { z } from 'zod'
import { MESSAGE_TYPES, type MessageStore } from './message-store.ts'
import type { Conversation, Message } from './object-rows.ts'
import { type AnyOperation, forLocation, OLDEST, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { Refusal, unprocessable } from './refusal.ts'
import type { Contact, Grant } from './rows.ts'
import type { State } from './state.ts'
import { count, optional, required, texts } from './validation.ts'

const content = {
  contactId: required,
  attachments: texts.optional(),
  message: optional,
  html: optional,
  subject: optional,
  emailFrom: optional,
  emailTo: optional,
  emailCc: texts.optional(),
  emailBcc: texts.optional(),
}

const STATUSES = ['delivered', 'failed', 'pending', 'read'] as const

const sendBody = z.strictObject({
  ...content,
  type: z.enum(['SMS', 'RCS', 'Email', 'WhatsApp', 'IG', 'FB', 'Custom', 'Live_Chat', 'TIKTOK']),
  // The page marks subType and status as required; live calls do without.
  subType: z.unknown().optional(),
  status: z.enum(STATUSES).optional(),
  appointmentId: optional,
  replyMessageId: optional,
  templateId: optional,
  threadId: optional,
  scheduledTimestamp: z.number().optional(),
  conversationProviderId: optional,
  customSubtypeId: optional,
  emailReplyMode: z.enum(['reply', 'reply_all']).optional(),
  fromNumber: optional,
  toNumber: optional,
})

const inboundBody = z.strictObject({
  ...content,
  type: z.enum(['SMS', 'RCS', 'Email', 'WhatsApp', 'IG', 'FB', 'Custom', 'Live_Chat', 'TIKTOK']),
  conversationId: required,
  conversationProviderId: required,
  altId: optional,
  direction: z.unknown().optional(),
  date: optional,
  emailMessageId: optional,
})

const statusBody = z.strictObject({
  status: z.enum(STATUSES),
  error: z.strictObject({ code: required, type: required, message: required }).optional(),
  emailMessageId: optional,
  recipients: texts.optional(),
})

const changeBody = z.strictObject({
  locationId: required,
  unreadCount: z.number().optional(),
  starred: z.boolean().optional(),
  feedback: z.unknown().optional(),
})

const textIn = ({ message, html }: { message?: string | undefined; html?: string | undefined }): string =>
  message ?? html ?? ''

const messageView = (message: Message) => {
  const [type, messageType] = MESSAGE_TYPES[message.channel] ?? [2, 'TYPE_SMS']
  const { channel, ...rest } = message
  return { ...rest, type, messageType, contentType: channel === 'Email' ? 'text/html' : 'text/plain', source: 'api' }
}

const conversationView = (state: State, row: Conversation) => {
  const contact = state.contacts.get(row.contactId)
  const name = [contact?.firstName, contact?.lastName].filter(Boolean).join(' ')
  return {
    ...row,
    type: 'TYPE_PHONE',
    fullName: name,
    contactName: name,
    email: contact?.email ?? '',
    phone: contact?.phone ?? '',
  }
}

/** The conversation and message endpoints. */
export const conversationOperations = ({ state, store }: { state: State; store: MessageStore }): AnyOperation[] => {
  const shared = { ...forLocation, versions: OLDEST }
  const read = { ...shared, method: 'GET' as const, scopes: ['conversations.readonly'] }
  const readMessages = { ...shared, method: 'GET' as const, scopes: ['conversations/message.readonly'] }
  const writeMessages = { ...shared, method: 'POST' as const, scopes: ['conversations/message.write'] }
  const contactOf = (grant: Grant, id: string): Contact =>
    ownRow({ state, table: state.contacts, grant, id, what: 'Contact' })
  const own = (grant: Grant, id: string | undefined): Conversation =>
    ownRow({ state, table: state.conversations, grant, id, what: 'Conversation' })

  const addressIn = (contact: Contact, body: z.infer<typeof sendBody>): string => {
    const to = body.type === 'Email' ? (body.emailTo ?? contact.email) : (body.toNumber ?? contact.phone)
    if (!to) throw new Refusal(400, body.type === 'Email' ? 'Contact has no email' : 'Contact has no phone number')
    return to
  }

  return [
    operation({
      ...writeMessages,
      path: '/conversations/messages',
      body: sendBody,
      handle({ body, grant }) {
        const contact = contactOf(grant, body.contactId)
        if (!textIn(body) && !body.attachments?.length) throw unprocessable('There is no message or attachments')
        if (contact.dnd) throw new Refusal(400, 'Cannot send message as DND is active for the contact')
        const message = store.add(contact, {
          channel: body.type,
          direction: 'outbound',
          body: body.type === 'Email' ? (body.html ?? textIn(body)) : textIn(body),
          subject: body.subject,
          attachments: body.attachments ?? [],
          from: body.type === 'Email' ? body.emailFrom : body.fromNumber,
          to: addressIn(contact, body),
          status: body.status ?? 'delivered',
          conversationProviderId: body.conversationProviderId,
        })
        return {
          conversationId: message.conversationId,
          messageId: message.id,
          messageIds: [message.id],
          ...(body.type === 'Email' && { emailMessageId: message.id }),
          msg: 'Message queued successfully.',
          status: message.status,
        }
      },
    }),
    operation({
      ...writeMessages,
      path: '/conversations/messages/inbound',
      body: inboundBody,
      handle({ body, grant }) {
        own(grant, body.conversationId)
        const message = store.add(contactOf(grant, body.contactId), {
          channel: body.type,
          direction: 'inbound',
          body: textIn(body),
          subject: body.subject,
          attachments: body.attachments ?? [],
          conversationProviderId: body.conversationProviderId,
        })
        return {
          success: true,
          conversationId: message.conversationId,
          messageId: message.id,
          message: message.body,
          contactId: message.contactId,
          dateAdded: message.dateAdded,
        }
      },
    }),
    operation({
      ...readMessages,
      path: '/conversations/messages/:id',
      handle: ({ params, grant }) =>
        messageView(ownRow({ state, table: state.messages, grant, id: params.id, what: 'Message' })),
    }),
    operation({
      ...writeMessages,
      method: 'PUT',
      path: '/conversations/messages/:messageId/status',
      body: statusBody,
      handle({ params, grant, body }) {
        const message = ownRow({ state, table: state.messages, grant, id: params.messageId, what: 'Message' })
        const { conversationId, id, status } = store.setStatus(message, body.status)
        return { conversationId, messageId: id, msg: 'Status updated.', status }
      },
    }),
    operation({
      ...readMessages,
      path: '/conversations/:conversationId/messages',
      query: z.strictObject({ lastMessageId: optional, limit: count.optional(), type: optional }),
      handle({ params, grant, query: { lastMessageId, limit = 20, type } }) {
        const { id } = own(grant, params.conversationId)
        const newestFirst = state.messages.by('conversation', id).reverse().map(messageView)
        const all = newestFirst.filter(({ messageType }) => !type || type.split(',').includes(messageType))
        const start = lastMessageId ? all.findIndex((message) => message.id === lastMessageId) + 1 : 0
        const messages = all.slice(start, start + limit)
        return {
          lastMessageId: messages.at(-1)?.id ?? '',
          nextPage: start + limit < all.length,
          messages,
        }
      },
    }),
    operation({
      ...shared,
      method: 'POST',
      scopes: ['conversations.write'],
      path: '/conversations',
      body: z.strictObject({ locationId: required, contactId: required }),
      location: ({ body }) => body.locationId,
      status: 201,
      handle({ body, grant }) {
        const contact = contactOf(grant, body.contactId)
        if (state.conversations.first('contact', contact.id)) throw new Refusal(400, 'Conversation already exists')
        const { id, dateAdded, dateUpdated, contactId, locationId } = store.conversationWith(contact)
        return {
          success: true,
          conversation: {
            ...{ id, dateAdded, dateUpdated, contactId, locationId },
            deleted: false,
            lastMessageDate: dateUpdated,
          },
        }
      },
    }),
    operation({
      ...read,
      path: '/conversations/search',
      query: z.strictObject({
        locationId: required,
        contactId: optional,
        id: optional,
        query: optional,
        limit: count.optional(),
        status: z.enum(['all', 'read', 'unread', 'starred', 'recents']).optional(),
        sort: z.enum(['asc', 'desc']).optional(),
        sortBy: optional,
        startAfterDate: optional,
      }),
      location: ({ query }) => query.locationId,
      handle({ query: { locationId, contactId, id, limit = 20, status } }) {
        const found = (
          contactId ? state.conversations.by('contact', contactId) : state.conversations.by('location', locationId)
        )
          .filter((row) => row.locationId === locationId && (!id || row.id === id))
          .filter((row) => status !== 'unread' || row.unreadCount > 0)
          .reverse()
        return {
          conversations: found.slice(0, limit).map((row) => conversationView(state, row)),
          total: found.length,
        }
      },
    }),
    operation({
      ...read,
      path: '/conversations/:conversationId',
      handle({ params, grant }) {
        const { id, contactId, locationId, unreadCount, starred } = own(grant, params.conversationId)
        const assignedTo = state.contacts.get(contactId)?.assignedTo ?? ''
        const flags = { starred, deleted: false, inbox: unreadCount > 0 }
        return { id, contactId, locationId, assignedTo, unreadCount, ...flags, type: 1 }
      },
    }),
    operation({
      ...shared,
      method: 'PUT',
      scopes: ['conversations.write'],
      path: '/conversations/:conversationId',
      body: changeBody,
      location: ({ body }) => body.locationId,
      handle({ params, grant, body }) {
        const changed = store.changeConversation(own(grant, params.conversationId), body)
        return { success: true, conversation: { ...changed, inbox: changed.unreadCount > 0, deleted: false } }
      },
    }),
    operation({
      ...shared,
      method: 'DELETE',
      scopes: ['conversations.write'],
      path: '/conversations/:conversationId',
      handle({ params, grant }) {
        store.removeConversation(own(grant, params.conversationId))
        return { success: true }
      },
    }),
  ]
}
