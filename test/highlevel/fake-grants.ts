// The grant side of a CRM in memory: refresh tokens work once, as on the platform. Faults on demand.

import { AppError } from '../../server/errors.ts'
import type { Grant } from '../../server/highlevel/oauth.ts'
import type { TokenAnswer } from '../../server/highlevel/token-answer.ts'

type Fault = 'down' | 'lost' | 'suspended' | 'dead'

export const createFakeGrants = ({ lifeSeconds = 86_399 }: { lifeSeconds?: number } = {}) => {
  const live = new Map<string, string>()
  const companies = new Map<string, string>()
  const faults: Fault[] = []
  const calls: string[] = []
  let counter = 0
  let held: Promise<void> | undefined

  const issue = (tenantId: string, over: Partial<TokenAnswer> = {}): TokenAnswer => {
    counter += 1
    const refreshToken = `refresh-${tenantId}-${counter}`
    live.set(refreshToken, tenantId)
    return {
      accessToken: `access-${tenantId}-${counter}`,
      refreshToken,
      expiresInSeconds: lifeSeconds,
      scopes: ['contacts.readonly'],
      userType: 'Location',
      locationId: tenantId,
      companyId: undefined,
      userId: 'u1',
      planId: undefined,
      versionId: undefined,
      isBulk: false,
      installToFuture: undefined,
      ...over,
    }
  }

  return {
    calls,
    faults,
    issue,
    /** A refresh token that will work nowhere. */
    kill: (refreshToken: string) => live.delete(refreshToken),
    /** This company's token mints for its locations. */
    setCompanyToken: (companyId: string, accessToken: string) => companies.set(companyId, accessToken),
    /** Answers wait until the returned function is called. */
    hold: () => {
      let release!: () => void
      held = new Promise((resolve) => {
        release = resolve
      })
      return () => {
        held = undefined
        release()
      }
    },
    refresh: async ({ refreshToken }: { refreshToken: string }): Promise<Grant> => {
      calls.push(`refresh ${refreshToken}`)
      await held
      const fault = faults.shift()
      if (fault === 'down') throw new AppError('crm_unavailable')
      if (fault === 'suspended') return { ok: false, kind: 'suspended', message: 'Location is not active' }
      const tenantId = live.get(refreshToken)
      live.delete(refreshToken)
      if (fault === 'lost') throw new AppError('crm_unreachable')
      if (!tenantId || fault === 'dead')
        return { ok: false, kind: 'dead', message: 'Invalid grant: refresh token is invalid' }
      const answer = issue(tenantId)
      if (companies.has(tenantId)) companies.set(tenantId, answer.accessToken)
      return { ok: true, answer }
    },
    locationToken: async (
      token: string,
      { companyId, locationId }: { companyId: string; locationId: string },
    ): Promise<Grant> => {
      calls.push(`mint ${locationId}`)
      const fault = faults.shift()
      if (fault === 'down') throw new AppError('crm_unavailable')
      if (companies.get(companyId) !== token) throw new AppError('crm_unauthorized')
      if (fault === 'dead') return { ok: false, kind: 'dead', message: 'App is not installed' }
      return { ok: true, answer: issue(locationId, { companyId }) }
    },
  }
}
