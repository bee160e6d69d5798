// Portal sign-in through the CRM: its consent page, our callback, and a session of our own. The CRM has no sign-in
// without installation: whoever agrees installs the app in the account, or keeps it installed.

import type { RequestHandler } from 'express'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Installer } from '../../highlevel/installer.ts'
import type { Installation } from '../../store/installations.ts'
import type { Session } from '../doors/session.ts'
import type { RunStrategy } from '../install/run-strategy.ts'
import { redirect, view } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import { chooseAccount, isOnTheWay, leaveAccount, signIn, signOut, visitOf } from './portal-session.ts'
import { PORTAL, PORTAL_APPS, toPortal } from './portal-surface.ts'

const PER_MINUTE = 60

export type SignInDeps = {
  browserSession: RequestHandler
  /** Runs the strategy `portal` (server/highlevel/strategy.ts). */
  runStrategy: RunStrategy
  installer: Pick<Installer, 'exchanged'>
  installations: { find(tenantId: string): Promise<Installation | undefined> }
  /** A person of a tenant as the CRM knows them now. */
  readPerson: (
    tenantId: string,
    userId: string,
  ) => Promise<{ id: string; name: string; role: 'admin' | 'user' } | undefined>
  /** Whether the tenant still has the app. */
  installed: (tenantId: string) => Promise<boolean>
  now: () => Date
}

const callbackQuery = z.looseObject({
  code: z.string().min(1).max(2048).optional().catch(undefined),
  state: z.string().min(1).max(256).optional().catch(undefined),
  error: z.string().max(100).optional().catch(undefined),
})

const account = z.object({ account: z.string().regex(/^[\w-]{1,64}$/) })

const USABLE = new Set<Installation['status']>(['active', 'needs_reconnect', 'suspended'])

/** Sign-in and sign-out. The callback throws `sign_in_invalid`, `portal_admins_only`, `not_installed`. */
export const signInRoutes = (deps: SignInDeps): Route[] => {
  const { browserSession, runStrategy, installer, installations, readPerson, installed, now } = deps
  const open = { door: 'open' as const, perMinute: PER_MINUTE, before: [browserSession] }

  return [
    defineRoute({
      ...open,
      method: 'GET',
      path: PORTAL,
      audit: { none: 'shows where to sign in' },
      async handler({ request }) {
        const visit = visitOf(request, now())
        if (visit && (await installed(visit.person.locationId))) return redirect(PORTAL_APPS)
        return view('portal/welcome', { title: undefined, isOnTheWay: isOnTheWay(request) }, { layout: 'layout/page' })
      },
    }),

    defineRoute({
      ...open,
      method: 'GET',
      path: `${PORTAL}/sign-in`,
      audit: { none: 'nobody is signed in yet' },
      async handler({ request, response }) {
        await runStrategy('portal', request, response)
      },
    }),

    defineRoute({
      ...open,
      method: 'GET',
      path: `${PORTAL}/callback`,
      input: { query: callbackQuery },
      audit: { none: 'the installer records it with the tenant it learns' },
      async handler({ query: { code, state, error }, request, response, requestId }) {
        const again = 'You are not signed in. Start again and confirm what you are asked.'
        if (error)
          throw new AppError(error === 'access_denied' ? 'install_denied' : 'install_failed', { detail: again })
        if (!code || !state) throw new AppError('sign_in_invalid')
        const at = now()
        const outcome = await runStrategy('portal', request, response)
        if (!outcome?.answer) throw new AppError('sign_in_invalid')
        const { answer } = outcome
        const { kind, tenantId } = await installer.exchanged(answer, { origin: 'app', at, requestId })
        // The person, according to the CRM; asked with the tenant's own token, which sees nobody else's users.
        const person = answer.userId ? await readPerson(tenantId, answer.userId) : undefined
        if (person?.role !== 'admin') throw new AppError('portal_admins_only')
        const session: Session = {
          locationId: tenantId,
          companyId: answer.companyId ?? null,
          userId: person.id,
          userName: person.name,
          role: person.role,
          scope: kind,
        }
        return redirect((await signIn(request, session, at)) ?? PORTAL_APPS)
      },
    }),

    defineRoute({
      method: 'POST',
      path: `${PORTAL}/account`,
      door: 'portal',
      role: 'admin',
      before: [browserSession],
      input: { body: account },
      audit: { none: 'only chooses what is shown' },
      async handler({ body, request }) {
        const { companyId } = visitOf(request, now())!
        const found = await installations.find(body.account)
        const isTheirs = companyId !== undefined && found?.kind === 'location' && found.companyId === companyId
        if (!isTheirs || !USABLE.has(found.status)) throw new AppError('not_installed')
        await chooseAccount(request, found.tenantId)
        return redirect(PORTAL_APPS, { status: 303 })
      },
    }),

    defineRoute({
      method: 'POST',
      path: `${PORTAL}/accounts`,
      door: 'portal',
      role: 'admin',
      before: [browserSession],
      audit: { none: 'only chooses what is shown' },
      async handler({ request }) {
        await leaveAccount(request)
        return redirect(PORTAL_APPS, { status: 303 })
      },
    }),

    defineRoute({
      method: 'POST',
      path: `${PORTAL}/sign-out`,
      door: 'portal',
      role: 'admin',
      before: [browserSession],
      audit: { none: 'ends a visit; changes nothing' },
      async handler({ request }) {
        await signOut(request)
        return toPortal(303)
      },
    }),
  ]
}
