// API keys: `rk_live_…` and `rk_test_…`.

import { type CredentialMode, newCredential, type ParsedCredential, parseCredential } from './credential-text.ts'

/** A new key; shown once to whoever asked for it. */
export const newApiKey = (mode: CredentialMode): string => newCredential('rk', mode)

/** Checks form and checksum without asking anybody. */
export const parseApiKey = (text: string): ParsedCredential => parseCredential('rk', text)

/** True for whatever was meant to be a key, also a damaged one: it is no access token. */
export const looksLikeApiKey = (text: string): boolean => text.startsWith('rk_')
