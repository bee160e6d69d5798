// The format of our credentials: `<kind>_<mode>_<secret><checksum>`. The kind lets secret scanners recognise them; the
// checksum tells a typo from a credential offline. Knows no database.

import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

export type CredentialMode = 'live' | 'test'

/** `rk`: an API key. `rks`: the secret of a client. `rkc`: an authorization code. `rkr`: a refresh token. */
export type CredentialKind = 'rk' | 'rks' | 'rkc' | 'rkr'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = BigInt(DIGITS.length)
const SECRET_BYTES = 32
/** 62^43 is just above 2^256. */
const SECRET_DIGITS = 43
/** 62^6 is above 2^32. */
const CHECK_DIGITS = 6
const VISIBLE_DIGITS = 4

const toBase62 = (value: bigint, digits: number): string => {
  let text = ''
  for (let rest = value, i = 0; i < digits; i++, rest /= BASE) text = DIGITS[Number(rest % BASE)] + text
  return text
}

/** CRC-32 (IEEE) of all that stands before it, in base 62, as other vendors do it. Made at each call: no big integers. */
const checksumOf = (body: string): string => {
  let text = ''
  for (let rest = crc32(body), i = 0; i < CHECK_DIGITS; i++, rest = Math.floor(rest / DIGITS.length)) {
    text = DIGITS[rest % DIGITS.length] + text
  }
  return text
}

/** A new credential with 256 random bits. */
export const newCredential = (kind: CredentialKind, mode: CredentialMode): string => {
  const secret = toBase62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_DIGITS)
  const body = `${kind}_${mode}_${secret}`
  return body + checksumOf(body)
}

/** `checksum` and `incomplete` are typos; `form` is something else altogether. */
export type CredentialFault = 'form' | 'incomplete' | 'checksum'

export type ParsedCredential = { ok: true; mode: CredentialMode } | { ok: false; reason: CredentialFault }

const LENGTH = SECRET_DIGITS + CHECK_DIGITS

/** Whether a text can be a credential of this kind. Says nothing of whether there is such a one. */
export const parseCredential = (kind: CredentialKind, text: string): ParsedCredential => {
  const [, mode, tail] = /^[a-z]+_(live|test)_([0-9A-Za-z]*)$/.exec(text) ?? []
  if (!text.startsWith(`${kind}_`) || mode === undefined || tail === undefined) return { ok: false, reason: 'form' }
  if (tail.length !== LENGTH) return { ok: false, reason: 'incomplete' }
  const body = text.slice(0, -CHECK_DIGITS)
  if (checksumOf(body) !== text.slice(-CHECK_DIGITS)) return { ok: false, reason: 'checksum' }
  return { ok: true, mode: mode as CredentialMode }
}

/** What is kept instead of a credential. Plain SHA-256: 256 random bits cannot be guessed, however fast one tries. */
export const hashOfCredential = (text: string): Buffer => hash('sha256', text, 'buffer')

/** `rk_live_AbCd`: enough to tell one from another, no help in guessing the rest. */
export const visibleStart = (text: string): string => text.slice(0, text.lastIndexOf('_') + 1 + VISIBLE_DIGITS)
