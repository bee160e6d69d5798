// Freshdesk (https://developers.freshdesk.com/api/): the API key as the user of basic authentication. Freshdesk has
// neither external ids nor idempotent creates, so our number is a tag, which is looked for before a ticket is created.

import { createHash } from 'node:crypto'
import { encodePart } from '../catalog/request.ts'
import { AppError } from '../errors.ts'
import { given, rowOf, rowsOf, textOf } from './answer.ts'
import type { CallDesk, Desk, DeskCredentials, Ticket, TicketPriority, TicketStatus } from './desk.ts'

/** The key as the user; what stands for the password is not looked at. */
export const freshdeskAuthorization = ({ key }: DeskCredentials): string =>
  `Basic ${Buffer.from(`${key}:X`).toString('base64')}`

const STATUS_NUMBERS: Record<TicketStatus, number> = { open: 2, pending: 3, solved: 4, closed: 5 }
const PRIORITY_NUMBERS: Record<TicketPriority, number> = { low: 1, normal: 2, high: 3, urgent: 4 }
/** The API's default source; there is no number for "by the API". */
const SOURCE_PORTAL = 2

const STATUSES = new Map(Object.entries(STATUS_NUMBERS).map(([word, number]) => [number, word as TicketStatus]))
const PRIORITIES = new Map(Object.entries(PRIORITY_NUMBERS).map(([word, number]) => [number, word as TicketPriority]))
const WORDS: Record<string, TicketStatus> = { open: 'open', pending: 'pending', resolved: 'solved', closed: 'closed' }

/** As the API numbers it, or as its webhooks call it. States that an account has made itself count as waiting. */
export const freshdeskStatus = (value: unknown): TicketStatus | undefined => {
  if (typeof value === 'string' && !/^\d+$/.test(value)) return WORDS[value.trim().toLowerCase()]
  const number = Number(value)
  return Number.isInteger(number) && number > 0 ? (STATUSES.get(number) ?? 'pending') : undefined
}

/** Our priority of a Freshdesk number; null when unknown. */
export const freshdeskPriority = (value: unknown): TicketPriority | null => PRIORITIES.get(Number(value)) ?? null

const MOST_TAG_LETTERS = 32
const TAG_PREFIX = 'rankr-'

/** Short numbers can be read in the tag; case does not tell tags apart. */
export const freshdeskTag = (externalId: string): string => {
  const plain = `${TAG_PREFIX}${externalId}`
  if (/^[a-z0-9_-]+$/.test(externalId) && plain.length <= MOST_TAG_LETTERS) return plain
  return `${TAG_PREFIX}${createHash('sha256').update(externalId).digest('hex').slice(0, 24)}`
}

/** Descriptions and replies are HTML. */
const asHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(/\r?\n/g, '<br>')

const plainWords = (text: unknown): string =>
  String(text ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim()

const MOST_LISTED = 100

/** `requester` is used for tickets without a requester, because Freshdesk requires one. */
export const createFreshdesk = ({ call, url, requester }: { call: CallDesk; url: string; requester: string }): Desk => {
  const ticketOf = (value: unknown, externalId: string | null = null): Ticket => {
    const row = rowOf(value)
    const ticketId = textOf(row.id)
    const status = freshdeskStatus(row.status)
    if (!ticketId || !status) {
      throw new AppError('support_unavailable', { cause: new Error('the answer is no ticket') })
    }
    return {
      ticketId,
      externalId,
      url: `${url}/a/tickets/${ticketId}`,
      subject: textOf(row.subject),
      status,
      priority: freshdeskPriority(row.priority),
      updatedAt: textOf(row.updated_at),
    }
  }
  const pathOf = (ticketId: string): string => `/api/v2/tickets/${encodePart(ticketId)}`
  /** A deleted ticket is shown as such, and takes no changes (405), until it is gone for good. */
  const read = async (ticketId: string) => {
    const row = rowOf(await call({ method: 'GET', path: pathOf(ticketId) }))
    if (row.deleted === true) throw new AppError('support_not_found')
    return row
  }
  const put = async (ticketId: string, body: Record<string, unknown>): Promise<Ticket> => {
    try {
      return ticketOf(await call({ method: 'PUT', path: pathOf(ticketId), body }))
    } catch (error) {
      if (error instanceof AppError && error.extra?.deskStatus === 405) {
        throw new AppError('support_not_found', { cause: error })
      }
      throw error
    }
  }

  const say = async (ticketId: string, comment: string, isPublic: boolean) => {
    const path = `${pathOf(ticketId)}/${isPublic ? 'reply' : 'notes'}`
    const body = { body: asHtml(comment), ...(isPublic ? {} : { private: true }) }
    return rowOf(await call({ method: 'POST', path, body }))
  }

  const hasTag = (row: Record<string, unknown>, tag: string): boolean =>
    Array.isArray(row.tags) && row.tags.some((one) => String(one).toLowerCase() === tag)

  const listed = async (tag: string): Promise<Record<string, unknown>[]> => {
    const query = { query: `"tag:'${tag}'"` }
    const { results } = rowOf(await call({ method: 'GET', path: '/api/v2/search/tickets', query }))
    const found = rowsOf(results).filter((row) => hasTag(row, tag))
    if (found.length > 0) return found
    // The search learns of a ticket some minutes late; the list of the newest ones does not.
    const newest = { order_by: 'created_at', order_type: 'desc', per_page: String(MOST_LISTED) }
    const rows = rowsOf(await call({ method: 'GET', path: '/api/v2/tickets', query: newest }))
    return rows.filter((row) => hasTag(row, tag))
  }

  return {
    async check() {
      await call({ method: 'GET', path: '/api/v2/tickets', query: { per_page: '1' } })
    },

    async create({ externalId, subject, description, requesterEmail, requesterName, priority = 'normal', tags = [] }) {
      const answer = await call({
        method: 'POST',
        path: '/api/v2/tickets',
        body: given({
          subject,
          description: asHtml(description),
          email: requesterEmail ?? requester,
          name: requesterEmail ? requesterName : undefined,
          priority: PRIORITY_NUMBERS[priority],
          status: STATUS_NUMBERS.open,
          source: SOURCE_PORTAL,
          tags: [...new Set([...tags.map((tag) => tag.slice(0, MOST_TAG_LETTERS)), freshdeskTag(externalId)])],
        }),
      })
      return ticketOf(answer, externalId)
    },

    async find(externalId) {
      const found = (await listed(freshdeskTag(externalId)))
        .map((row) => ticketOf(row, externalId))
        .sort((a, b) => Number(a.ticketId) - Number(b.ticketId))
      return found.findLast(({ status }) => status !== 'closed') ?? found.at(-1)
    },

    get: async (ticketId) => ticketOf(await read(ticketId)),

    /** One by one: there is no call for several. */
    async getAll(ticketIds) {
      const found: Ticket[] = []
      for (const ticketId of ticketIds) {
        try {
          found.push(ticketOf(await read(ticketId)))
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'support_not_found')) throw error
        }
      }
      return found
    },

    async update(ticketId, { subject, status, priority, tags }) {
      const had = tags?.length ? (await read(ticketId)).tags : undefined
      // What is sent replaces all that are there.
      const all = tags?.length ? [...new Set([...(Array.isArray(had) ? had.map(String) : []), ...tags])] : undefined
      const change = given({
        subject,
        status: status && STATUS_NUMBERS[status],
        priority: priority && PRIORITY_NUMBERS[priority],
        tags: all?.map((tag) => tag.slice(0, MOST_TAG_LETTERS)),
      })
      return Object.keys(change).length === 0 ? ticketOf(await read(ticketId)) : await put(ticketId, change)
    },

    async close(ticketId, comment) {
      const ticket = ticketOf(await read(ticketId))
      if (ticket.status === 'solved' || ticket.status === 'closed') return ticket
      if (comment) {
        // Two calls: after a crash between them, the comment must not be posted twice.
        const said = rowsOf(await call({ method: 'GET', path: `${pathOf(ticketId)}/conversations` }))
        const isSaid = said.some(({ body_text: words }) => plainWords(words) === plainWords(comment))
        if (!isSaid) await say(ticketId, comment, true)
      }
      return await put(ticketId, { status: STATUS_NUMBERS.solved })
    },

    async comment(ticketId, { comment, isPublic }) {
      return { commentId: textOf((await say(ticketId, comment, isPublic)).id) }
    },
  }
}
