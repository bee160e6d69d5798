// Links: the pair (Rankr id, CRM id) of one record in one location, and what we last wrote to either side. Written in
// batches by progress.ts; read here.

import type { Database } from './db.ts'

export type LinkKind = 'customer'

export type Link = {
  kind: LinkKind
  rankrId: string
  crmId: string | null
  state: 'pending' | 'linked' | 'broken'
  /** Hash of the CRM's record as its answer to our last write described it. */
  crmFingerprint: Buffer | null
  /** Hash of what of Rankr's record was last brought over. */
  rankrFingerprint: Buffer | null
  writtenAt: Date | null
  data: {
    /** Tags that we have added, and all that the record had after that. */
    tags?: string[]
    tagsAfter?: string[]
  } & Record<string, unknown>
}

const COLUMNS = [
  'kind',
  'rankr_id as rankrId',
  'crm_id as crmId',
  'state',
  'crm_fingerprint as crmFingerprint',
  'rankr_fingerprint as rankrFingerprint',
  'written_at as writtenAt',
  'data',
] as const

export type Links = ReturnType<typeof createLinks>

export const createLinks = ({ db }: { db: Database }) => {
  const linksOf = (locationId: string, kind: LinkKind) =>
    db.kysely.selectFrom('links').select(COLUMNS).where('location_id', '=', locationId).where('kind', '=', kind)

  return {
    find: async (locationId: string, kind: LinkKind, rankrId: string): Promise<Link | undefined> =>
      (await linksOf(locationId, kind).where('rankr_id', '=', rankrId).executeTakeFirst()) as Link | undefined,

    /** Several Rankr records may have been matched to one CRM record. */
    byCrmId: async (locationId: string, kind: LinkKind, crmId: string): Promise<Link[]> =>
      (await linksOf(locationId, kind).where('crm_id', '=', crmId).orderBy('rankr_id').execute()) as Link[],
  }
}
