// Tries an API request by hand with the permissions of one of the account's apps: the page gets a normal short-lived
// access token.

import { z } from 'zod'
import type { Scope } from '../../api/scopes.ts'
import type { Client, Clients } from '../../store/clients.ts'
import type { Tx } from '../../store/db.ts'
import type { TryOperation } from '../docs/reference.ts'
import type { Session } from '../doors/session.ts'
import { view } from '../reply.ts'
import type { AuditSubject, Route } from '../route.ts'
import { found } from './developer-app.ts'
import type { Surface } from './developer-surface.ts'
import { screenData } from './screen.ts'

export type DeveloperTryDeps = {
  clients: Pick<Clients, 'list' | 'get'>
  /** Issues a token of an app. Throws `conflict` for an app that is switched off. */
  trialToken: (client: Pick<Client, 'id'>) => Promise<string>
  tryOperations: readonly TryOperation[]
}

type Record = (subject: AuditSubject, tx?: Tx) => Promise<void>

/** The screen and its token route, administrators only. */
export const developerTryRoutes = ({ screen, change, base }: Surface, deps: DeveloperTryDeps): Route[] => {
  const { clients, trialToken, tryOperations } = deps

  const show = async (caller: Session, chosen?: { app: Client; token: string }) => {
    const apps = (await clients.list(caller.locationId)).filter(
      ({ status, isPublic }) => status === 'active' && !isPublic,
    )
    const operations = tryOperations.filter(({ scopes }) =>
      scopes.every((scope: Scope) => chosen?.app.scopes.includes(scope)),
    )
    return view('screens/developer-try', { ...screenData(caller), base, apps, operations, ...chosen })
  }

  const begin = async (caller: Session, id: string, record: Record) => {
    const app = found(await clients.get(caller.locationId, id))
    const token = await trialToken(app)
    await record({ subjectType: 'client', subjectId: id, details: { name: app.name } })
    return await show(caller, { app, token })
  }

  return [
    screen({ path: `${base}/try`, handler: ({ caller }) => show(caller) }),
    change({
      path: `${base}/try`,
      audit: 'access_token.issued',
      input: {
        body: z
          .object({
            app: z
              .string()
              .regex(/^[\w-]{1,64}$/)
              .default('none')
              .catch('none'),
          })
          .prefault({}),
      },
      handler: ({ caller, body, audit }) => begin(caller, body.app, audit),
    }),
  ]
}
