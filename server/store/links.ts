// Links: the pair (Rankr id, CRM id) of one record in one location, and the last write to either side. Written in
// batches by progress.ts; read here.

import type { Database, Queryable } from './db.ts'
import { toJson } from './json.ts'
import { query } from './raw.ts'

/**
 * `written`: a record of the CRM that we wrote without a Rankr record behind it. `ticket`: an issue and, in place of a CRM id,
 * its ticket as `desk:ticket`. `business` and `product` go by the name of a company and by a SKU. `merged`: a contact whose
 * customer was merged into another one; both ids are the contact's. `user`: a user of Rankr and the contact made of it, which may be a
 * customer's as well.
 */
export type LinkKind =
  | 'customer'
  | 'user'
  | 'order'
  | 'order-opportunity'
  | 'revenue-opportunity'
  | 'invoice'
  | 'message'
  | 'ticket'
  | 'business'
  | 'product'
  | 'merged'
  | 'written'

export type Link = {
  kind: LinkKind
  rankrId: string
  crmId: string | null
  state: 'pending' | 'linked' | 'broken'
  /** Hash of the CRM's record as its answer to our last write described it. */
  crmFingerprint: Buffer | null
  /** Hash of the data of Rankr's record that was last synced. */
  rankrFingerprint: Buffer | null
  writtenAt: Date | null
  data: {
    /** Tags that we have added, and all that the record had after that. */
    tags?: string[]
    tagsAfter?: string[]
    /** The customer that this one was merged into; its own events are ignored. */
    mergedInto?: string
  } & Record<string, unknown>
}

/** How many orders a contact has that were not cancelled, and the day of the last one (YYYY-MM-DD). */
export type OrdersPlaced = { count: number; lastOn: string | null }

export type LinkKey = { locationId: string; kind: LinkKind; rankrId: string }

const COLUMNS = `kind, rankr_id as "rankrId", crm_id as "crmId", state, crm_fingerprint as "crmFingerprint",
  rankr_fingerprint as "rankrFingerprint", written_at as "writtenAt", data`

export type Links = ReturnType<typeof createLinks>

/** Reads the links of a location. */
export const createLinks = ({ db }: { db: Database }) => {
  /** One result per key, in the same order, in one query. */
  const findAll = async (keys: LinkKey[]): Promise<(Link | undefined)[]> => {
    const found: (Link | undefined)[] = keys.map(() => undefined)
    const { rows } = await db.pool.query<Link & { place: number }>({
      name: 'links.find',
      // Without "offset 0" the look-ups become a join, which reads the whole table until that has been analysed.
      text: `select k.place, l.* from unnest($1::text[], $2::text[], $3::text[]) with ordinality as k (a, b, c, place)
        cross join lateral (
          select ${COLUMNS} from links where location_id = k.a and kind = k.b and rankr_id = k.c offset 0) l`,
      values: [
        keys.map(({ locationId }) => locationId),
        keys.map(({ kind }) => kind),
        keys.map(({ rankrId }) => rankrId),
      ],
    })
    for (const { place, ...link } of rows) found[place - 1] = link
    return found
  }

  return {
    findAll,

    find: async (locationId: string, kind: LinkKind, rankrId: string): Promise<Link | undefined> =>
      (await findAll([{ locationId, kind, rankrId }]))[0],

    /** By CRM id, for those that have a link; of several Rankr records matched to one, the first by its id that was not merged. */
    async byCrmIds(locationId: string, kind: LinkKind, crmIds: string[]): Promise<Map<string, Link>> {
      const { rows } = await db.pool.query<Link & { crmId: string }>(
        `select distinct on (crm_id) ${COLUMNS} from links
         where location_id = $1 and kind = $2 and crm_id = any($3::text[]) order by crm_id, data ? 'mergedInto', rankr_id`,
        [locationId, kind, crmIds],
      )
      return new Map(rows.map((link) => [link.crmId, link]))
    },

    /** Records that wait for something in the account before they can be written, by their ids. */
    async pending(locationId: string, kind: LinkKind, limit: number): Promise<Link[]> {
      const { rows } = await db.pool.query<Link>(
        `select ${COLUMNS} from links where location_id = $1 and kind = $2 and state = 'pending' order by rankr_id limit $3`,
        [locationId, kind, limit],
      )
      return rows
    },

    async countPending(locationId: string, kind: LinkKind): Promise<number> {
      const { rows } = await db.pool.query<{ count: number }>(
        `select count(*)::int as count from links where location_id = $1 and kind = $2 and state = 'pending'`,
        [locationId, kind],
      )
      return rows[0]!.count
    },

    /** A page of those that are linked, by Rankr's ids; `after` is the last one of the page before. */
    async linked(
      locationId: string,
      kind: LinkKind,
      { after, limit }: { after: string; limit: number },
    ): Promise<Link[]> {
      const { rows } = await db.pool.query<Link>(
        `select ${COLUMNS} from links where location_id = $1 and kind = $2 and rankr_id > $3 and state = 'linked'
         order by rankr_id limit $4`,
        [locationId, kind, after, limit],
      )
      return rows
    },

    /** Marks records as existing in Rankr, regardless of which side reported their ids first. */
    async knownToRankr(locationId: string, kind: LinkKind, rankrIds: string[], on: Queryable): Promise<void> {
      await query(
        on,
        `update links set data = data - 'isDemanded'
         where location_id = $1 and kind = $2 and rankr_id = any($3::text[]) and data ? 'isDemanded'`,
        [locationId, kind, rankrIds],
      )
    },

    /** Clears the hash of the last sync, so that the next event syncs everything again. `data` is merged. */
    async unsettle(
      locationId: string,
      { kind, rankrId }: Pick<Link, 'kind' | 'rankrId'>,
      data: Record<string, unknown> = {},
    ): Promise<void> {
      await db.pool.query(
        `update links set rankr_fingerprint = null, data = data || $4::jsonb, updated_at = now()
         where location_id = $1 and kind = $2 and rankr_id = $3`,
        [locationId, kind, rankrId, toJson(data)],
      )
    },

    /** Those of the CRM's records that several records of Rankr are linked to. */
    async sharedCrmIds(locationId: string, kind: LinkKind, crmIds: string[]): Promise<Set<string>> {
      const { rows } = await db.pool.query<{ crmId: string }>(
        `select crm_id as "crmId" from links where location_id = $1 and kind = $2 and crm_id = any($3::text[])
         and state = 'linked' group by crm_id having count(*) > 1`,
        [locationId, kind, crmIds],
      )
      return new Set(rows.map(({ crmId }) => crmId))
    },

    /** For the worker, which looks after all tenants. */
    async tenantsWithPending(kind: LinkKind): Promise<string[]> {
      const { rows } = await db.pool.query<{ id: string }>(
        `select distinct location_id as id from links where kind = $1 and state = 'pending' order by 1`,
        [kind],
      )
      return rows.map(({ id }) => id)
    },

    /** Records of these kinds that are on a contact. */
    async ofContact(locationId: string, contactId: string, kinds: LinkKind[]): Promise<Link[]> {
      const { rows } = await db.pool.query<Link>(
        `select ${COLUMNS} from links where location_id = $1 and data ? 'contactId' and data->>'contactId' = $2
         and kind = any($3::text[]) order by kind, rankr_id`,
        [locationId, contactId, kinds],
      )
      return rows
    },

    async ordersPlaced(locationId: string, contactId: string): Promise<OrdersPlaced> {
      const { rows } = await db.pool.query<OrdersPlaced>(
        `select count(*)::int as count, max(data->>'placedOn') as "lastOn" from links where location_id = $1
         and data ? 'contactId' and data->>'contactId' = $2 and kind = 'order' and state <> 'broken'
         and data->>'isCancelled' is distinct from 'true'`,
        [locationId, contactId],
      )
      return rows[0]!
    },

    /** Several Rankr records may have been matched to one CRM record; those that were merged come last. */
    async byCrmId(locationId: string, kind: LinkKind, crmId: string): Promise<Link[]> {
      const { rows } = await db.pool.query<Link>(
        `select ${COLUMNS} from links where location_id = $1 and kind = $2 and crm_id = $3 order by data ? 'mergedInto', rankr_id`,
        [locationId, kind, crmId],
      )
      return rows
    },
  }
}
