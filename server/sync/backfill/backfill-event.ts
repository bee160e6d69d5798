// A record that a backfill has read, as an event like those that Rankr sends; and whether such an event comes too late.

import { derivedId } from '../../ids.ts'
import { type RankrEventType, recordKeyOf } from '../../rankr/contract.ts'
import type { NewEvent } from '../../relay/accept.ts'
import { isBackfillEvent } from '../../relay/is-backfill-event.ts'
import type { BackfillKind } from '../../store/backfills.ts'
import type { StoredEvent } from '../../store/events.ts'
import type { Link, LinkKind, Links } from '../../store/links.ts'
import { RESOLVED_ISSUE } from '../../workflows/templates/tickets.ts'

export const EVENT_TYPES: Record<BackfillKind, RankrEventType> = {
  customers: 'customer.created',
  orders: 'order.created',
  invoices: 'invoice.created',
  issues: 'issue.detected',
}

const ID_FIELDS: Record<BackfillKind, string> = {
  customers: 'id',
  orders: 'order_id',
  invoices: 'invoice_id',
  issues: 'issue_id',
}
const MOST_ID_LETTERS = 200

type Read = {
  locationId: string
  backfillId: string
  connectionId: string
  kind: BackfillKind
  /** Before the page was asked for: the record was so then or is newer. */
  readAt: Date
}

/** Undefined for a record without a usable id. What else is wrong with it is found by whoever works on it. */
export const backfillEvent = (
  record: Record<string, unknown>,
  { locationId, backfillId, connectionId, kind, readAt }: Read,
): NewEvent | undefined => {
  // Issues may name theirs either way (contract.ts).
  const id = record[ID_FIELDS[kind]] ?? (kind === 'issues' ? record.id : undefined)
  if (typeof id !== 'number' && typeof id !== 'string') return undefined
  if (String(id).trim() === '' || String(id).length > MOST_ID_LETTERS) return undefined
  const [type, timestamp] = [EVENT_TYPES[kind], readAt.toISOString()]
  return {
    locationId,
    lane: 'bulk',
    source: 'rankr',
    type,
    recordKey: recordKeyOf({ type, timestamp, data: record }),
    // The same record in the same state is one event, however often its page is read.
    sourceEventId: `initial:${backfillId}:${type}:${id}:${derivedId('state', JSON.stringify(record))}`,
    connectionId,
    hops: 0,
    payload: { type, timestamp, data: record, initialSync: true },
  }
}

/** An issue that is resolved would become nothing: only open ones are brought over. */
export const isOver = (record: Record<string, unknown>, kind: BackfillKind): boolean =>
  kind === 'issues' &&
  RESOLVED_ISSUE.includes(
    String(record.status ?? '')
      .trim()
      .toLowerCase(),
  )

/** What is linked to a record of this kind of Rankr's. */
const linkKindOf = (kind: string): LinkKind => (kind === 'issue' ? 'ticket' : (kind as LinkKind))

const writtenAtOf = (link: Link | undefined): number => link?.writtenAt?.getTime() ?? 0

/**
 * Whether the record was brought over since its page was read: by a live event, which knew newer data. `triedAt`: what was brought
 * over until then may have been by the event itself.
 */
export const createIsOutdated =
  ({ links }: { links: Pick<Links, 'find'> }) =>
  async (event: StoredEvent, triedAt?: Date): Promise<boolean> => {
    if (!isBackfillEvent(event)) return false
    const { locationId, recordKey, payload } = event
    const at = recordKey.indexOf(':')
    const link = await links.find(locationId, linkKindOf(recordKey.slice(0, at)), recordKey.slice(at + 1))
    return writtenAtOf(link) > Math.max(Date.parse(String(payload.timestamp)), triedAt?.getTime() ?? 0)
  }
