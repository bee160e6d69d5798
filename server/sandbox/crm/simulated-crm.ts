// A simulated HighLevel, as one would meet it over HTTP: marketplace consent page, OAuth, API, signed webhooks, user
// context. The app under it reaches it over HTTP only; the sandbox page and tests also use `control` and `state`.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import express, { Router } from 'express'
import { createAuthorizePages } from './authorize.ts'
import { createContactBook } from './contact-book.ts'
import { contactOperations } from './contact-operations.ts'
import { contactSearch } from './contact-search.ts'
import { contactTagOperations } from './contact-tags.ts'
import { createCallLog, createControl } from './control.ts'
import { createDeliveries, postWebhook, RETRY_DELAYS_MS } from './deliveries.ts'
import { createDispatch } from './dispatch.ts'
import { createFaults } from './faults.ts'
import { installationOperations } from './installations.ts'
import { createInstalls } from './installs.ts'
import { noteOperations } from './notes.ts'
import { oauthOperations } from './oauth.ts'
import type { SimulatedCrmOptions } from './options.ts'
import { createRateLimit } from './rate-limit.ts'
import type { Contact } from './rows.ts'
import { createSearchIndex } from './search-index.ts'
import { seedCompany } from './seed.ts'
import { createState, type State } from './state.ts'
import { createTagList } from './tag-list.ts'
import { taskOperations } from './tasks.ts'
import { createTokens } from './tokens.ts'
import { createEvents } from './webhooks.ts'

export type { SimulatedApp, SimulatedCrmOptions } from './options.ts'
export { SEED } from './seed.ts'

const keptSigningKey = (state: State): KeyObject => {
  const kept = state.facts.get('signingKey')
  if (kept) return createPrivateKey(kept.value)
  const { privateKey } = generateKeyPairSync('ed25519')
  state.facts.put({ id: 'signingKey', value: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() })
  return privateKey
}

/**
 * Makes a simulated CRM.
 *
 * Options (all in options.ts): `now`, `apps` [{ clientId `<app id>-<suffix>`, clientSecret, ssoKey, redirectUris,
 * webhookUrl, eventUrls?, events?, scopes, name? }], and optionally `signingKey`, `limits` { burst, intervalMs, daily },
 * `tokenLifeSeconds`, `sendWebhook`, `retryDelaysMs`, `latencyMs`, `searchLagMs`, `lifecycleIds`, `file`, `snapshot`.
 *
 * Returns
 * - `router`: mount it under any path (`app.use('/sandbox/crm', crm.router)`), before any body parser. That path is then
 *   both HIGHLEVEL_API_URL and HIGHLEVEL_MARKETPLACE_URL. Without a prefix it also works as the handler of a server:
 *   `express().use(crm.router).listen(0)`.
 * - `publicKeyPem`: HIGHLEVEL_WEBHOOK_PUBLIC_KEY for what it signs.
 * - `control`: install, uninstall, suspendLocation, expireTokens, failNext, userContext, flushWebhooks, writes, calls, …
 *   (control.ts).
 * - `state`: its tables (`state.contacts.get(id)`, `state.notes.by('contact', id)`, …) and `state.export()`.
 * - `close()`: ends sending and closes the file.
 *
 * With `file`, every change is in the file before it is answered: a process killed at any point finds everything it was
 * told again, undelivered webhooks included. One process per file.
 */
export const createSimulatedCrm = (options: SimulatedCrmOptions) => {
  const { now, apps } = options
  const state = createState(options)
  if (state.isNew) state.change(() => seedCompany(state, now()))
  const signingKey = options.signingKey ?? keptSigningKey(state)

  const deliveries = createDeliveries({
    state,
    signingKey,
    send: options.sendWebhook ?? postWebhook,
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
    now,
  })
  const events = createEvents({ state, apps, deliveries, now, lifecycleIds: options.lifecycleIds ?? true })
  const tokens = createTokens({ state, now, lifeSeconds: options.tokenLifeSeconds ?? 86_399 })
  const installs = createInstalls({ state, tokens, events, now })
  const rateLimit = createRateLimit({
    now,
    limits: { burst: 100, intervalMs: 10_000, daily: 200_000, ...options.limits },
  })
  const faults = createFaults()
  const calls = createCallLog()

  const tags = createTagList({ state })
  const contactIndex = createSearchIndex<Contact>({ now, lagMs: options.searchLagMs ?? 0 })
  const book = createContactBook({ state, events, tags, index: contactIndex, now })

  const operations = [
    ...oauthOperations({ state, tokens, apps }),
    ...installationOperations({ state, installs }),
    ...contactOperations({ state, book }),
    contactSearch({ state, book, index: contactIndex }),
    ...contactTagOperations({ state, book }),
    ...noteOperations({ state, events, now }),
    ...taskOperations({ state, events, now }),
  ]

  const router = Router()
  router.use(express.urlencoded({ extended: false, limit: '100kb' }))
  router.use(createAuthorizePages({ state, apps, installs }))
  router.use(
    createDispatch({
      operations,
      state,
      tokens,
      rateLimit,
      faults,
      now,
      latencyMs: options.latencyMs ?? 0,
      onCall: calls.add,
    }),
  )

  const control = createControl({
    state,
    apps,
    tokens,
    installs,
    events,
    deliveries,
    faults,
    calls,
    resetRateLimits: rateLimit.reset,
  })

  deliveries.resume()

  return {
    router,
    state,
    control,
    publicKeyPem: createPublicKey(signingKey).export({ type: 'spki', format: 'pem' }).toString(),
    async close(): Promise<void> {
      await deliveries.close()
      state.close()
    },
  }
}

export type SimulatedCrm = ReturnType<typeof createSimulatedCrm>
