// The portal's sign-in state in the browser's session, and where the person was going when they had to sign in. The
// cookie holds only the session's id.

import { createHash } from 'node:crypto'
import type { Request } from 'express'
import { randomToken } from '../../ids.ts'
import type { Session } from '../doors/session.ts'

/** After this a new sign-in is required, active or not. */
const LIFE_MS = 8 * 3_600_000

export type PortalVisit = {
  person: Session
  /** The CSRF secret in every form of our pages. */
  csrf: string
  /** The company this person signed in for, while they look at one of its accounts. */
  companyId: string | undefined
  endsAt: number
}

type Kept = { portal?: PortalVisit; portalReturn?: string }

/** SHA-256 of a text. */
export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

const keptIn = ({ session }: Request): Kept => (session ?? {}) as unknown as Kept

/** Undefined when not signed in, or no longer. */
export const visitOf = (request: Request, now: Date): PortalVisit | undefined => {
  const { portal } = keptIn(request)
  return portal && portal.endsAt > now.getTime() ? portal : undefined
}

/** Our own pages only, since people are redirected there. */
const PAGES = /^\/(?:developers|oauth\/authorize)(?:[/?][^\\]*)?$/

/** Remembers the requested page, to continue there after sign-in. */
export const keepReturn = (request: Request): void => {
  if (PAGES.test(request.originalUrl) && request.originalUrl.length < 4_000) {
    keptIn(request).portalReturn = request.originalUrl
  }
}

/** Whether the person was on the way to a consent page. */
export const isOnTheWay = (request: Request): boolean =>
  keptIn(request).portalReturn?.startsWith('/oauth/authorize') ?? false

/** Before the answer: express-session sends a redirect's head while it saves, and browsers follow it at once. */
const save = ({ session }: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    session.save((error) => (error ? reject(error) : resolve()))
  })

/** Signs a person in under a new session id; returns where they were going. */
export const signIn = async (request: Request, person: Session, now: Date): Promise<string | undefined> => {
  const { portalReturn } = keptIn(request)
  await new Promise<void>((resolve, reject) => {
    request.session.regenerate((error) => (error ? reject(error) : resolve()))
  })
  keptIn(request).portal = {
    person,
    csrf: randomToken(),
    companyId: person.scope === 'company' ? person.locationId : undefined,
    endsAt: now.getTime() + LIFE_MS,
  }
  await save(request)
  return portalReturn
}

/** Selects this account of the company for the visit. */
export const chooseAccount = async (request: Request, locationId: string): Promise<void> => {
  const kept = keptIn(request)
  if (!kept.portal) return
  kept.portal = { ...kept.portal, person: { ...kept.portal.person, locationId, scope: 'location' } }
  await save(request)
}

/** Returns to the list of the company's accounts. */
export const leaveAccount = async (request: Request): Promise<void> => {
  const { portal } = keptIn(request)
  if (!portal?.companyId) return
  portal.person = { ...portal.person, locationId: portal.companyId, scope: 'company' }
  await save(request)
}

/** Ends the session. */
export const signOut = (request: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    request.session.destroy((error) => (error ? reject(error) : resolve()))
  })
