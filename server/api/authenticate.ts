// Authenticates callers of our API by access token or API key. Refusals are return values, not exceptions. Knows no
// express and no database.

import { timingSafeEqual } from 'node:crypto'
import { isAddressAllowed } from './address-ranges.ts'
import { looksLikeApiKey, parseApiKey } from './api-key.ts'
import { type CredentialFault, type CredentialMode, hashOfCredential } from './credential-text.ts'
import { type Role, type Scope, scopesOfRole, scopesWithin } from './scopes.ts'
import type { Opened, OpenedToken } from './tokens.ts'

export type ApiCaller = {
  /** Whose data the call is about. */
  locationId: string
  /** Whose client it is; another one than `locationId` when a test credential acts on the sandbox. */
  ownerLocationId: string
  clientId: string
  /** With an API key only. */
  keyId?: string
  /** On behalf of a person, maybe of another account than the client's. */
  grant?: { id: string; locationId: string; userId: string }
  scopes: Scope[]
  mode: CredentialMode
}

/** A credential whose client is known, whether it is let in or not. */
export type Identity = Pick<ApiCaller, 'ownerLocationId' | 'clientId' | 'keyId'>

export type RefusalReason =
  | 'missing'
  | 'scheme'
  | 'client_secret'
  | 'two_credentials'
  | `key_${CredentialFault}`
  | 'unknown'
  | 'expired'
  | 'revoked'
  | 'client_disabled'
  | 'address'
  | 'no_sandbox'

export type Authenticated = { ok: true; caller: ApiCaller } | { ok: false; reason: RefusalReason; identity?: Identity }

export type Presented = {
  authorization: string | undefined
  apiKey: string | undefined
  /** Answers the caller's address; undefined when it has gone already. Asked by keys that are bound to addresses. */
  address: () => string | undefined
}

/** A key and its client as they are now. */
export type KnownKey = {
  id: string
  locationId: string
  clientId: string
  mode: CredentialMode
  hash: Buffer
  scopes: string[]
  clientScopes: string[]
  isClientEnabled: boolean
  allowedRanges: string[]
  expiresAt: Date | null
  revokedAt: Date | null
}

/** A token's client as it is now, and whether the token was taken back. */
export type KnownToken = {
  locationId: string
  mode: CredentialMode
  isClientEnabled: boolean
  clientScopes: string[]
  tokensValidFrom: Date
  isRevoked: boolean
  /** Of the grant that was asked for, when there is one like it. */
  grant?: { locationId: string; userId: string; userRole: Role; scopes: string[]; isEnded: boolean }
}

/** Names the state of a token that is asked for. */
export type TokenName = Pick<OpenedToken, 'clientId' | 'jti' | 'grantId'>

/** Why a token that we have signed opens nothing now; undefined when it does. */
export const tokenFault = (
  { issuedAt, grantId }: Pick<OpenedToken, 'issuedAt' | 'grantId'>,
  state: KnownToken,
): 'client_disabled' | 'revoked' | undefined => {
  if (!state.isClientEnabled) return 'client_disabled'
  if (grantId !== undefined && (!state.grant || state.grant.isEnded)) return 'revoked'
  return state.isRevoked || issuedAt < state.tokensValidFrom ? 'revoked' : undefined
}

/** What a token reaches now: never further than its client, and the person whose behalf it is on. */
export const reachOf = ({ scopes }: Pick<OpenedToken, 'scopes'>, { clientScopes, grant }: KnownToken): Scope[] => {
  const own = scopesWithin(scopes, clientScopes)
  return grant ? scopesWithin(scopesWithin(own, grant.scopes), scopesOfRole(grant.userRole)) : own
}

type Deps = {
  /** Asked with every request: answer from memory for some seconds. */
  findKey: (hash: Buffer) => Promise<KnownKey | undefined>
  openToken: (text: string) => Promise<Opened>
  /** Asked with every request: answer from memory for some seconds. */
  tokenState: (token: TokenName) => Promise<KnownToken | undefined>
  /** The location that test credentials of this one act on; undefined when there is no sandbox here. */
  sandboxOf: (locationId: string) => string | undefined
  now: () => Date
}

const BEARER = /^Bearer +([\w.~+/=-]+)$/i

type Credential =
  | { kind: 'key' | 'token'; text: string }
  | { kind: 'missing' | 'two_credentials' | 'scheme' | 'client_secret' }

/** RFC 6750 (2) forbids to send two. */
const credentialIn = ({ authorization, apiKey }: Presented): Credential => {
  if (authorization !== undefined && apiKey !== undefined) return { kind: 'two_credentials' }
  if (apiKey !== undefined) return { kind: 'key', text: apiKey.trim() }
  if (authorization === undefined) return { kind: 'missing' }
  const text = BEARER.exec(authorization)?.[1]
  if (text === undefined) return { kind: 'scheme' }
  if (text.startsWith('rks_')) return { kind: 'client_secret' }
  return { kind: looksLikeApiKey(text) ? 'key' : 'token', text }
}

/** Returns the function that authenticates one request's credential. */
export const createAuthenticate = ({ findKey, openToken, tokenState, sandboxOf, now }: Deps) => {
  const letIn = (caller: Omit<ApiCaller, 'locationId'>, identity: Identity): Authenticated => {
    const home = caller.grant?.locationId ?? caller.ownerLocationId
    const locationId = caller.mode === 'live' ? home : sandboxOf(home)
    if (locationId === undefined) return { ok: false, reason: 'no_sandbox', identity }
    return { ok: true, caller: { ...caller, locationId } }
  }

  const byKey = async (text: string, address: Presented['address']): Promise<Authenticated> => {
    const parsed = parseApiKey(text)
    if (!parsed.ok) return { ok: false, reason: `key_${parsed.reason}` }
    const hash = hashOfCredential(text)
    const key = await findKey(hash)
    if (!key || !timingSafeEqual(hash, key.hash)) return { ok: false, reason: 'unknown' }
    const identity = { ownerLocationId: key.locationId, clientId: key.clientId, keyId: key.id }
    const refuse = (reason: RefusalReason): Authenticated => ({ ok: false, reason, identity })
    if (key.revokedAt) return refuse('revoked')
    if (key.expiresAt && key.expiresAt <= now()) return refuse('expired')
    if (!key.isClientEnabled) return refuse('client_disabled')
    if (key.allowedRanges.length > 0 && !isAddressAllowed(address(), key.allowedRanges)) return refuse('address')
    return letIn({ ...identity, scopes: scopesWithin(key.scopes, key.clientScopes), mode: key.mode }, identity)
  }

  const byToken = async (text: string): Promise<Authenticated> => {
    const opened = await openToken(text)
    if (!opened.ok) return { ok: false, reason: opened.reason === 'expired' ? 'expired' : 'unknown' }
    const { clientId, grantId } = opened.token
    const state = await tokenState(opened.token)
    if (!state) return { ok: false, reason: 'unknown' }
    const identity = { ownerLocationId: state.locationId, clientId }
    const fault = tokenFault(opened.token, state)
    if (fault) return { ok: false, reason: fault, identity }
    const grant =
      grantId !== undefined && state.grant
        ? { grant: { id: grantId, locationId: state.grant.locationId, userId: state.grant.userId } }
        : {}
    return letIn({ ...identity, ...grant, scopes: reachOf(opened.token, state), mode: state.mode }, identity)
  }

  return async (presented: Presented): Promise<Authenticated> => {
    const credential = credentialIn(presented)
    if (credential.kind === 'key') return await byKey(credential.text, presented.address)
    if (credential.kind === 'token') return await byToken(credential.text)
    return { ok: false, reason: credential.kind }
  }
}

export type Authenticate = ReturnType<typeof createAuthenticate>
