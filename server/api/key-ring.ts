// Keys that sign access tokens: created at the first start, rotated monthly, published before they sign and for as long
// afterwards as their tokens may live. Knows no database; the store is a dependency.

import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'

export const SIGNING_ALGORITHM = 'ES256'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const SIGNS_MS = 30 * DAY_MS
/** Others may keep our published keys for a while; a new one is there before they meet it. */
const PUBLISHED_AHEAD_MS = DAY_MS
/** More than a token lives. */
const VERIFIES_AFTER_MS = 60 * MINUTE_MS
/** How long a node goes on with what it has read: until then it may accept a key that was retired elsewhere. */
const MEMORY_MS = 15_000
/** A token may name any key id; so often at most it makes us read again. */
const REREAD_MS = 1_000

/** A signing key and its term. Until `verifiesUntil` it is published and what it has signed is accepted. */
export type RingKey = {
  kid: string
  algorithm: string
  publicJwk: Record<string, unknown>
  privateJwk: Record<string, unknown>
  signsFrom: Date
  signsUntil: Date
  verifiesUntil: Date
}

type Term = Pick<RingKey, 'signsFrom' | 'signsUntil' | 'verifiesUntil'>

const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms)

const signsAt = (keys: readonly Term[], at: Date): Term | undefined =>
  keys.findLast(({ signsFrom, signsUntil }) => signsFrom <= at && at < signsUntil)

/** The term of the key that has to be made now, or undefined when none is due. `keys` in the order in which they sign. */
export const dueTerm = (keys: readonly Term[], at: Date): Term | undefined => {
  const current = signsAt(keys, at)
  const isFollowed = keys.some(({ signsUntil }) => signsUntil > after(at, PUBLISHED_AHEAD_MS))
  if (current && isFollowed) return undefined
  const signsFrom = current ? current.signsUntil : at
  const signsUntil = after(signsFrom, SIGNS_MS)
  return { signsFrom, signsUntil, verifiesUntil: after(signsUntil, VERIFIES_AFTER_MS) }
}

const newKey = async (term: Term): Promise<RingKey> => {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  return {
    kid,
    algorithm: SIGNING_ALGORITHM,
    publicJwk: { ...publicJwk, kid, alg: SIGNING_ALGORITHM, use: 'sig' },
    privateJwk: { ...(await exportJWK(privateKey)) },
    ...term,
  }
}

type ImportedKey = Awaited<ReturnType<typeof importJWK>>

type Ring = { keys: RingKey[]; verifiers: Map<string, ImportedKey>; readAt: number }

type Deps = {
  store: {
    /** Keys that still verify, in the order in which they sign. */
    list(): Promise<RingKey[]>
    /** Adds what `next` makes, one node at a time; answers all keys. */
    ensure(next: (keys: RingKey[]) => Promise<RingKey | undefined>): Promise<RingKey[]>
  }
  now: () => Date
}

export type KeyRing = {
  /** The key to sign with now. */
  signer(): Promise<{ kid: string; key: ImportedKey }>
  /** The public key of that id; undefined when there is none that may still verify. */
  verifier(kid: string): Promise<ImportedKey | undefined>
  /** What is published (RFC 7517). */
  published(): Promise<{ keys: JWK[] }>
}

/** The key ring over the shared store; creates and rotates keys as needed. */
export const createKeyRing = ({ store, now }: Deps): KeyRing => {
  let ring: Ring | undefined
  let reading: Promise<Ring> | undefined

  const read = async (): Promise<Ring> => {
    const readAt = now().getTime()
    const found = await store.list()
    const keys = dueTerm(found, now())
      ? await store.ensure(async (there) => {
          const term = dueTerm(there, now())
          return term && (await newKey(term))
        })
      : found
    const imported = keys.map(async (key) => [key.kid, await importJWK(key.publicJwk, key.algorithm)] as const)
    return { keys, verifiers: new Map(await Promise.all(imported)), readAt }
  }

  const fresh = async (maxAgeMs = MEMORY_MS): Promise<Ring> => {
    if (ring && now().getTime() - ring.readAt < maxAgeMs) return ring
    reading ??= read().finally(() => {
      reading = undefined
    })
    ring = await reading
    return ring
  }

  return {
    async signer() {
      const { keys } = await fresh()
      const current = signsAt(keys, now()) as RingKey
      return { kid: current.kid, key: await importJWK(current.privateJwk, current.algorithm) }
    },
    async verifier(kid) {
      let { keys, verifiers } = await fresh()
      // Another node may have made it a moment ago.
      if (!verifiers.has(kid)) ({ keys, verifiers } = await fresh(REREAD_MS))
      const isInTerm = keys.some((key) => key.kid === kid && now() < key.verifiesUntil)
      return isInTerm ? verifiers.get(kid) : undefined
    },
    async published() {
      const { keys } = await fresh()
      return { keys: keys.filter((key) => now() < key.verifiesUntil).map(({ publicJwk }) => publicJwk as JWK) }
    },
  }
}
