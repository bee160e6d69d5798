// What the simulated desks keep. Types, and the words that both share; each desk shows a ticket in its own way.

import { randomBytes } from 'node:crypto'

export type DeskKind = 'zendesk' | 'freshdesk'

/** `new` and `hold` are Zendesk's only. */
export type Status = 'new' | 'open' | 'pending' | 'hold' | 'solved' | 'closed'

export type Comment = { id: number; body: string; public: boolean; at: string }

export type Ticket = {
  id: number
  externalId: string | null
  subject: string
  requester: { email: string; name: string }
  status: Status
  priority: 'low' | 'normal' | 'high' | 'urgent' | null
  tags: string[]
  /** The first one is the description. */
  comments: Comment[]
  followUpOf: number | null
  createdAt: string
  updatedAt: string
  /** Of Freshdesk, which shows it still. */
  isDeleted?: boolean
}

/** Where an account tells of changed states; Freshdesk's is a rule that a person has made. */
export type Hook = { id: string; name: string; url: string; secret: string }

export type Account = {
  kind: DeskKind
  name: string
  email: string
  key: string
  nextId: number
  /** Newest first. */
  tickets: Ticket[]
  hooks: Hook[]
  /** Answers to creates that carried a key, by the key: what was asked, and what was answered. */
  keys: Record<string, { asked: string; ticketId: number }>
}

/** What was told and how it was answered, newest first. */
export type SentWebhook = { at: string; desk: string; ticketId: number; status: Status; answer: string }

export type DeskState = { accounts: Account[]; told: SentWebhook[] }

/** A new, empty desk account. */
export const newAccount = (kind: DeskKind, name: string): Account => ({
  kind,
  name,
  email: `agent@${name}.example.com`,
  key: randomBytes(20).toString('base64url'),
  nextId: 101,
  tickets: [],
  hooks: [],
  keys: {},
})

/** Adds a ticket with its first comment. */
export const newTicket = (
  account: Account,
  wish: Pick<Ticket, 'subject' | 'requester' | 'status' | 'priority' | 'tags'> &
    Partial<Pick<Ticket, 'externalId' | 'followUpOf'>> & { description: string },
  now: Date,
): Ticket => {
  const at = now.toISOString()
  const { description, externalId = null, followUpOf = null, ...rest } = wish
  const ticket: Ticket = {
    ...rest,
    id: account.nextId++,
    externalId,
    followUpOf,
    comments: [{ id: account.nextId++, body: description, public: true, at }],
    createdAt: at,
    updatedAt: at,
  }
  account.tickets.unshift(ticket)
  return ticket
}

/** Adds a comment to a ticket. */
export const addComment = (account: Account, ticket: Ticket, words: { body: string; public: boolean }, now: Date) => {
  const comment: Comment = { id: account.nextId++, at: now.toISOString(), ...words }
  ticket.comments.push(comment)
  ticket.updatedAt = comment.at
  return comment
}
