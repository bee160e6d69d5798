// The interface of support desks and tickets. Each kind of desk has its own file. Independent of desks and tenants.

export type DeskKind = 'zendesk' | 'freshdesk' | 'generic'

/** `open`: the desk has to act; `pending`: the customer or someone else has to; `closed` cannot be reopened. */
export type TicketStatus = 'open' | 'pending' | 'solved' | 'closed'

export type TicketPriority = 'low' | 'normal' | 'high' | 'urgent'

export type Ticket = {
  ticketId: string
  /** Our number, that of the issue. Null when the desk cannot report it. */
  externalId: string | null
  /** For people of the desk. */
  url: string | null
  subject: string | null
  status: TicketStatus
  priority: TicketPriority | null
  updatedAt: string | null
}

export type TicketChange = {
  subject?: string | undefined
  status?: TicketStatus | undefined
  priority?: TicketPriority | undefined
  /** Added to those it has. */
  tags?: string[] | undefined
}

export type NewTicket = Omit<TicketChange, 'status'> & {
  externalId: string
  subject: string
  description: string
  requesterEmail?: string | undefined
  requesterName?: string | undefined
  /** A closed ticket that this one goes on with. */
  followUpOf?: string | undefined
}

/** What a desk gave out for calls to it; `email` is whom the key belongs to, or who asks where nobody else is known. */
export type DeskCredentials = { email: string; key: string }

/** A desk of a location, with open secrets. */
export type DeskAccess = {
  deskId: string
  kind: DeskKind
  /** The name before `.zendesk.com` or `.freshdesk.com`; of a generic desk the whole web address. */
  address: string
  credentials: DeskCredentials | undefined
  /** Of its webhook, the current one first. */
  secrets: string[]
}

/** Where the desk tells of changes: set up by us, where the desk lets us. */
export type DeskWebhook = { webhookId: string; secret: string }

/** Throws support_* (failure.ts); a generic desk throws target_* and `url_not_allowed`. */
export type Desk = {
  /** A read-only call that requires valid credentials. */
  check(): Promise<void>
  create(ticket: NewTicket): Promise<Ticket>
  /** The ticket that carries our number; of several the last one that is not closed. */
  find(externalId: string): Promise<Ticket | undefined>
  get(ticketId: string): Promise<Ticket>
  /** Those of them that are there, at most 100 asked for; undefined where the desk cannot be asked. */
  getAll?(ticketIds: string[]): Promise<Ticket[]>
  update(ticketId: string, change: TicketChange): Promise<Ticket>
  /** Solves a ticket with a final public comment. A solved ticket is not changed. */
  close(ticketId: string, comment?: string): Promise<Ticket>
  comment(ticketId: string, words: { comment: string; isPublic: boolean }): Promise<{ commentId: string | null }>
  /** Undefined where people must set it up by hand. */
  webhooks?: {
    add(wish: { name: string; url: string }): Promise<DeskWebhook>
    /** Also of one that is gone. */
    remove(webhookId: string): Promise<void>
  }
}

/** One call to the desk at hand; answers a 2xx, throws support_*. */
export type CallDesk = (request: {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  query?: Record<string, string>
  body?: Record<string, unknown>
  headers?: Record<string, string>
}) => Promise<unknown>
