// Turns a record read by a backfill into an event like Rankr's, and tells whether such an event is outdated.

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
  /** The time before the page was requested: the record is at least that new. */
  readAt: Date
}

/** Undefined for a record without a usable id. Other faults are found when the event is processed. */
export const backfillEvent = (
  record: Record<string, unknown>,
  { locationId, backfillId, connectionId, kind, readAt }: Read,
): NewEvent | undefined => {
  // Issues name their id either way (contract.ts).
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

/** Resolved issues are skipped: only open ones are brought over. */
export const isOver = (record: Record<string, unknown>, kind: BackfillKind): boolean =>
  kind === 'issues' &&
  RESOLVED_ISSUE.includes(
    String(record.status ?? '')
      .trim()
      .toLowerCase(),
  )

/** The kind of link of this kind of Rankr record. */
const linkKindOf = (kind: string): LinkKind => (kind === 'issue' ? 'ticket' : (kind as LinkKind))

const writtenAtOf = (link: Link | undefined): number => link?.writtenAt?.getTime() ?? 0

/**
 * Whether the record was written since its page was read, by a live event with newer data. `triedAt`: writes until then
 * may come from the event's own attempts.
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
