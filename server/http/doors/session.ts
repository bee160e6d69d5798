// The door of the settings page: a short-lived bearer token, held in the page's memory. No cookies, since browsers
// block them in frames. The token's audience restricts it to this door.

import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Door } from './doors.ts'

const ISSUER = 'rankr-connect'
const AUDIENCE = 'settings'

/** A token's lifetime in minutes; the page requests a new one before it ends. */
const LIFE_SECONDS = 15 * 60

const claimsSchema = z.object({
  locationId: z.string().min(1),
  companyId: z.string().nullable(),
  userId: z.string().min(1),
  userName: z.string(),
  role: z.enum(['admin', 'user']),
  scope: z.enum(['location', 'company']),
})

/** The person at the settings page. With scope `company`, `locationId` is the company's id (its own tenant). */
export type Session = z.infer<typeof claimsSchema>

type Deps = { secret: string; now: () => Date }

const keyOf = (secret: string): Uint8Array => new TextEncoder().encode(secret)

/** Signs session tokens (HS256, audience `settings`, 15 minutes). */
export const createSessionIssuer =
  ({ secret, now }: Deps) =>
  async (session: Session): Promise<{ token: string; expiresAt: Date }> => {
    const issuedAt = Math.floor(now().getTime() / 1000)
    const expiresAt = issuedAt + LIFE_SECONDS
    const token = await new SignJWT(session)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(session.userId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(keyOf(secret))
    return { token, expiresAt: new Date(expiresAt * 1000) }
  }

export type IssueSession = ReturnType<typeof createSessionIssuer>

export type SessionDoorDeps = Deps & {
  /** Whether the tenant still has the app; called for every request, so answer from a cache. */
  installed: (tenantId: string) => Promise<boolean>
}

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i

/** Throws `unauthenticated`, `session_expired`, or `not_installed` when the app was removed meanwhile. */
export const createSessionDoor = ({ secret, now, installed }: SessionDoorDeps): Door<'session'> => {
  const key = keyOf(secret)
  return async (request) => {
    const token = BEARER.exec(request.get('authorization') ?? '')?.[1]
    if (!token) throw new AppError('unauthenticated', { detail: 'Open this page inside your CRM to sign in.' })
    const session = await openToken(token, { key, now })
    if (!(await installed(session.locationId))) throw new AppError('not_installed')
    return session
  }
}

const openToken = async (token: string, { key, now }: { key: Uint8Array; now: () => Date }): Promise<Session> => {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate: now(),
      requiredClaims: ['exp'],
    })
    return claimsSchema.parse(payload)
  } catch (error) {
    throw new AppError(error instanceof errors.JWTExpired ? 'session_expired' : 'unauthenticated', { cause: error })
  }
}
