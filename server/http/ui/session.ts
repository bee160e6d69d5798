// `POST /settings/session`: exchanges the CRM's encrypted user context for a session token for one account. The only
// place that decides which account a person may see; everything behind it trusts the token.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Installation } from '../../store/installations.ts'
import { chooseLocale } from '../../texts/texts.ts'
import type { Session } from '../doors/session.ts'
import { json } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import type { InstallationReader, IssueSession, UserContext } from './deps.ts'

export type SessionDeps = {
  /** Opens the encrypted context. Throws `user_context_invalid`. */
  openUserContext: (payload: string) => UserContext
  installations: InstallationReader
  issueSession: IssueSession
  /** Called when an account's white-label domain becomes known or changes. */
  domainChanged?: (locationId: string) => void
}

const PER_MINUTE = 60

const body = z.object({
  payload: z.string('payload must be text').min(24, 'payload is too short').max(8192, 'payload is too long'),
  /** The account of the company to open, when the page is opened for the whole company. Only a wish. */
  location: z
    .string()
    .regex(/^[\w-]{0,64}$/, 'location is not an id')
    .optional(),
})

const USABLE = new Set<Installation['status']>(['active', 'needs_reconnect', 'suspended'])

const usable = (installation: Installation | undefined): Installation => {
  if (installation?.status === 'pending') {
    throw new AppError('not_installed', { detail: 'The installation is being completed. Try again in a minute.' })
  }
  if (!installation || !USABLE.has(installation.status)) throw new AppError('not_installed')
  return installation
}

/**
 * The tenant this person may open: the account that the CRM says is open, else the wished account of their company,
 * else the company. All refusals look alike, so that nobody learns who has the app.
 */
const tenantFor = async (
  { activeLocation, companyId }: UserContext,
  wish: string | undefined,
  installations: InstallationReader,
): Promise<Installation> => {
  const id = activeLocation || (companyId && (wish || companyId))
  if (!id) throw new AppError('user_context_invalid')
  const found = usable(await installations.find(id))
  // The CRM vouches for the open account, and either company id may be missing. A wish must match exactly.
  const isTheirs = activeLocation
    ? found.kind === 'location' && (!companyId || !found.companyId || found.companyId === companyId)
    : found.companyId === companyId || found.tenantId === companyId
  if (!isTheirs) throw new AppError('not_installed')
  return found
}

const DOMAIN = /^(?=.{4,253}$)([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]{2,63}$/

/** The exchange; answers `{ token, expiresAt }`, time in ISO 8601. */
export const sessionRoute = (deps: SessionDeps): Route =>
  defineRoute({
    method: 'POST',
    path: '/settings/session',
    door: 'open',
    perMinute: PER_MINUTE,
    bodyLimitBytes: 16 * 1024,
    input: { body },
    output: z.object({ token: z.string(), expiresAt: z.string() }),
    audit: { none: 'signs in; changes made with the session are recorded one by one' },
    async handler({ body: { payload, location }, request }) {
      const context = deps.openUserContext(payload)
      const tenant = await tenantFor(context, location, deps.installations)
      await keepDomain(context, tenant, deps)
      await keepLanguage(context, { tenant, accepted: request.get('accept-language') }, deps)
      const session: Session = {
        locationId: tenant.tenantId,
        companyId: context.companyId || tenant.companyId,
        userId: context.userId,
        userName: context.userName,
        role: context.role,
        scope: tenant.kind,
      }
      const { token, expiresAt } = await deps.issueSession(session)
      return json({ token, expiresAt: expiresAt.toISOString() })
    },
  })

/** Text the app writes into an account uses its administrators' language, the best guess for its people. */
const keepLanguage = async (
  { role }: UserContext,
  { tenant, accepted }: { tenant: Installation; accepted: string | undefined },
  { installations }: SessionDeps,
): Promise<void> => {
  // Company staff may speak another language than the account's people.
  if (role !== 'admin' || tenant.kind !== 'location' || !accepted) return
  const language = chooseLocale(accepted)
  if (language !== tenant.language) await installations.update(tenant.tenantId, { language })
}

/** The context may have a domain that the install lacked: needed for the next visit's frame-ancestors. */
const keepDomain = async (context: UserContext, tenant: Installation, deps: SessionDeps): Promise<void> => {
  const domain = context.whitelabelDetails?.domain?.trim().toLowerCase()
  if (!domain || domain === tenant.whiteLabelDomain || !DOMAIN.test(domain)) return
  await deps.installations.update(tenant.tenantId, { whiteLabelDomain: domain })
  deps.domainChanged?.(tenant.tenantId)
}
