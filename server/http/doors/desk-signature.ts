// The door of support desk webhooks: the address names the desk; its signature or secret proves the sender.

import { AppError } from '../../errors.ts'
import type { DeskKind } from '../../support/desk.ts'
import type { DeskVerdict } from '../../support/webhook.ts'
import { storeOrAskAgain } from '../webhooks/receive.ts'
import type { Door } from './doors.ts'

/** A desk as the door needs it, with open secrets. */
type Desk = { deskId: string; locationId: string; kind: DeskKind; secrets: string[] }

export type SignedDeskRequest = Omit<Desk, 'secrets'> & {
  /** The same at every delivery of one event; undefined where the desk sends none outside the body. */
  eventId: string | undefined
}

type Signed = {
  kind: DeskKind
  secrets: readonly string[]
  rawBody: Buffer
  header: (name: string) => string | undefined
  now: Date
}

export type DeskSignatureDeps = {
  find: (deskId: string) => Promise<Desk | undefined>
  verify: (signed: Signed) => DeskVerdict
  now: () => Date
}

const REASONS = {
  headers_missing: 'The headers that prove the sender are missing. The support desk page of this account names them.',
  timestamp_outside: 'The timestamp is more than 5 minutes away from our clock. Sign the event again when you send it.',
  no_match: 'Sign the exact bytes of the body with the current secret, or send the current secret in its header.',
} as const

const ID = /^[\w-]{1,64}$/

/** Throws `connection_not_found`, `invalid_signature`, and `cannot_store_now` when the desk could not be looked up. */
export const createDeskSignatureDoor =
  ({ find, verify, now }: DeskSignatureDeps): Door<'desk-signature'> =>
  async (request, rawBody) => {
    const id = String(request.params.deskId)
    const desk = ID.test(id) ? await storeOrAskAgain(() => find(id)) : undefined
    if (!desk) throw new AppError('connection_not_found')
    const { deskId, locationId, kind, secrets } = desk
    const verdict = verify({ kind, secrets, rawBody, header: (name) => request.get(name), now: now() })
    if (!verdict.ok) throw new AppError('invalid_signature', { detail: REASONS[verdict.reason] })
    return { deskId, locationId, kind, eventId: verdict.eventId }
  }
