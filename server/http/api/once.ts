// `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header): a repeated call with the same key gets the response of
// the first one. While the first one is still running, a repeated call is told to wait.

import { createHash } from 'node:crypto'
import { AppError, asAppError } from '../../errors.ts'
import { derivedId, newId } from '../../ids.ts'
import type { Claim } from '../../store/api-answers.ts'
import { json, type Reply } from '../reply.ts'
import type { Call } from '../route.ts'

/** A call's identity; a retry after a lost response has the same one. */
export type OnceCall = { id: string; startedAt: Date; isFresh: boolean; key: string | undefined }

/** Runs `work` once per Idempotency-Key and returns its reply or the stored one. */
export type Once = (call: Call<'api'>, work: (run: OnceCall) => Promise<Reply>) => Promise<Reply>

type Named = { clientId: string; key: string }

type Deps = {
  answers: {
    claim(
      locationId: string,
      wish: Named & { fingerprint: Buffer; at: Date; lockMs: number; lifeMs: number },
    ): Promise<Claim>
    keep(
      locationId: string,
      call: Named,
      answer: { status: number; headers: Record<string, string>; body: string },
    ): Promise<void>
    unlock(locationId: string, call: Named): Promise<void>
    giveBack(locationId: string, call: Named): Promise<void>
  }
  now: () => Date
}

/** Longer than any call takes. After that, its process is considered dead. */
const LOCK_MS = 120_000
const LIFE_MS = 86_400_000

/** The draft requires a quoted string; most clients send it unquoted. */
const KEY = /^"?([\x21\x23-\x7e]{1,255})"?$/

const keyIn = ({ request }: Call<'api'>): string | undefined => {
  const header = request.get('idempotency-key')
  if (header === undefined) return undefined
  const key = KEY.exec(header)?.[1]
  if (key === undefined) {
    throw new AppError('invalid_request', { detail: 'Send an Idempotency-Key of 1 to 255 visible characters.' })
  }
  return key
}

const fingerprintOf = ({ request, body }: Call<'api'>): Buffer => {
  const headers = ['prefer', 'if-match'].map((name) => request.get(name) ?? '')
  return createHash('sha256')
    .update(JSON.stringify([request.method, request.originalUrl, headers, body ?? null]))
    .digest()
}

/** Creates `Once` over stored responses. It throws `invalid_request`, `idempotency_in_flight`, `idempotency_key_reused`, and the errors of the work. */
export const createOnceByKey =
  ({ answers, now }: Deps): Once =>
  async (call, work) => {
    const key = keyIn(call)
    if (key === undefined) return await work({ id: newId(), startedAt: now(), isFresh: true, key })
    // A client acting for people of several accounts may use the same key for each; their responses must not be mixed.
    const { ownerLocationId, clientId, grant } = call.caller
    const locationId = grant?.locationId ?? ownerLocationId
    const named = { clientId, key }
    const wish = { ...named, fingerprint: fingerprintOf(call), at: now(), lockMs: LOCK_MS, lifeMs: LIFE_MS }
    const claim = await answers.claim(locationId, wish)
    if (claim.kind === 'under-way') throw new AppError('idempotency_in_flight', { retryAfterSeconds: 1 })
    if (claim.kind === 'other-request') throw new AppError('idempotency_key_reused')
    if (claim.kind === 'answered') {
      const { status, headers, body } = claim.answer
      return json(JSON.parse(body), { status, headers: { ...headers, 'Idempotency-Replayed': 'true' } })
    }
    try {
      const id = derivedId('api-call', locationId, clientId, key, claim.since.toISOString())
      const reply = await work({ id, startedAt: claim.since, isFresh: claim.isFirst, key })
      if (reply.kind !== 'json') throw new Error('Only JSON can be answered again')
      const { status, headers, body } = reply
      await answers.keep(locationId, named, { status, headers, body: JSON.stringify(body) })
      return reply
    } catch (error) {
      // Rejected on its only attempt: nothing was done. Otherwise an attempt may have succeeded, and the next one checks.
      const isRefused = claim.isFirst && asAppError(error).retry === 'permanent'
      await (isRefused ? answers.giveBack(locationId, named) : answers.unlock(locationId, named))
      throw error
    }
  }
