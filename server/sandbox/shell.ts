// The sandbox page: a small CRM around the app's own page, as a person meets it, with the simulated Rankr beside it. The
// app itself is reached over HTTP only, from another origin, so that the browser's rules for frames are real.

import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { z } from 'zod'
import type { MovableClock } from './clock.ts'
import type { SimulatedCrm } from './crm/simulated-crm.ts'
import { refuseOtherSites, sandboxHeaders, sendPage } from './pages.ts'
import type { SimulatedRankr } from './rankr/rankr.ts'
import { type ActionResult, createShellActions } from './shell-actions.ts'
import { moveClock } from './shell-clock.ts'
import { createShellView, type Place } from './shell-view.ts'

export type ShellDeps = {
  crm: Pick<SimulatedCrm, 'state' | 'control'>
  rankr: Pick<SimulatedRankr, 'workspace'>
  clock: MovableClock
  /** Where the app answers, without a slash at the end: its page in the frame comes from there. */
  appUrl: string
  /** What the marketplace's install link asks for. */
  app: { clientId: string; redirectUri: string; scopes: readonly string[] }
  /** The hashed address of a file of public/. */
  asset: (name: string) => string
}

/**
 * The origin of the sandbox page. Not that of the app where that can be helped: `localhost` and `127.0.0.1` are the same
 * machine and two sites.
 */
export const shellOriginOf = (appUrl: string): string => {
  const url = new URL(appUrl)
  if (url.hostname === '127.0.0.1') url.hostname = 'localhost'
  return url.origin
}

const placeQuery = z.object({
  account: z.string().max(64).optional().catch(undefined),
  role: z.enum(['admin', 'user']).catch('admin'),
})

/** Router for `/sandbox`; the simulated systems below it are mounted by create-sandbox.ts. */
export const createShell = ({ crm, rankr, clock, appUrl, app, asset }: ShellDeps): Router => {
  const router = express.Router()
  const shellOrigin = shellOriginOf(appUrl)
  /** Accounts whose settings were opened since the start. */
  const opened = new Set<string>()
  const viewOf = createShellView({ crm, rankr, clock, appUrl, app, opened })
  const act = createShellActions({ crm })

  const placeOf = (request: Request): Place => {
    const { account, role } = placeQuery.parse({ ...request.query, ...request.body })
    const locations = [...crm.state.locations.all()]
    const company = [...crm.state.companies.all()][0]!
    const location = account === 'company' ? undefined : (locations.find(({ id }) => id === account) ?? locations[0])
    return { company, location, role }
  }

  const show = (name: string): RequestHandler => {
    return (request, response) => sendPage(response, `shell/${name}`, { ...viewOf(placeOf(request)), asset })
  }

  const showResult = (response: Response, result: ActionResult) => sendPage(response, 'shell/result', { result })

  // The page must not share the app's origin: whoever came by the app's address is sent to the other one.
  const onOwnOrigin: RequestHandler = (request, response, next) => {
    const isAtApp = request.get('host') === new URL(appUrl).host && shellOrigin !== new URL(appUrl).origin
    if (isAtApp) response.redirect(302, `${shellOrigin}${request.originalUrl}`)
    else next()
  }

  router.use(sandboxHeaders([appUrl]), refuseOtherSites, express.urlencoded({ extended: false, limit: '20kb' }))
  router.get('/', onOwnOrigin, show('page'))
  router.get('/contacts', show('contacts'))
  router.get('/orders', show('orders'))
  router.get('/invoices', show('invoices'))
  router.get('/steps', show('steps'))
  router.get('/traffic', show('traffic'))

  // The frame stays as it is while nothing changed: it must not reload under a person's hands.
  router.get('/stage', (request, response) => {
    const view = viewOf(placeOf(request))
    if (request.query.shown === view.stage) response.status(204).end()
    else return sendPage(response, 'shell/stage', { ...view, asset })
  })

  // What the CRM's page answers to REQUEST_USER_DATA.
  router.post('/user-context', (request, response) => {
    const { company, location, role } = placeOf(request)
    const person = viewOf({ company, location, role }).person
    opened.add(location?.id ?? company.id)
    const payload = crm.control.userContext({
      userId: person.id,
      companyId: company.id,
      ...(location ? { locationId: location.id } : {}),
      role,
    })
    response.json({ payload })
  })

  router.post('/clock', async (request, response) => {
    const moved = await moveClock(clock, request.body)
    return sendPage(response, 'shell/clock', { ...viewOf(placeOf(request)), moved, asset })
  })

  router.post('/actions', (request, response) => showResult(response, act(placeOf(request), request.body)))

  return router
}
