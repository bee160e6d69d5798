// The encrypted user context that the platform hands to an embedded page, as CryptoJS.AES.encrypt makes it: base64 of
// "Salted__", 8 bytes of salt and AES-256-CBC; key and iv by EVP_BytesToKey with MD5 and one round.

import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { appIdOf } from './installs.ts'
import type { State } from './state.ts'

const md5 = (...parts: Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest()

/** `plain` encrypted with `passphrase`; `salt` (8 bytes) is random when left out. */
export const encryptAsCryptoJs = (plain: string, passphrase: string, salt: Buffer = randomBytes(8)): string => {
  const secret = Buffer.from(passphrase)
  const first = md5(secret, salt)
  const second = md5(first, secret, salt)
  const iv = md5(second, secret, salt)
  const cipher = createCipheriv('aes-256-cbc', Buffer.concat([first, second]), iv)
  return Buffer.concat([Buffer.from('Salted__'), salt, cipher.update(plain, 'utf8'), cipher.final()]).toString('base64')
}

export type UserContextInput = {
  userId: string
  /** Where the page is open: in a location, or in the company's own view. */
  locationId?: string | undefined
  companyId?: string | undefined
  /** Overrides the user's own role. */
  role?: 'admin' | 'user' | undefined
}

/** What the context says. Throws when the user is not known. */
export const userContextOf = (state: State, input: UserContextInput, clientId: string): Record<string, unknown> => {
  const user = state.users.get(input.userId)
  if (!user) throw new Error(`The simulated CRM has no user ${input.userId}.`)
  return {
    userId: user.id,
    companyId: input.companyId ?? user.companyId,
    // "admin" for the owner, too; isAgencyOwner tells.
    role: input.role ?? user.role,
    // Of the user, not of the place: agency people working in a location are "agency".
    type: user.type === 'agency' ? 'agency' : 'location',
    ...(input.locationId && { activeLocation: input.locationId }),
    userName: `${user.firstName} ${user.lastName}`,
    email: user.email,
    isAgencyOwner: user.isOwner,
    versionId: appIdOf(clientId),
    appStatus: 'live',
    whitelabelDetails: state.companies.get(user.companyId)?.whitelabel ?? {},
  }
}
