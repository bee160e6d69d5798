// The door of the developer portal and the consent page: our own pages, opened with a cookie. Changes also need the
// page's CSRF secret, since browsers send the cookie from anywhere.

import { timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'
import { AppError } from '../../errors.ts'
import { hashOf, type PortalVisit, visitOf } from '../portal/portal-session.ts'
import type { Door } from './doors.ts'
import type { Session } from './session.ts'

export type PortalDoorDeps = {
  /** Whether the tenant still has the app; called for every request, so answer from a cache. */
  installed: (tenantId: string) => Promise<boolean>
  now: () => Date
}

const FIELD = 'csrf'

/** The form's CSRF field; forms of this site are never sent as JSON. */
const isFromOurPage = (request: Request, rawBody: Buffer, { csrf }: PortalVisit): boolean => {
  const site = request.get('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin') return false
  const sent = new URLSearchParams(rawBody.toString('utf8')).get(FIELD) ?? ''
  return timingSafeEqual(hashOf(sent), hashOf(csrf))
}

/** Throws `unauthenticated`, `form_outdated`, or `not_installed` when the app was removed meanwhile. */
export const createPortalDoor =
  ({ installed, now }: PortalDoorDeps): Door<'portal'> =>
  async (request, rawBody): Promise<Session> => {
    const visit = visitOf(request, now())
    if (!visit) throw new AppError('unauthenticated', { detail: 'Open the developer portal and sign in.' })
    const isChange = request.method !== 'GET' && request.method !== 'HEAD'
    if (isChange && !isFromOurPage(request, rawBody, visit)) throw new AppError('form_outdated')
    if (!(await installed(visit.person.locationId))) throw new AppError('not_installed')
    return visit.person
  }
