// The support desk's side of issues: tickets are read by their links, since a desk has more than ours. A desk that
// cannot be read or keeps failing is skipped, so that the rest of the check goes on.

import { AppError } from '../../errors.ts'
import type { IntegrityCheck } from '../../store/integrity-checks.ts'
import type { KindCounts, LeftOut } from '../../store/integrity-counts.ts'
import type { SeenRecord } from '../../store/integrity-seen.ts'
import type { Link, Links } from '../../store/links.ts'
import type { Ticket } from '../../support/desk.ts'
import { dataOf } from '../tickets/ticket-link.ts'
import type { Surroundings } from './wanted.ts'
import type { TicketSide } from './wanted-ticket.ts'

/** A location's support desks, as a check needs them. */
export type TicketDesks = {
  /** Names of the connected desks, by id. */
  names(locationId: string): Promise<Map<string, string>>
  /** The tickets that exist; undefined when the desk cannot be read. Throws support_*. */
  read(of: { locationId: string; deskId: string; ticketIds: string[] }): Promise<Ticket[] | undefined>
}

type Deps = { links: Pick<Links, 'linked'>; desks: TicketDesks }
type Given = { locationId: string; check: IntegrityCheck; surroundings: Surroundings }

/** Small: some desks return one ticket per call, and a page that hits their rate limit is read again. */
const PAGE = 25
/** After this many consecutive failures. */
const PATIENCE = 5

export type TicketPage = {
  next: string | null
  counted: { kind: 'ticket'; change: Partial<KindCounts> }
  seen: SeenRecord[]
}

/** Reads tickets by link. */
export const createTicketSide = ({ links, desks }: Deps) => {
  const readDesk = async (
    { locationId, check }: Given,
    { deskId, ticketIds, names }: { deskId: string; ticketIds: string[]; names: Map<string, string> },
  ): Promise<Ticket[] | { code: string }> => {
    const known = check.counts.ticket?.leftOut?.[deskId]
    if (known) return known
    if (!names.has(deskId)) return { code: 'removed' }
    try {
      return (await desks.read({ locationId, deskId, ticketIds })) ?? { code: 'unreadable' }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.retry === 'passing' && check.failures < PATIENCE) throw error
      return { code: error.code }
    }
  }

  /** The tickets of these links, by key; deleted ones are missing. */
  const sides = async (given: Given, of: Link[]) => {
    const names = of.length > 0 ? await desks.names(given.locationId) : new Map<string, string>()
    const tickets = new Map<string, TicketSide>()
    const leftOut: Record<string, LeftOut> = {}
    const byDesk = Map.groupBy(
      of.filter(({ crmId }) => crmId !== null),
      (link) => dataOf(link).deskId ?? '',
    )
    for (const [deskId, all] of byDesk) {
      const ticketIds = all.map((link) => dataOf(link).ticketId ?? '')
      const read = await readDesk(given, { deskId, ticketIds, names })
      if ('code' in read) {
        leftOut[deskId] = { name: names.get(deskId) ?? null, code: read.code }
        for (const { crmId } of all) tickets.set(crmId!, { unread: read.code })
        continue
      }
      const there = new Map(read.map(({ ticketId, status }) => [ticketId, status]))
      for (const [index, { crmId }] of all.entries()) {
        const status = there.get(ticketIds[index]!)
        if (status) tickets.set(crmId!, { status })
      }
    }
    return { tickets, leftOut }
  }

  return {
    /** A page of links with their tickets. */
    async readPage(given: Given, cursor: string | null): Promise<TicketPage> {
      const { locationId, check, surroundings } = given
      const page = await links.linked(locationId, 'ticket', { after: cursor ?? '', limit: PAGE })
      const { tickets, leftOut } = await sides(given, page)
      const hasNone = cursor === null && page.length === 0 && !surroundings.tickets?.hasDesk
      const none = hasNone ? { '': { name: null, code: 'support_not_connected' } } : {}
      const all = { ...check.counts.ticket?.leftOut, ...none, ...leftOut }
      const read = [...tickets.values()].filter((side) => !('unread' in side)).length
      return {
        next: page.length === PAGE ? page.at(-1)!.rankrId : null,
        counted: { kind: 'ticket', change: { crm: read, ...(Object.keys(all).length > 0 ? { leftOut: all } : {}) } },
        seen: [...tickets].map(([id, record]) => ({ kind: 'ticket', side: 'crm', id, record })),
      }
    },

    /** One ticket, read again; undefined when it is gone. */
    async readOne(given: Given, link: Link): Promise<TicketSide | undefined> {
      return (await sides(given, [link])).tickets.get(link.crmId ?? '')
    },
  }
}
