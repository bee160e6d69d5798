// Who is signed in at the portal, as it is kept in the browser's session on our side; and where they were going when they
// had to sign in first. The cookie holds nothing but the session's id.

import { createHash } from 'node:crypto'
import type { Request } from 'express'
import { randomToken } from '../../ids.ts'
import type { Session } from '../doors/session.ts'

/** Then one signs in again, however busy one was. */
const LIFE_MS = 8 * 3_600_000

export type PortalVisit = {
  person: Session
  /** Stands in every form of our pages. */
  csrf: string
  /** The company that this person signed in for, while they look at one of its accounts. */
  companyId: string | undefined
  endsAt: number
}

type Kept = { portal?: PortalVisit; portalReturn?: string }

export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

const keptIn = ({ session }: Request): Kept => (session ?? {}) as unknown as Kept

/** Undefined for somebody who is not signed in, or not any more. */
export const visitOf = (request: Request, now: Date): PortalVisit | undefined => {
  const { portal } = keptIn(request)
  return portal && portal.endsAt > now.getTime() ? portal : undefined
}

/** Our own pages only: this is where somebody is sent to. */
const PAGES = /^\/(?:developers|oauth\/authorize)(?:[/?][^\\]*)?$/

/** Remembers the page that was asked for, to go on there after signing in. */
export const keepReturn = (request: Request): void => {
  if (PAGES.test(request.originalUrl) && request.originalUrl.length < 4_000) {
    keptIn(request).portalReturn = request.originalUrl
  }
}

/** Whether somebody was on the way to a page that asks for their consent. */
export const isOnTheWay = (request: Request): boolean =>
  keptIn(request).portalReturn?.startsWith('/oauth/authorize') ?? false

/** Before the answer: express-session sends the head of a redirect while it saves, and browsers follow it at once. */
const save = ({ session }: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    session.save((error) => (error ? reject(error) : resolve()))
  })

/** Signs somebody in, in a session with a new id; answers where they were going. */
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

/** From now on the visit is about this account of the company. */
export const chooseAccount = async (request: Request, locationId: string): Promise<void> => {
  const kept = keptIn(request)
  if (!kept.portal) return
  kept.portal = { ...kept.portal, person: { ...kept.portal.person, locationId, scope: 'location' } }
  await save(request)
}

/** Back to the list of the company's accounts. */
export const leaveAccount = async (request: Request): Promise<void> => {
  const { portal } = keptIn(request)
  if (!portal?.companyId) return
  portal.person = { ...portal.person, locationId: portal.companyId, scope: 'company' }
  await save(request)
}

export const signOut = (request: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    request.session.destroy((error) => (error ? reject(error) : resolve()))
  })
