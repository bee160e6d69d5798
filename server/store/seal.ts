// Encrypts secrets for the database: AES-256-GCM with the key's id in the blob, so that keys can be rotated. The
// context is authenticated: a blob copied to another row or column does not open there.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** `[version 1][length of key id][key id][12 bytes nonce][16 bytes tag][ciphertext]` */
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

export type EncryptionKey = { id: string; key: Buffer }

export type Seal = {
  /** Encrypts UTF-8 text under the current key. `context` names the place it is kept, e.g. `installation:L1:access`. */
  seal(plain: string, context: string): Buffer
  /** Decrypts what `seal` made for the same context. Throws when the key is unknown or anything was changed. */
  open(blob: Buffer, context: string): string
  /** True when the blob was made under another key than the current one. */
  needsReseal(blob: Buffer): boolean
}

/**
 * @param keys at least one 32-byte key; the first seals, all open.
 */
export const createSeal = (keys: EncryptionKey[]): Seal => {
  const current = keys[0]
  if (!current) throw new Error('At least one encryption key is needed')
  const byId = new Map(keys.map((entry) => [entry.id, entry.key]))

  const keyIdOf = (blob: Buffer): string => {
    if (blob[0] !== VERSION) throw new Error('Not a sealed value of this version')
    return blob.subarray(2, 2 + blob[1]!).toString('utf8')
  }

  return {
    seal(plain, context) {
      const id = Buffer.from(current.id, 'utf8')
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce)
      cipher.setAAD(Buffer.from(context, 'utf8'))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.from([VERSION, id.length]), id, nonce, cipher.getAuthTag(), body])
    },
    open(blob, context) {
      const id = keyIdOf(blob)
      const key = byId.get(id)
      if (!key) throw new Error(`Sealed under the key "${id}", which ENCRYPTION_KEYS does not hold`)
      const start = 2 + blob[1]!
      const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(start, start + NONCE_BYTES))
      decipher.setAAD(Buffer.from(context, 'utf8'))
      decipher.setAuthTag(blob.subarray(start + NONCE_BYTES, start + NONCE_BYTES + TAG_BYTES))
      const body = blob.subarray(start + NONCE_BYTES + TAG_BYTES)
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    },
    needsReseal: (blob) => keyIdOf(blob) !== current.id,
  }
}
