// Renders the developer screens as full pages of the portal, opened with a cookie.

import type { Request, RequestHandler } from 'express'
import { AppError } from '../../errors.ts'
import type { Installation } from '../../store/installations.ts'
import type { Session } from '../doors/session.ts'
import { wantsPage } from '../problem.ts'
import { type Reply, redirect } from '../reply.ts'
import { type Call, defineRoute, type InputSchemas, type Route } from '../route.ts'
import type { Surface } from '../ui/developer-surface.ts'
import type { ChangeRow, ScreenRow } from '../ui/screen.ts'
import { keepReturn, visitOf } from './portal-session.ts'

export const PORTAL = '/developers'
export const PORTAL_APPS = `${PORTAL}/apps`

export type PortalParts = {
  /** Loads the browser's session. */
  browserSession: RequestHandler
  installations: { find(tenantId: string): Promise<Pick<Installation, 'name'> | undefined> }
  now: () => Date
}

/** Redirects a browser that is not signed in to the sign-in page. */
const unlessSignedIn =
  (now: () => Date): RequestHandler =>
  (request, response, next) => {
    if (visitOf(request, now()) || !wantsPage(request)) return next()
    keepReturn(request)
    response.redirect(302, PORTAL)
  }

/** True for the part of a page that htmx requests. */
const isPart = (request: Request): boolean => request.get('hx-request') !== undefined

/** Screens are written for the settings' door; both doors return the same session. */
const asScreenCall = <Input extends InputSchemas>(call: Call<'portal', Input>): Call<'session', Input> =>
  call as unknown as Call<'session', Input>

const createInPortal =
  ({ installations, now }: Omit<PortalParts, 'browserSession'>) =>
  async ({ caller, request }: Pick<Call<'portal'>, 'caller' | 'request'>, reply: Reply): Promise<Reply> => {
    if (reply.kind !== 'view') return reply
    const { csrf, companyId } = visitOf(request, now())!
    if (isPart(request)) return { ...reply, data: { ...reply.data, csrf } }
    const { name } = (await installations.find(caller.locationId)) ?? {}
    const visitor = { name: caller.userName, account: name ?? undefined, hasAccounts: companyId !== undefined }
    return { ...reply, layout: 'layout/portal', data: { ...reply.data, csrf, visitor } }
  }

/** A company's session always gets its list of accounts. */
export const createPortalSurface = (parts: PortalParts, ofCompany: (session: Session) => Promise<Reply>): Surface => {
  const inPortal = createInPortal(parts)
  const before = [parts.browserSession, unlessSignedIn(parts.now)]
  return {
    base: PORTAL_APPS,

    screen: <Input extends InputSchemas = Record<never, never>>({ path, input, handler }: ScreenRow<Input>): Route =>
      defineRoute<'portal', Input>({
        method: 'GET',
        path,
        door: 'portal',
        before,
        ...(input ? { input } : {}),
        audit: { none: 'reads only' },
        handler: async (call) =>
          inPortal(
            call,
            await (call.caller.scope === 'company' ? ofCompany(call.caller) : handler(asScreenCall(call))),
          ),
      }),

    change: <Input extends InputSchemas = Record<never, never>>({
      path,
      audit,
      input,
      handler,
    }: ChangeRow<Input>): Route =>
      defineRoute<'portal', Input>({
        method: 'POST',
        path,
        door: 'portal',
        role: 'admin',
        before,
        ...(input ? { input } : {}),
        audit,
        async handler(call) {
          if (call.caller.scope === 'company') throw new AppError('forbidden')
          return inPortal(call, await handler(asScreenCall(call)))
        },
      }),
  }
}

/** Redirects to the portal's first page. */
export const toPortal = (status: 302 | 303 = 302): Reply => redirect(PORTAL, { status })
