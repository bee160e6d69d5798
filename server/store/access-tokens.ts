// Revoked access tokens (RFC 7009). Tokens themselves are not stored.

import type { KnownToken, TokenName } from '../api/authenticate.ts'
import type { CredentialChange, RecordChange } from './credential-change.ts'
import type { Database } from './db.ts'

type Deps = { db: Database; change: CredentialChange; now: () => Date }

export type AccessTokens = ReturnType<typeof createAccessTokens>

/** Revocation of access tokens, one or all of a client. */
export const createAccessTokens = ({ db, change, now }: Deps) => ({
  /** Revokes a token; undefined when it was already revoked. */
  revoke: (
    locationId: string,
    { jti, clientId, expiresAt, record }: { jti: string; clientId: string; expiresAt: Date; record: RecordChange },
  ): Promise<{ jti: string } | undefined> =>
    change<{ jti: string }>(
      (tx) =>
        tx
          .insertInto('revoked_tokens')
          .values({
            location_id: locationId,
            jti,
            client_id: clientId,
            revoked_at: now(),
            expires_at: expiresAt,
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning('jti')
          .executeTakeFirst(),
      { record, subject: () => ({ subjectType: 'access_token', subjectId: jti, details: { clientId } }) },
    ),

  /** Takes no location: the token, whose signature was checked, names its client. Undefined when the client is gone. */
  async state({ clientId, jti, grantId }: TokenName): Promise<KnownToken | undefined> {
    const row = await db.kysely
      .selectFrom('clients as c')
      .leftJoin('revoked_tokens as r', (join) =>
        join.onRef('r.location_id', '=', 'c.location_id').on('r.jti', '=', jti),
      )
      .leftJoin('oauth_grants as g', (join) => join.onRef('g.client_id', '=', 'c.id').on('g.id', '=', grantId ?? ''))
      .select((columns) => [
        'c.location_id as locationId',
        'c.mode',
        columns('c.status', '=', 'active').$castTo<boolean>().as('isClientEnabled'),
        'c.scopes as clientScopes',
        'c.tokens_valid_from as tokensValidFrom',
        columns('r.jti', 'is not', null).$castTo<boolean>().as('isRevoked'),
        'g.location_id as grantLocationId',
        'g.user_id as userId',
        'g.user_role as userRole',
        'g.scopes as grantScopes',
        'g.ended_at as endedAt',
      ])
      .where('c.id', '=', clientId)
      .executeTakeFirst()
    if (!row) return undefined
    const { grantLocationId, userId, userRole, grantScopes, endedAt, ...client } = row
    if (grantLocationId === null) return client
    const grant = { locationId: grantLocationId, userId: userId!, userRole: userRole!, scopes: grantScopes! }
    return { ...client, grant: { ...grant, isEnded: endedAt !== null } }
  },

  /** Deletes tokens that expired before `at`, which are rejected anyway. */
  async prune(at: Date): Promise<void> {
    await db.kysely.deleteFrom('revoked_tokens').where('expires_at', '<', at).execute()
  },
})
