// Users' consents to API clients, with authorization codes and refresh tokens. Codes and tokens appear only in the
// answer to the call that creates them; the tables hold hashes.

import { type CredentialMode, hashOfCredential, newCredential } from '../api/credential-text.ts'
import type { Role } from '../api/scopes.ts'
import { randomToken } from '../ids.ts'
import type { CredentialChange, RecordChange } from './credential-change.ts'
import type { Database, Tx } from './db.ts'

const CODE_LIFE_MS = 60_000
const REFRESH_LIFE_MS = 60 * 86_400_000
/** A lost response may be requested again within this time; after that a reused token counts as stolen. */
const GRACE_MS = 30_000
/** Used codes are remembered for a day. */
const CODE_MEMORY_MS = 86_400_000

export type Person = { id: string; name: string; role: Role }

export type OAuthGrant = {
  id: string
  /** The account whose data it is about. */
  locationId: string
  clientId: string
  userId: string
  userName: string
  userRole: Role
  scopes: string[]
}

export type ListedGrant = OAuthGrant & {
  clientName: string
  /** Whose client it is. */
  clientLocationId: string
  createdAt: Date
  lastUsedAt: Date | null
}

export type Consent = {
  clientId: string
  mode: CredentialMode
  person: Person
  scopes: readonly string[]
  redirectUri: string
  codeChallenge: string
}

/** `reused`: it was used before, so its grant was ended. */
export type Redeemed =
  | { ok: true; grant: OAuthGrant; refreshToken: string }
  | { ok: false; reason: 'unknown' | 'reused' | 'mismatch' }

const COLUMNS = [
  'g.id',
  'g.location_id as locationId',
  'g.client_id as clientId',
  'g.user_id as userId',
  'g.user_name as userName',
  'g.user_role as userRole',
  'g.scopes',
] as const

const subject = ({ id, clientId, userId, scopes }: Omit<OAuthGrant, 'locationId'>) => ({
  subjectType: 'oauth_grant',
  subjectId: id,
  details: { clientId, userId, scopes },
})

type Deps = { db: Database; change: CredentialChange; now: () => Date }

export type OAuthGrants = ReturnType<typeof createOAuthGrants>

/** Consents, codes and refresh tokens. A reused code or token ends its grant. */
export const createOAuthGrants = ({ db, change, now }: Deps) => {
  const later = (ms: number): Date => new Date(now().getTime() + ms)

  const newRefreshToken = async ({ locationId, id }: OAuthGrant, mode: CredentialMode, tx: Tx): Promise<string> => {
    const token = newCredential('rkr', mode)
    await tx
      .insertInto('oauth_refresh_tokens')
      .values({
        location_id: locationId,
        hash: hashOfCredential(token),
        grant_id: id,
        created_at: now(),
        expires_at: later(REFRESH_LIFE_MS),
      })
      .execute()
    await tx
      .updateTable('oauth_grants')
      .where('location_id', '=', locationId)
      .where('id', '=', id)
      .set({ last_used_at: now() })
      .execute()
    return token
  }

  const end = (locationId: string, id: string, { record }: { record: RecordChange }): Promise<OAuthGrant | undefined> =>
    change<OAuthGrant>(
      (tx) =>
        tx
          .updateTable('oauth_grants as g')
          .where('g.location_id', '=', locationId)
          .where('g.id', '=', id)
          .where('g.ended_at', 'is', null)
          .set({ ended_at: now() })
          .returning(COLUMNS)
          .executeTakeFirst(),
      { record, subject },
    )

  /** The grant of a client's code or refresh token, locked until the transaction ends. */
  const lock = (table: 'oauth_codes' | 'oauth_refresh_tokens', clientId: string, hash: Buffer, tx: Tx) =>
    tx
      // The columns that are read are the same in both.
      .selectFrom(`${table} as t` as 'oauth_refresh_tokens as t')
      .innerJoin('oauth_grants as g', (join) =>
        join.onRef('g.location_id', '=', 't.location_id').onRef('g.id', '=', 't.grant_id'),
      )
      .select([...COLUMNS, 't.used_at as usedAt', 't.expires_at as expiresAt', 'g.ended_at as endedAt'])
      .where('t.hash', '=', hash)
      .where('g.client_id', '=', clientId)
      .forUpdate()
      .executeTakeFirst()

  type Redemption = {
    clientId: string
    mode: CredentialMode
    isPublic: boolean
    recordFor: (locationId: string) => RecordChange
  }

  /** Takes no location: the unguessable code or token determines it. */
  const redeem = async (
    table: 'oauth_codes' | 'oauth_refresh_tokens',
    text: string,
    { clientId, mode, isPublic, recordFor }: Redemption,
    /** Whether the request matches. A code is used up in any case; a token is not, because its client has no other. */
    fits: (grant: OAuthGrant, at: { hash: Buffer; tx: Tx }) => boolean | Promise<boolean>,
  ): Promise<Redeemed> => {
    const hash = hashOfCredential(text)
    // A thief who needs no secret must not be given a line of tokens of its own in that time (RFC 9700, 4.14).
    const graceMs = table === 'oauth_codes' || isPublic ? 0 : GRACE_MS
    const result = await db.transaction(async (tx): Promise<Redeemed & { stolen?: OAuthGrant }> => {
      const found = await lock(table, clientId, hash, tx)
      if (!found || found.endedAt) return { ok: false, reason: 'unknown' }
      const { usedAt, expiresAt, endedAt: _none, ...grant } = found
      if (usedAt && usedAt.getTime() + graceMs <= now().getTime()) {
        return { ok: false, reason: 'reused', stolen: grant }
      }
      if (expiresAt <= now()) return { ok: false, reason: 'unknown' }
      const isFit = await fits(grant, { hash, tx })
      if (isFit || table === 'oauth_codes') {
        await tx
          .updateTable(table)
          .where('hash', '=', hash)
          .set({ used_at: usedAt ?? now() })
          .execute()
      }
      if (!isFit) return { ok: false, reason: 'mismatch' }
      return { ok: true, grant, refreshToken: await newRefreshToken(grant, mode, tx) }
    })
    if (result.ok || !result.stolen) return result
    const { locationId, id } = result.stolen
    await end(locationId, id, { record: recordFor(locationId) })
    return { ok: false, reason: result.reason }
  }

  const behindToken = (token: string, clientId: string) =>
    db.kysely
      .selectFrom('oauth_refresh_tokens as t')
      .innerJoin('oauth_grants as g', (join) =>
        join.onRef('g.location_id', '=', 't.location_id').onRef('g.id', '=', 't.grant_id'),
      )
      .where('t.hash', '=', hashOfCredential(token))
      .where('g.client_id', '=', clientId)

  return {
    /**
     * Stores a person's consent and returns a code. An earlier consent gets the new scopes; tokens that the client holds stay
     * valid.
     */
    async consent(locationId: string, wish: Consent, record: RecordChange): Promise<{ code: string; grantId: string }> {
      const { clientId, mode, person, scopes, redirectUri, codeChallenge } = wish
      const code = newCredential('rkc', mode)
      const said = { user_name: person.name, user_role: person.role, scopes: [...scopes] }
      const grant = await change<Omit<OAuthGrant, 'locationId'>>(
        async (tx) => {
          const made = await tx
            .insertInto('oauth_grants')
            .values({
              location_id: locationId,
              id: `gr_${randomToken(18)}`,
              client_id: clientId,
              user_id: person.id,
              ...said,
              created_at: now(),
            })
            .onConflict((conflict) =>
              conflict.columns(['location_id', 'client_id', 'user_id']).where('ended_at', 'is', null).doUpdateSet(said),
            )
            .returning(['id', 'client_id as clientId', 'user_id as userId', 'user_name as userName'])
            .returning(['user_role as userRole', 'scopes'])
            .executeTakeFirstOrThrow()
          await tx
            .insertInto('oauth_codes')
            .values({
              location_id: locationId,
              hash: hashOfCredential(code),
              grant_id: made.id,
              redirect_uri: redirectUri,
              code_challenge: codeChallenge,
              expires_at: later(CODE_LIFE_MS),
            })
            .execute()
          return made
        },
        { record, subject },
      )
      return { code, grantId: grant!.id }
    },

    /** Exchanges a code for the first refresh token. `codeChallenge` is derived from the verifier sent with the code. */
    redeemCode: (
      code: string,
      { redirectUri, codeChallenge, ...by }: Redemption & { redirectUri: string; codeChallenge: string },
    ): Promise<Redeemed> =>
      redeem('oauth_codes', code, by, async (_grant, { hash, tx }) => {
        const kept = await tx
          .selectFrom('oauth_codes')
          .select(['redirect_uri as redirectUri', 'code_challenge as codeChallenge'])
          .where('hash', '=', hash)
          .executeTakeFirstOrThrow()
        return kept.redirectUri === redirectUri && kept.codeChallenge === codeChallenge
      }),

    /** Exchanges a refresh token for the next one, if the request `fits` its grant. */
    refresh: (
      token: string,
      { fits, ...by }: Redemption & { fits: (grant: OAuthGrant) => boolean },
    ): Promise<Redeemed> => redeem('oauth_refresh_tokens', token, by, fits),

    /** The grant behind a client's refresh token that still works. */
    findByRefreshToken: (token: string, clientId: string): Promise<(OAuthGrant & { expiresAt: Date }) | undefined> =>
      behindToken(token, clientId)
        .select([...COLUMNS, 't.expires_at as expiresAt'])
        .where('t.used_at', 'is', null)
        .where('t.expires_at', '>', now())
        .where('g.ended_at', 'is', null)
        .executeTakeFirst(),

    /** Ends the grant behind a client's refresh token, used or not. Undefined when there is none. */
    async endByRefreshToken(
      token: string,
      { clientId, recordFor }: Pick<Redemption, 'clientId' | 'recordFor'>,
    ): Promise<OAuthGrant | undefined> {
      const found = await behindToken(token, clientId)
        .select(['g.id', 'g.location_id as locationId'])
        .executeTakeFirst()
      return found && (await end(found.locationId, found.id, { record: recordFor(found.locationId) }))
    },

    /** Those that have not ended, newest first. */
    list: (locationId: string): Promise<ListedGrant[]> =>
      db.kysely
        .selectFrom('oauth_grants as g')
        .innerJoin('clients as c', 'c.id', 'g.client_id')
        .select([...COLUMNS, 'c.name as clientName', 'c.location_id as clientLocationId'])
        .select(['g.created_at as createdAt', 'g.last_used_at as lastUsedAt'])
        .where('g.location_id', '=', locationId)
        .where('g.ended_at', 'is', null)
        .orderBy('g.created_at', 'desc')
        .orderBy('g.id')
        .execute(),

    /** Ends a grant and its tokens. Undefined when the location has no such grant. */
    end,

    /** Updates what the CRM reports about the person. */
    async noteRole(locationId: string, id: string, role: Role): Promise<void> {
      await change<Omit<OAuthGrant, 'locationId'>>(
        (tx) =>
          tx
            .updateTable('oauth_grants as g')
            .where('g.location_id', '=', locationId)
            .where('g.id', '=', id)
            .set({ user_role: role })
            .returning(COLUMNS)
            .executeTakeFirst(),
        { subject },
      )
    },

    /** Deletes codes and refresh tokens that are rejected anyway. */
    async prune(at: Date): Promise<void> {
      const codesBefore = new Date(at.getTime() - CODE_MEMORY_MS)
      await db.kysely.deleteFrom('oauth_codes').where('expires_at', '<', codesBefore).execute()
      await db.kysely.deleteFrom('oauth_refresh_tokens').where('expires_at', '<', at).execute()
    },
  }
}
