// The simulated Rankr over HTTP: its page, the panel of buttons that the sandbox shows, where to connect it, and the read API.
// Knows nothing of the app it sends events to.

import express, { type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import type { JsonFile } from '../json-file.ts'
import { refuseOtherSites, sandboxHeaders, sendPage } from '../pages.ts'
import { rankrApi } from './api.ts'
import { type ApiFaults, faultWish } from './api-faults.ts'
import type { ConnectResult } from './connections.ts'
import type { Deliveries } from './deliveries.ts'
import type { Grants } from './grants.ts'
import { EVENT_TYPES, type Happening, happen, type Moment } from './happenings.ts'
import type { Connection, Workspace } from './records.ts'

const LIST_LIMIT = 25
const BURST_LIMIT = 50

const tabs = ['customers', 'orders', 'invoices', 'others'] as const

const panelQuery = z.object({
  tab: z.enum(tabs).catch('customers'),
  connection: z.string().max(100).optional().catch(undefined),
})

const sendForm = z.object({
  type: z.enum(EVENT_TYPES),
  id: z.string().min(1).max(100).optional(),
  count: z.coerce.number().int().min(1).max(BURST_LIMIT).catch(1),
  forged: z.literal('yes').optional().catch(undefined),
})

const text = (most: number) => z.string().trim().max(most)

const customerForm = z.object({
  name: text(120).min(1),
  email: text(200),
  phone: text(40),
  company: text(120),
  plan: text(40),
  tags: text(300),
})

type Deps = {
  file: JsonFile<Workspace>
  deliveries: Deliveries
  connect: (wish: unknown) => ConnectResult
  grants: Grants
  apiFaults: ApiFaults
  asset: (name: string) => string
  moment: () => Moment
}

/** The fields of the edit form as changes to a customer; an empty e-mail or phone is left out of the event. */
const customerChanges = ({ email, phone, tags, ...rest }: z.infer<typeof customerForm>): Record<string, unknown> => ({
  ...rest,
  email: email || undefined,
  phone: phone || undefined,
  tags: tags
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean),
})

/** Router for `/sandbox/rankr`. */
export const createRankrRoutes = ({ file, deliveries, connect, grants, apiFaults, asset, moment }: Deps): Router => {
  const workspace = file.value
  const router = express.Router()
  // The caller's answer does not wait for the event: whoever changes a record may be the one who is told.
  const changed = (happening: Happening | undefined): void => {
    file.save()
    if (!happening) return
    for (const connection of workspace.connections) void deliveries.send(connection, happening)
  }
  router.use('/api', rankrApi({ workspace, grants, apiFaults, moment, changed }))
  router.use(sandboxHeaders([]), refuseOtherSites)
  router.use(express.urlencoded({ extended: false, limit: '50kb' }), express.json({ limit: '50kb' }))

  const chosen = (id: string | undefined): Connection | undefined =>
    workspace.connections.find((connection) => connection.id === id) ?? workspace.connections[0]

  const panelLocals = (request: Request, notice?: { tone: 'ok' | 'bad'; text: string }) => {
    const { tab, connection } = panelQuery.parse({ ...request.query, ...request.body })
    const { customers, orders, invoices, users, issues } = workspace
    return {
      asset,
      tabs,
      tab,
      notice,
      eventTypes: EVENT_TYPES,
      connections: workspace.connections,
      connection: chosen(connection),
      counts: {
        customers: customers.length,
        orders: orders.length,
        invoices: invoices.length,
        others: users.length + issues.length,
      },
      records: { customers, orders, invoices, users, issues },
      limit: LIST_LIMIT,
      deliveries: workspace.deliveries,
      access: workspace.apiAccess,
    }
  }

  const answerPanel = (request: Request, response: Response, notice?: { tone: 'ok' | 'bad'; text: string }) =>
    sendPage(response, 'rankr/panel', panelLocals(request, notice))

  const send = async (request: Request, wish: z.infer<typeof sendForm> & { changes?: Record<string, unknown> }) => {
    const connection = chosen(panelQuery.parse({ ...request.query, ...request.body }).connection)
    const results: string[] = []
    for (let index = 0; index < wish.count; index += 1) {
      const happening = happen(workspace, wish, moment())
      if (!happening) return { tone: 'bad' as const, text: 'There is no such record any more.' }
      file.save()
      if (!connection) return { tone: 'bad' as const, text: 'Changed here, but not sent: Rankr is not connected yet.' }
      const { type, record, attempts } = await deliveries.send(connection, happening, {
        isForged: wish.forged === 'yes',
      })
      const last = attempts.at(-1)
      results.push(`${type} ${record}: ${last?.status ?? 'no answer'} ${last?.code ?? ''}`)
    }
    const isFine = results.every((line) => /: 2\d\d /.test(line))
    const rest = results.length > 1 ? ` (and ${results.length - 1} more)` : ''
    return { tone: isFine ? ('ok' as const) : ('bad' as const), text: `${results.at(-1)}${rest}` }
  }

  router.get('/', (request, response) => sendPage(response, 'rankr/page', panelLocals(request)))
  // A panel that waits for its connection asks again and again: it stays as it is until there is one.
  router.get('/panel', (request, response) => {
    const isWaiting = request.query.shown === 'unconnected' && workspace.connections.length === 0
    return isWaiting ? void response.status(204).end() : answerPanel(request, response)
  })
  router.get('/deliveries', (request, response) => sendPage(response, 'rankr/deliveries', panelLocals(request)))

  router.post('/send', async (request, response) => {
    const form = sendForm.safeParse(request.body)
    const notice = form.success
      ? await send(request, form.data)
      : { tone: 'bad' as const, text: 'Choose an event from the list.' }
    await answerPanel(request, response, notice)
  })

  router.post('/customers/:id', async (request, response) => {
    const form = customerForm.safeParse(request.body)
    const notice = form.success
      ? await send(request, {
          type: 'customer.updated',
          id: request.params.id,
          count: 1,
          changes: customerChanges(form.data),
        })
      : { tone: 'bad' as const, text: 'A customer needs a name.' }
    await answerPanel(request, response, notice)
  })

  router.post('/deliveries/:id/again', async (request, response) => {
    const delivery = await deliveries.again(request.params.id)
    const last = delivery?.attempts.at(-1)
    await answerPanel(request, response, {
      tone: last?.status && last.status < 300 ? 'ok' : 'bad',
      text: last ? `Sent again: ${last.status ?? 'no answer'} ${last.code}` : 'This delivery is no longer kept.',
    })
  })

  // Called by the app's settings page (JSON) and by the form on this page.
  router.post('/connections', async (request, response) => {
    const result = connect(request.body)
    if (request.is('json')) {
      const { id, clientId, clientSecret } = result.ok ? result.connection : {}
      response
        .status(result.ok ? 201 : 422)
        .json(result.ok ? { id, client_id: clientId, client_secret: clientSecret } : { error: result.problem })
      return
    }
    await answerPanel(
      request,
      response,
      result.ok ? { tone: 'ok', text: 'Connected. Send an event.' } : { tone: 'bad', text: result.problem },
    )
  })

  // Faults of the API on demand: `{ path: '/customers/*', status: 503, times: 5 }`; DELETE ends it.
  router.post('/control/faults', (request, response) => {
    const wish = faultWish.safeParse(request.body)
    if (wish.success) apiFaults.control.failNext(wish.data)
    response.status(wish.success ? 201 : 422).json({ faults: apiFaults.control.faults() })
  })
  router.delete('/control/faults', (_request, response) => {
    apiFaults.control.clearFaults()
    response.json({ faults: [] })
  })

  router.post('/connections/:id/forget', async (request, response) => {
    const index = workspace.connections.findIndex(({ id }) => id === request.params.id)
    if (index >= 0) workspace.connections.splice(index, 1)
    file.save()
    await answerPanel(request, response, { tone: 'ok', text: 'Rankr no longer sends there.' })
  })

  return router
}
