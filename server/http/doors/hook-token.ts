// The door of incoming webhooks: the token in the address identifies one, and where a secret is set, a signature proves
// the sender.

import { AppError } from '../../errors.ts'
import { type HookVerdict, verifyHookSignature } from '../webhooks/hook-signature.ts'
import { storeOrAskAgain } from '../webhooks/receive.ts'
import type { Door } from './doors.ts'

type Hook = { id: string; locationId: string; name: string; isEnabled: boolean; secret: string | null }

export type HookCaller = Pick<Hook, 'locationId' | 'name'> & {
  hookId: string
  rawBody: Buffer
}

export type HookTokenDeps = {
  hooks: {
    /** Cached for some seconds; undefined when no address has this token. */
    get: (token: string) => Promise<Hook | undefined>
  }
  /** Called for refused calls, after the answer. */
  refused: (hook: { locationId: string; id: string; code: string }) => void
  now: () => Date
}

const TOKEN = /^[\w-]{20,100}$/

const REASONS: Record<Extract<HookVerdict, { ok: false }>['reason'], string> = {
  headers_missing:
    'This address wants signed calls. Send the Standard Webhooks headers, or X-Signature-256: sha256=<HMAC-SHA-256 of the body in hexadecimal>.',
  timestamp_outside: 'The timestamp is more than 5 minutes away from our clock. Sign the call again when you send it.',
  no_match: 'Sign the exact bytes of the body with the secret of this address and send it again.',
}

/** Throws `connection_not_found`, `invalid_signature`, and `cannot_store_now` when the address could not be looked up. */
export const createHookTokenDoor =
  ({ hooks, refused, now }: HookTokenDeps): Door<'hook-token'> =>
  async (request, rawBody) => {
    const token = String(request.params.token)
    const hook = TOKEN.test(token) ? await storeOrAskAgain(() => hooks.get(token)) : undefined
    if (!hook) throw new AppError('connection_not_found', { detail: 'Ask the owner of this address for the new one.' })
    const { id, locationId, name, isEnabled, secret } = hook
    if (!isEnabled) throw new AppError('connection_not_found', { detail: 'This address is switched off.' })
    if (secret !== null) {
      const verdict = verifyHookSignature({ rawBody, header: (one) => request.get(one), secret, now: now() })
      if (!verdict.ok) {
        refused({ locationId, id, code: 'invalid_signature' })
        throw new AppError('invalid_signature', { detail: REASONS[verdict.reason] })
      }
    }
    return { hookId: id, locationId, name, rawBody }
  }
