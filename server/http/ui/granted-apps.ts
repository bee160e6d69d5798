// Apps, of this account or others, that may act on behalf of people of the account; administrators can revoke them.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { OAuthGrants } from '../../store/oauth-grants.ts'
import type { Session } from '../doors/session.ts'
import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { Surface } from './developer-surface.ts'
import { screenData } from './screen.ts'

export type GrantedAppsDeps = { oauthGrants: Pick<OAuthGrants, 'list' | 'end'> }

const params = z.object({ grantId: z.string().regex(/^[\w-]{1,64}$/) })

/** The list and its revoke route. Throws `not_found`. */
export const grantedAppRoutes = ({ screen, change, base }: Surface, { oauthGrants }: GrantedAppsDeps): Route[] => {
  const show = async (caller: Session, outcome: { message?: 'grantEnded' } = {}) =>
    view('screens/granted-apps', {
      ...screenData(caller),
      base,
      grants: await oauthGrants.list(caller.locationId),
      ownId: caller.locationId,
      ...outcome,
    })

  return [
    screen({ path: `${base}/granted`, handler: ({ caller }) => show(caller) }),
    change({
      path: `${base}/granted/:grantId/end`,
      audit: 'oauth_grant.ended',
      input: { params },
      async handler({ caller, params: { grantId }, audit }) {
        const ended = await oauthGrants.end(caller.locationId, grantId, { record: audit })
        if (!ended) throw new AppError('not_found')
        return await show(caller, { message: 'grantEnded' })
      },
    }),
  ]
}
