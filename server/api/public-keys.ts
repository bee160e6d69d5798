// Parses the public keys clients register for signed token requests: a JWK Set, a JWK, or PEM. Accepts only public keys
// of sufficient strength.

import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'

const MIN_RSA_BITS = 2048
const MAX_KEYS = 10
const KID = /^[\x21-\x7e]{1,128}$/

export type PublicKey = { kid: string; jwk: JWK }

/** Why what somebody sent is none that can be registered. */
export type KeyFault = 'private' | 'unknown' | 'weak' | 'many' | 'same'

export type ReadKeys = { ok: true; keys: PublicKey[] } | { ok: false; reason: KeyFault; detail: string }

/** Algorithms by which a key of ours may have signed; the sender's header chooses among these and no others. */
export const algorithmsOf = ({ kty, crv }: JWK): string[] => {
  if (kty === 'RSA') return ['RS256', 'PS256']
  if (crv === 'P-256') return ['ES256']
  if (crv === 'P-384') return ['ES384']
  return crv === 'Ed25519' ? ['EdDSA', 'Ed25519'] : []
}

export const ASSERTION_ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519']

const refuse = (reason: KeyFault, detail: string): ReadKeys & { ok: false } => ({ ok: false, reason, detail })

const PRIVATE =
  'This is a private key. Keep it to yourself, replace it since it has been sent, and send its public part.'
const UNKNOWN = 'Send a JWK Set, a JWK or a PEM text with -----BEGIN PUBLIC KEY-----.'
const WEAK = `Use an EC key (P-256, P-384), an Ed25519 key, or an RSA key of at least ${MIN_RSA_BITS} bits.`

const toKey = (source: string | JWK): KeyObject | undefined => {
  try {
    return typeof source === 'string' ? createPublicKey(source) : createPublicKey({ key: source, format: 'jwk' })
  } catch {
    return undefined
  }
}

const readOne = async (source: string | JWK): Promise<PublicKey | (ReadKeys & { ok: false })> => {
  // Checked before the key is read: a public key can be made of every private one.
  if (typeof source === 'string' ? source.includes('PRIVATE KEY') : 'd' in source) return refuse('private', PRIVATE)
  const key = toKey(source)
  if (!key) return refuse('unknown', UNKNOWN)
  const jwk = key.export({ format: 'jwk' }) as JWK
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (algorithmsOf(jwk).length === 0 || (bits !== undefined && bits < MIN_RSA_BITS)) return refuse('weak', WEAK)
  const named = typeof source === 'string' ? undefined : source.kid
  const kid = typeof named === 'string' && KID.test(named) ? named : await calculateJwkThumbprint(jwk)
  return { kid, jwk: { ...jwk, kid } }
}

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The sources of a text: several PEM blocks, the members of a set, or one JWK. */
const sourcesIn = (text: string): (string | JWK)[] => {
  const blocks = text.match(/-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g)
  if (blocks) return blocks
  const value = asJson(text)
  if (typeof value !== 'object' || value === null) return []
  const list = 'keys' in value ? value.keys : [value]
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'object' && entry !== null) : []
}

/** Reads what somebody has pasted. Keys without a `kid` get their thumbprint (RFC 7638) as one. */
export const readPublicKeys = async (text: string): Promise<ReadKeys> => {
  const sources = sourcesIn(text)
  if (sources.length === 0) return refuse('unknown', UNKNOWN)
  if (sources.length > MAX_KEYS) return refuse('many', `Send at most ${MAX_KEYS} keys.`)
  const keys: PublicKey[] = []
  for (const source of sources) {
    const read = await readOne(source)
    if ('ok' in read) return read
    if (keys.some(({ kid }) => kid === read.kid)) return refuse('same', `Two keys have the same kid, "${read.kid}".`)
    keys.push(read)
  }
  return { ok: true, keys }
}
