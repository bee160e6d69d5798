// Decrypts the custom page's user context: CryptoJS AES with a passphrase, the app's shared secret. It has no expiry,
// audience or MAC, so its content is only a claim, to be checked against an installation. Format: base64 of "Salted__",
// 8 bytes of salt, AES-256-CBC; key and IV by OpenSSL's EVP_BytesToKey (MD5, one round).

import { createDecipheriv, createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { hostIn } from './domain.ts'

const MAX_LENGTH = 8_192
const PREFIX = Buffer.from('Salted__')
const BLOCK = 16

const id = z.string().regex(/^[\w-]{1,128}$/)
/** Both may be empty: https://github.com/GoHighLevel/highlevel-api-docs/issues/41 */
const idOrEmpty = z.union([id, z.literal('')])

const contextSchema = z.object({
  userId: id,
  companyId: idOrEmpty.nullish().transform((value) => value ?? ''),
  /** `admin` also for the owner. Anything unknown is not an administrator. */
  role: z.string().transform((role): 'admin' | 'user' => (role === 'admin' ? 'admin' : 'user')),
  userName: z.string().max(300).catch(''),
  email: z.string().max(320).catch(''),
  /** Where the page is open. `type` means something else (agency users inside a location are `agency`). */
  activeLocation: idOrEmpty.nullish().transform((value) => value || undefined),
  isAgencyOwner: z.boolean().optional().catch(undefined),
  versionId: z.string().max(128).optional().catch(undefined),
  whitelabelDetails: z
    .object({ domain: z.string().optional().catch(undefined).transform(hostIn) })
    .optional()
    .catch(undefined),
})

export type UserContext = z.output<typeof contextSchema>

const md5 = (...parts: Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest()

const decrypt = (sealed: Buffer, secret: string): string => {
  const passphrase = Buffer.from(secret, 'utf8')
  const salt = sealed.subarray(PREFIX.length, BLOCK)
  const first = md5(passphrase, salt)
  const second = md5(first, passphrase, salt)
  const iv = md5(second, passphrase, salt)
  const decipher = createDecipheriv('aes-256-cbc', Buffer.concat([first, second]), iv)
  const plain = Buffer.concat([decipher.update(sealed.subarray(BLOCK)), decipher.final()])
  return new TextDecoder('utf-8', { fatal: true }).decode(plain)
}

const bytesOf = (payload: string): Buffer | undefined => {
  if (payload.length > MAX_LENGTH || !/^[A-Za-z0-9+/]+={0,2}$/.test(payload)) return undefined
  const sealed = Buffer.from(payload, 'base64')
  const isWhole = sealed.length >= 2 * BLOCK && sealed.length % BLOCK === 0
  return isWhole && sealed.subarray(0, PREFIX.length).equals(PREFIX) ? sealed : undefined
}

/**
 * Opens the payload of `REQUEST_USER_DATA_RESPONSE` with the first secret that fits; several are accepted during
 * rotation. Throws `user_context_invalid` for every fault, so that the response reveals nothing.
 */
export const openUserContext = (payload: string, secrets: readonly string[]): UserContext => {
  const sealed = bytesOf(payload)
  if (sealed) {
    for (const secret of secrets) {
      try {
        return contextSchema.parse(JSON.parse(decrypt(sealed, secret)))
      } catch {
        // A wrong secret shows as bad padding, UTF-8, JSON or shape.
      }
    }
  }
  throw new AppError('user_context_invalid')
}
