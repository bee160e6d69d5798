// External authentication: while adding the app, the CRM asks the person for their Rankr credentials and sends them
// here; a 2xx lets the installation continue. Unsigned; the app's secret is in a header, as for the builder.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { ConnectAtInstall, ConnectTarget } from '../../rankr/connect-at-install.ts'
import { json } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

const MOST_ACCOUNTS = 5_000

const id = z.string().trim().min(1).max(128)
const ids = z.array(id).max(MOST_ACCOUNTS)
/** Allowed in a header; anything else was copied wrongly. */
const credential = (most: number) => z.string().trim().max(most).nullish()
const ACCESS = /^[\x21-\x7e]+$/

const body = z.object({
  companyId: id.nullish(),
  locationId: z.union([ids, id.transform((one) => [one])]).nullish(),
  approveAllLocations: z
    .union([z.boolean(), z.literal('true').transform(() => true), z.literal('false').transform(() => false)])
    .nullish(),
  excludedLocations: ids.nullish(),
  rankrClientId: credential(200),
  rankrClientSecret: credential(500),
})

const targetOf = (sent: z.output<typeof body>): ConnectTarget => {
  const companyId = sent.companyId ?? undefined
  if (sent.approveAllLocations && companyId) {
    return { kind: 'company', companyId, excluded: sent.excludedLocations ?? [] }
  }
  if (sent.locationId?.length) return { kind: 'accounts', companyId, locationIds: sent.locationId }
  throw new AppError('invalid_body', { errors: [{ pointer: '/locationId', detail: 'names no account' }] })
}

export type ExternalAuthDeps = { connectAtInstall: Pick<ConnectAtInstall, 'connect'> }

/** `POST /modules/external-auth`. Throws `rankr_credentials_refused`. */
export const externalAuthRoutes = ({ connectAtInstall }: ExternalAuthDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/modules/external-auth',
    door: 'crm-module',
    input: { body },
    bodyLimitBytes: 1_000_000,
    audit: { none: 'recorded in each account that is connected, in the transaction that connects it' },
    async handler({ body: sent, requestId }) {
      const [clientId = '', clientSecret = ''] = [sent.rankrClientId ?? '', sent.rankrClientSecret ?? '']
      // Left empty: connected later in the settings.
      if (clientId === '' && clientSecret === '') return json({ success: true, connected: 0, waiting: 0 })
      const target = targetOf(sent)
      if (!ACCESS.test(clientId) || !ACCESS.test(clientSecret)) throw new AppError('rankr_credentials_refused')
      const credentials = { clientId, clientSecret }
      return json({ success: true, ...(await connectAtInstall.connect(target, { credentials, requestId })) })
    },
  }),
]
