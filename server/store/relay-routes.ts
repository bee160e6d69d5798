// Relay routes: rules that relay events from one location to another. Both sides see them; each can end them. Does not
// know what a filter or a mapping means.

import { randomToken } from '../ids.ts'
import type { Database, Queryable } from './db.ts'

export type RelayRoute = {
  id: string
  name: string
  /** Where the events come from. */
  fromLocationId: string
  /** Null until somebody has accepted. */
  toLocationId: string | null
  /** Ids of catalog triggers. */
  eventTypes: string[]
  filter: unknown
  mapping: Record<string, unknown>
  status: 'invited' | 'active' | 'ended'
  codeExpiresAt: Date | null
  createdAt: Date
  acceptedAt: Date | null
  endedAt: Date | null
  /** The location that ended it. */
  endedBy: string | null
}

export type NewRelayRoute = {
  name: string
  eventTypes: string[]
  filter: unknown
  mapping: Record<string, unknown>
  createdBy: string
}

const COLUMNS = [
  'id',
  'name',
  'location_id as fromLocationId',
  'to_location_id as toLocationId',
  'event_types as eventTypes',
  'filter',
  'mapping',
  'status',
  'code_expires_at as codeExpiresAt',
  'created_at as createdAt',
  'accepted_at as acceptedAt',
  'ended_at as endedAt',
  'ended_by as endedBy',
] as const

/** Of a company. */
const MOST_LISTED = 200

export type RelayRoutes = ReturnType<typeof createRelayRoutes>

/** The relay routes of a location, on either side. */
export const createRelayRoutes = ({ db, now }: { db: Database; now: () => Date }) => {
  const rowOf = (locationId: string, { name, eventTypes, filter, mapping, createdBy }: NewRelayRoute) => ({
    location_id: locationId,
    id: `rte_${randomToken(15)}`,
    name,
    event_types: eventTypes,
    filter: filter === null || filter === undefined ? null : JSON.stringify(filter),
    mapping: JSON.stringify(mapping),
    created_by: createdBy,
    created_at: now(),
  })

  const seenBy = (locationId: string, on: Queryable) =>
    on
      .selectFrom('routes')
      .select(COLUMNS)
      .where((is) => is.or([is('location_id', '=', locationId), is('to_location_id', '=', locationId)]))

  return {
    /** Creates a route that waits to be accepted with the code whose hash is given. */
    invite: (
      locationId: string,
      { codeHash, codeExpiresAt, ...wish }: NewRelayRoute & { codeHash: Buffer; codeExpiresAt: Date },
      on: Queryable = db.kysely,
    ): Promise<RelayRoute> =>
      on
        .insertInto('routes')
        .values({
          ...rowOf(locationId, wish),
          status: 'invited',
          code_hash: codeHash,
          code_expires_at: codeExpiresAt,
        })
        .returning(COLUMNS)
        .executeTakeFirstOrThrow(),

    /** Creates an active route; the caller acts for both sides. */
    join: (
      locationId: string,
      { toLocationId, ...wish }: NewRelayRoute & { toLocationId: string },
      on: Queryable = db.kysely,
    ): Promise<RelayRoute> =>
      on
        .insertInto('routes')
        .values({
          ...rowOf(locationId, wish),
          to_location_id: toLocationId,
          status: 'active',
          accepted_by: wish.createdBy,
          accepted_at: now(),
        })
        .returning(COLUMNS)
        .executeTakeFirstOrThrow(),

    /** Both directions, the latest first. */
    list: (locationId: string, on: Queryable = db.kysely): Promise<RelayRoute[]> =>
      seenBy(locationId, on).orderBy('created_at', 'desc').orderBy('id').execute(),

    /** Those of all locations of a company, each route once: those that have not ended first, then the latest. */
    listOf: (companyId: string, on: Queryable = db.kysely): Promise<RelayRoute[]> => {
      const own = on
        .selectFrom('installations')
        .select('tenant_id')
        .where('company_id', '=', companyId)
        .where('kind', '=', 'location')
      return on
        .selectFrom('routes')
        .select(COLUMNS)
        .where((is) => is.or([is('location_id', 'in', own), is('to_location_id', 'in', own)]))
        .orderBy((is) => is('status', '=', 'ended'))
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(MOST_LISTED)
        .execute()
    },

    /** As either side. */
    get: (locationId: string, id: string, on: Queryable = db.kysely): Promise<RelayRoute | undefined> =>
      seenBy(locationId, on).where('id', '=', id).executeTakeFirst(),

    /**
     * The only look-up without a location: the holder of the code was invited. Undefined when it was used, has expired,
     * or the route was ended.
     */
    invitation: (codeHash: Buffer, on: Queryable = db.kysely): Promise<RelayRoute | undefined> =>
      on
        .selectFrom('routes')
        .select(COLUMNS)
        .where('code_hash', '=', codeHash)
        .where('status', '=', 'invited')
        .where('code_expires_at', '>', now())
        .executeTakeFirst(),

    /** The code is used up. Undefined as with `invitation`, and when a location would accept its own. */
    accept: (
      locationId: string,
      { codeHash, acceptedBy }: { codeHash: Buffer; acceptedBy: string },
      on: Queryable = db.kysely,
    ): Promise<RelayRoute | undefined> =>
      on
        .updateTable('routes')
        .set({
          status: 'active',
          to_location_id: locationId,
          accepted_by: acceptedBy,
          accepted_at: now(),
          code_hash: null,
          code_expires_at: null,
        })
        .where('code_hash', '=', codeHash)
        .where('status', '=', 'invited')
        .where('code_expires_at', '>', now())
        .where('location_id', '<>', locationId)
        .returning(COLUMNS)
        .executeTakeFirst(),

    /** By either side, for good. Undefined when it has no such route or that has ended already. */
    end: (locationId: string, id: string, on: Queryable = db.kysely): Promise<RelayRoute | undefined> =>
      on
        .updateTable('routes')
        .set({ status: 'ended', ended_at: now(), ended_by: locationId, code_hash: null, code_expires_at: null })
        .where((is) => is.or([is('location_id', '=', locationId), is('to_location_id', '=', locationId)]))
        .where('id', '=', id)
        .where('status', '<>', 'ended')
        .returning(COLUMNS)
        .executeTakeFirst(),
  }
}
