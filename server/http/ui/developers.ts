// The account's API clients: the list, their usage, and creating one. Each app has its own page (developer-app.ts).

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { ApiUsage } from '../../store/api-usage.ts'
import type { Clients } from '../../store/clients.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import {
  createShowApp,
  type DeveloperAppDeps,
  developerAppRoutes,
  type Fault,
  line,
  nameFault,
  ticked,
} from './developer-app.ts'
import { type DeveloperKeysDeps, developerKeyRoutes } from './developer-keys.ts'
import type { Surface } from './developer-surface.ts'
import { type DeveloperTryDeps, developerTryRoutes } from './developer-try.ts'
import { type GrantedAppsDeps, grantedAppRoutes } from './granted-apps.ts'
import { screenData } from './screen.ts'
import { spanOf, usageChart } from './usage-chart.ts'

const MOST_APPS = 20

export type DevelopersDeps = DeveloperAppDeps &
  DeveloperKeysDeps &
  DeveloperTryDeps &
  GrantedAppsDeps & {
    clients: Pick<Clients, 'create' | 'list'>
    usage: Pick<ApiUsage, 'read'>
    publicUrl: string
    /** Whether there is a sandbox for test credentials. */
    sampleWorkspace?: object | undefined
  }

const listQuery = z.object({ days: z.enum(['7', '30']).default('7').catch('7') })

/** Where the app runs: on a server, which can keep a secret, or on people's devices, which cannot. */
const kind = z.enum(['server', 'public']).default('server').catch('server')

const newApp = z
  .object({ name: line, scopes: ticked, mode: z.enum(['live', 'test']).default('live').catch('live'), kind })
  .prefault({})

type Outcome = {
  message?: 'removed'
  refused?: { faults: Fault[]; typed: z.output<typeof newApp> }
}

/** All routes of the developer screens, below the surface's URL. */
export const developerRoutes = (surface: Surface, deps: DevelopersDeps): Route[] => {
  const { screen, change, base } = surface
  const { clients, usage, apiScopes, publicUrl, now, sampleWorkspace } = deps

  const showList = async (caller: Session, outcome: Outcome = {}, days = 7): Promise<Reply> => {
    const span = spanOf(days, now())
    const [apps, rows] = await Promise.all([
      clients.list(caller.locationId),
      usage.read(caller.locationId, { ...span, step: 'day' }),
    ])
    return view(
      'screens/developers',
      {
        ...screenData(caller),
        base,
        apps,
        days,
        chart: usageChart(rows, span),
        apiScopes,
        publicUrl,
        hasSandbox: sampleWorkspace !== undefined,
        ...outcome,
      },
      { status: outcome.refused ? 422 : 200 },
    )
  }
  const show = createShowApp(surface, deps)

  return [
    screen({
      path: base,
      input: { query: listQuery },
      handler: ({ caller, query }) => showList(caller, {}, Number(query.days)),
    }),

    change({
      path: base,
      audit: 'client.created',
      input: { body: newApp },
      async handler({ caller, body: typed, audit }) {
        const { locationId, userId } = caller
        const scopes = apiScopes.filter((scope) => typed.scopes.includes(scope))
        const faults = [...nameFault(typed.name), ...(scopes.length === 0 ? [{ name: 'scopes' }] : [])]
        if (faults.length > 0) return await showList(caller, { refused: { faults, typed } })
        if ((await clients.list(locationId)).length >= MOST_APPS) {
          throw new AppError('conflict', { detail: `There are ${MOST_APPS} apps already.` })
        }
        const mode = sampleWorkspace ? typed.mode : 'live'
        const wish = { name: typed.name, mode, scopes, createdBy: userId, isPublic: typed.kind === 'public' }
        const { client, secret } = await clients.create(locationId, wish, audit)
        return await show(
          caller,
          client.id,
          secret === undefined
            ? { message: 'created' }
            : { reveal: { what: 'secret', value: secret, occasion: 'created' } },
        )
      },
    }),

    // Before the routes of one app, whose id could be any word.
    ...developerTryRoutes(surface, deps),
    ...grantedAppRoutes(surface, deps),
    ...developerAppRoutes(surface, deps, { show, showList }),
    ...developerKeyRoutes(surface, deps, { show }),
  ]
}
