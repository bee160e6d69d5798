// Simulated support desks: any number of accounts that answer as Zendesk or as Freshdesk, with a page where one is their agent.
// Met by the app over HTTP only.

import express, { type Request } from 'express'
import { z } from 'zod'
import { createJsonFile } from '../json-file.ts'
import { refuseOtherSites, sandboxHeaders, sendPage } from '../pages.ts'
import { createApiFaults } from '../rankr/api-faults.ts'
import { type After, afterTimeout, type Post, postOverHttp } from '../rankr/deliveries.ts'
import { freshdeskApi, freshdeskManners } from './freshdesk.ts'
import { type Account, type DeskKind, type DeskState, newAccount, type Status, type Ticket } from './records.ts'
import { createWebhookSender } from './webhook-sender.ts'
import { zendeskApi, zendeskManners } from './zendesk.ts'

type Deps = {
  /** Where the app answers; changes are told nowhere else. */
  appUrl: string
  asset: (name: string) => string
  /** Where the accounts are kept between starts; without it in memory only. */
  file: string | undefined
  now: () => Date
  onError: (error: unknown) => void
  post?: Post
  after?: After
  /** Calls that each account takes in a minute. */
  callsPerMinute?: number
}

const MANNERS = { zendesk: zendeskManners, freshdesk: freshdeskManners }

const kind = z.enum(['zendesk', 'freshdesk'])
const name = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
const opening = z.object({ kind, name })
const rule = z.object({ name, url: z.url(), secret: z.string().min(1).max(200) })
const move = z.object({ kind, name, id: z.coerce.number(), status: z.enum(['open', 'pending', 'solved', 'closed']) })

const basicUser = (header: string | undefined): { user: string; password: string } => {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(header ?? '') ?? []
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** The simulated desks with their router, controls and saved state. */
export const createSimulatedDesk = ({
  appUrl,
  asset,
  file: path,
  now,
  onError,
  post = postOverHttp,
  after = afterTimeout,
  callsPerMinute = 200,
}: Deps) => {
  const file = createJsonFile<DeskState>({ file: path, initial: () => ({ accounts: [], told: [] }), onError })
  const state = file.value
  // A start on another port finds the app there.
  for (const hook of state.accounts.flatMap(({ hooks }) => hooks)) {
    hook.url = new URL(new URL(hook.url).pathname, appUrl).href
  }
  const webhookSender = createWebhookSender({ state, save: file.save, post, after, now })

  const find = (wanted: DeskKind, called: string): Account | undefined =>
    state.accounts.find((account) => account.kind === wanted && account.name === called)

  const hasKey: Record<DeskKind, (account: Account, given: { user: string; password: string }) => boolean> = {
    zendesk: ({ email, key }, { user, password }) => user === `${email}/token` && password === key,
    freshdesk: ({ key }, { user }) => user === key,
  }
  /** The account that the address names, when the caller has its key. */
  const accountOf =
    (wanted: DeskKind) =>
    (request: Request): Account | undefined => {
      const account = find(wanted, String(request.params.name))
      return account && hasKey[wanted](account, basicUser(request.get('authorization'))) ? account : undefined
    }

  const shared = {
    // The caller's answer does not wait for those who listen: it may be one of them.
    changed: (account: Account, ticket: Ticket, previous: Status) => void webhookSender.tell(account, ticket, previous),
    save: file.save,
    now,
    appUrl,
  }
  const apiFaults = Object.fromEntries(
    (['zendesk', 'freshdesk'] as const).map((wanted) => [
      wanted,
      createApiFaults({
        now,
        perMinute: callsPerMinute,
        manners: MANNERS[wanted],
        callerOf(header) {
          const given = basicUser(header)
          return state.accounts.find((account) => account.kind === wanted && hasKey[wanted](account, given))?.name
        },
      }),
    ]),
  ) as Record<DeskKind, ReturnType<typeof createApiFaults>>

  const router = express.Router()
  for (const wanted of ['zendesk', 'freshdesk'] as const) {
    const { allow, strike } = apiFaults[wanted]
    const below = express.Router({ mergeParams: true })
    // Zendesk tells strangers there that they are nobody; its other calls refuse them.
    below.use((request, response, next) => {
      if (wanted === 'zendesk' && request.path === '/users/me') next()
      else if (accountOf(wanted)(request)) allow(request, response, next)
      else MANNERS[wanted].refuse(response)
    }, strike)
    const api = wanted === 'zendesk' ? zendeskApi : freshdeskApi
    below.use(api({ ...shared, accountOf: accountOf(wanted) }))
    router.use(`/${wanted}/:name/api/v2`, below)
  }

  router.use(sandboxHeaders([]), refuseOtherSites)
  router.use(express.urlencoded({ extended: false, limit: '20kb' }), express.json({ limit: '20kb' }))

  // An account to try with, as a person would open one at the desk's own site.
  router.post('/accounts', (request, response) => {
    const parsed = opening.safeParse(request.body)
    if (!parsed.success) return void response.status(422).json({ error: 'Name the desk with letters and digits.' })
    const account = find(parsed.data.kind, parsed.data.name) ?? newAccount(parsed.data.kind, parsed.data.name)
    if (!state.accounts.includes(account)) state.accounts.unshift(account)
    file.save()
    const { name: called, email, key } = account
    response.status(201).json({ name: called, email, key })
  })
  // The rule with a webhook that a person makes in Freshdesk's own settings.
  router.post('/freshdesk/rules', (request, response) => {
    const parsed = rule.safeParse(request.body)
    const account = parsed.data && find('freshdesk', parsed.data.name)
    if (!parsed.data || !account || new URL(parsed.data.url).origin !== new URL(appUrl).origin) {
      return void response.status(422).json({ error: 'This rule cannot be made.' })
    }
    const { url, secret } = parsed.data
    account.hooks = [...account.hooks.filter((hook) => hook.url !== url), { id: url, name: 'Rankr', url, secret }]
    file.save()
    response.status(201).json({})
  })

  const panel = (notice?: string) => ({ asset, accounts: state.accounts, told: state.told.slice(0, 5), notice })
  router.get('/', (_request, response) => sendPage(response, 'desk/page', panel()))
  router.get('/panel', (_request, response) => sendPage(response, 'desk/panel', panel()))
  router.post('/tickets', async (request, response) => {
    const parsed = move.safeParse(request.body)
    const { data } = parsed
    const account = data && find(data.kind, data.name)
    const ticket = account?.tickets.find(({ id }) => id === data?.id)
    if (!data || !account || !ticket)
      return sendPage(response, 'desk/panel', panel('There is no such ticket any more.'))
    const previous = ticket.status
    Object.assign(ticket, { status: data.status, updatedAt: now().toISOString() })
    file.save()
    await webhookSender.tell(account, ticket, previous)
    await sendPage(response, 'desk/panel', panel(`Ticket ${ticket.id} is ${data.status}.`))
  })

  return {
    /** To be mounted at `/sandbox/desk`. */
    router,
    /** Not to be changed. */
    state: state as Readonly<DeskState>,
    /** For tests: faults, limits and calls of either desk. */
    control: { zendesk: apiFaults.zendesk.control, freshdesk: apiFaults.freshdesk.control },
    async stop() {
      await webhookSender.stop()
      await file.written()
    },
  }
}

export type SimulatedDesk = ReturnType<typeof createSimulatedDesk>

/** Where the desks of a sandbox answer, with `{name}` in place of the account's. */
export const sampleDeskUrls = (appUrl: string): Record<DeskKind, string> => ({
  zendesk: `${appUrl}/sandbox/desk/zendesk/{name}`,
  freshdesk: `${appUrl}/sandbox/desk/freshdesk/{name}`,
})

const ask = async (appUrl: string, path: string, body: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const response = await fetch(`${appUrl}/sandbox/desk${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`The simulated desk answered ${response.status}`)
  return (await response.json()) as Record<string, unknown>
}

/** What a person does at the desk's own site, over HTTP. Both throw when the desk does not take it. */
export const createSampleDesk = (appUrl: string) => ({
  /** Opens an account, or finds the one of that name. */
  async open(wish: { kind: DeskKind; name: string }): Promise<{ name: string; email: string; key: string }> {
    const { name: called, email, key } = await ask(appUrl, '/accounts', wish)
    return { name: String(called), email: String(email), key: String(key) }
  },
  /** Only Freshdesk's webhooks are set up by people. */
  async addRule(wish: { name: string; url: string; secret: string }): Promise<void> {
    await ask(appUrl, '/freshdesk/rules', wish)
  },
})
