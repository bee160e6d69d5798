// Client authentication at our OAuth endpoints: client_secret_basic, client_secret_post (RFC 6749, 2.3.1) or
// private_key_jwt (RFC 7523). Public clients only state their id (none). Refusals are return values, not exceptions.
// Knows no express and no database.

import { ASSERTION_TYPE, checkAssertion, claimedClient } from './client-assertion.ts'
import { type CredentialMode, parseCredential } from './credential-text.ts'
import type { OAuthFault } from './oauth-fault.ts'
import type { PublicKey } from './public-keys.ts'
import { matchesSecret } from './secret-match.ts'

export const CLIENT_AUTHENTICATION_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
/** Where clients that cannot keep a secret may come, too. */
export const PUBLIC_AUTHENTICATION_METHODS = [...CLIENT_AUTHENTICATION_METHODS, 'none'] as const

/** A client as it is now; the only view with hashes. */
export type KnownClient = {
  id: string
  locationId: string
  mode: CredentialMode
  isEnabled: boolean
  /** It proves nothing: whoever says its id is taken for it. */
  isPublic: boolean
  scopes: string[]
  secrets: { hash: Buffer; expiresAt: Date | null }[]
  tokensValidFrom: Date
}

/** `form`: the members of the body, each at most once. */
export type ClientProof = { authorization: string | undefined; form: Record<string, string> }

export type AuthenticatedClient = { ok: true; client: KnownClient } | OAuthFault

type Deps = {
  findClient: (id: string) => Promise<KnownClient | undefined>
  keysOf: (client: KnownClient) => Promise<PublicKey[]>
  /** True for the first use of an assertion, on whichever node. */
  useAssertion: (client: KnownClient, assertion: { jti: string; expiresAt: Date }) => Promise<boolean>
  /** What the audience of an assertion may be: our issuer and the token endpoint. */
  audiences: readonly string[]
  now: () => Date
}

const invalidRequest = (description: string): OAuthFault => ({ ok: false, error: 'invalid_request', description })

const invalidClient = (description: string): OAuthFault => ({ ok: false, error: 'invalid_client', description })

/** One text for "unknown" and "wrong", so that ids cannot be tried out. */
const WRONG = 'The client is unknown or its credentials are wrong.'

type Basic = { id: string; secret: string }

/** What may be asked for at all: the database would choke on some characters. */
const CLIENT_ID = /^[\w-]{1,64}$/

/** Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1). */
const decodeBasic = (authorization: string): Basic | undefined => {
  const encoded = /^Basic +([\w+/=-]+)$/i.exec(authorization)?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) return undefined
  const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '))
  try {
    return { id: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) }
  } catch {
    return undefined
  }
}

/** Returns the function that authenticates a client; each assertion works once. */
export const createClientAuthentication = ({ findClient, keysOf, useAssertion, audiences, now }: Deps) => {
  const find = async (id: string): Promise<KnownClient | undefined> =>
    CLIENT_ID.test(id) ? await findClient(id) : undefined

  const bySecret = async ({ id, secret }: Basic): Promise<AuthenticatedClient> => {
    const parsed = parseCredential('rks', secret)
    if (!parsed.ok && parsed.reason !== 'form') return invalidClient('The client secret was not copied completely.')
    const client = await find(id)
    // Without a client the comparison is made all the same, with nothing to match.
    const isRight = matchesSecret(secret, client?.secrets ?? [NO_SECRET], now())
    return client && isRight ? enabled(client) : invalidClient(WRONG)
  }

  const byAssertion = async (text: string, statedId: string | undefined): Promise<AuthenticatedClient> => {
    const id = claimedClient(text)
    if (id === undefined) return invalidClient('The client assertion is not a JWT with a subject.')
    if (statedId !== undefined && statedId !== id) return invalidClient('The assertion is of another client.')
    const client = await find(id)
    if (!client) return invalidClient(WRONG)
    const checked = await checkAssertion(text, { clientId: id, keys: await keysOf(client), audiences, now: now() })
    if (!checked.ok) return invalidClient(checked.detail)
    const isFirstUse = await useAssertion(client, checked.assertion)
    return isFirstUse ? enabled(client) : invalidClient('The assertion was used before; make a new one per request.')
  }

  return async ({ authorization, form }: ClientProof): Promise<AuthenticatedClient> => {
    const { client_id: id, client_secret: secret, client_assertion: assertion, client_assertion_type: type } = form
    const ways = [authorization, secret, assertion].filter((way) => way !== undefined)
    if (ways.length > 1) return invalidRequest('Use one way of client authentication, not several.')
    if (authorization !== undefined) {
      const basic = decodeBasic(authorization)
      if (!basic) return invalidClient('The Authorization header is not HTTP Basic with client id and secret.')
      if (id !== undefined && id !== basic.id) return invalidRequest('The client_id differs from the header.')
      return await bySecret(basic)
    }
    if (assertion !== undefined) {
      if (type !== ASSERTION_TYPE) return invalidRequest(`The client_assertion_type must be ${ASSERTION_TYPE}.`)
      return await byAssertion(assertion, id)
    }
    if (id !== undefined && secret !== undefined) return await bySecret({ id, secret })
    const client = id === undefined ? undefined : await find(id)
    return client?.isPublic ? enabled(client) : invalidClient('Send the client id and the client secret.')
  }
}

export type AuthenticateClient = ReturnType<typeof createClientAuthentication>

const NO_SECRET = { hash: Buffer.alloc(32), expiresAt: null }

const enabled = (client: KnownClient): AuthenticatedClient =>
  client.isEnabled ? { ok: true, client } : invalidClient('The client is switched off.')
