// A simulated HighLevel, as one would meet it over HTTP: marketplace consent page, OAuth, API, signed webhooks, user
// context. The app under it reaches it over HTTP only; the sandbox page and tests also use `control` and `state`.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Router } from 'express'
import { createAppointmentStore } from './appointment-store.ts'
import { appointmentOperations } from './appointments.ts'
import { associationOperations } from './associations.ts'
import { createAuthorizePages } from './authorize.ts'
import { builderOperations, createBuilder } from './builder.ts'
import { businessOperations } from './businesses.ts'
import { calendarOperations } from './calendars.ts'
import { contactOperations } from './contact-operations.ts'
import { contactSearch } from './contact-search.ts'
import { createContactStore } from './contact-store.ts'
import { contactTagOperations } from './contact-tags.ts'
import { createCallLog, createControl } from './control.ts'
import { conversationOperations } from './conversations.ts'
import { customFieldOperations } from './custom-fields.ts'
import { createDeliveries, postWebhook, RETRY_DELAYS_MS } from './deliveries.ts'
import { createDispatch } from './dispatch.ts'
import { createExternalAuth } from './external-auth.ts'
import { createFaults } from './faults.ts'
import { installationOperations } from './installations.ts'
import { createInstalls } from './installs.ts'
import { createInvoiceStore } from './invoice-store.ts'
import { invoiceOperations } from './invoices.ts'
import { locationOperations } from './locations.ts'
import { mediaOperations } from './media.ts'
import { createMessageStore } from './message-store.ts'
import { noteOperations } from './notes.ts'
import { oauthOperations } from './oauth.ts'
import { objectFieldOperations } from './object-fields.ts'
import type { ObjectRecord } from './object-rows.ts'
import { objectOperations } from './objects.ts'
import { opportunityOperations } from './opportunities.ts'
import { createOpportunityStore } from './opportunity-store.ts'
import type { SimulatedCrmOptions } from './options.ts'
import { createPerson } from './person.ts'
import { productOperations } from './products.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRecordStore } from './record-store.ts'
import { recordOperations } from './records.ts'
import type { Contact } from './rows.ts'
import { sampleOperations } from './samples.ts'
import { createSearchIndex } from './search-index.ts'
import { seedCompany } from './seed.ts'
import { createState, type State } from './state.ts'
import { createTagList } from './tag-list.ts'
import { taskOperations } from './tasks.ts'
import { createTokens } from './tokens.ts'
import { userOperations } from './users.ts'
import { createEvents } from './webhooks.ts'
import { workflowOperations } from './workflows.ts'

export type { SimulatedApp, SimulatedCrmOptions } from './options.ts'
export type { SampleAnswer } from './samples.ts'
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
 * webhookUrl, eventUrls?, events?, scopes, name? }], and optionally `samples`, `signingKey`, `limits` { burst, intervalMs, daily },
 * `tokenLifeSeconds`, `sendWebhook`, `retryDelaysMs`, `latencyMs`, `searchLagMs`, `lifecycleIds`, `file`, `snapshot`.
 *
 * Returns
 * - `router`: mount it under any path (`app.use('/sandbox/crm', crm.router)`), before any body parser. That path is then
 *   both HIGHLEVEL_API_URL and HIGHLEVEL_MARKETPLACE_URL. Without a prefix it also works as the handler of a server:
 *   `express().use(crm.router).listen(0)`.
 * - `publicKeyPem`: HIGHLEVEL_WEBHOOK_PUBLIC_KEY for what it signs.
 * - pages: consent (authorize.ts), and an account's external connection, `GET /external-connection?client_id=&location_id=`.
 * - `control`: install, uninstall, suspendLocation, expireTokens, failNext, userContext, flushWebhooks, writes, calls, …
 *   (control.ts), and `control.person`: what a person does in the product, without the app (person.ts).
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
  const externalAuth = createExternalAuth({ state, apps, installs, events })
  const rateLimit = createRateLimit({
    now,
    limits: { burst: 100, intervalMs: 10_000, daily: 200_000, ...options.limits },
  })
  const faults = createFaults()
  const calls = createCallLog()

  const tags = createTagList({ state })
  const contactIndex = createSearchIndex<Contact>({ now, lagMs: options.searchLagMs ?? 0 })
  const store = createContactStore({ state, events, tags, index: contactIndex, now })

  const recordIndex = createSearchIndex<ObjectRecord>({ now, lagMs: options.searchLagMs ?? 0 })
  const opportunities = createOpportunityStore({ state, events, now })
  const invoices = createInvoiceStore({ state, events, now })
  const records = createRecordStore({ state, events, index: recordIndex, now })
  const messages = createMessageStore({ state, events, now })
  const appointments = createAppointmentStore({ state, events, now })

  const operations = [
    ...oauthOperations({ state, tokens, apps }),
    ...installationOperations({ state, installs }),
    ...contactOperations({ state, store }),
    contactSearch({ state, store, index: contactIndex }),
    ...contactTagOperations({ state, store }),
    ...noteOperations({ state, events, now }),
    ...taskOperations({ state, events, now }),
    ...locationOperations({ state, tags }),
    ...customFieldOperations({ state }),
    ...userOperations({ state }),
    ...businessOperations({ state, events, now }),
    ...opportunityOperations({ state, store: opportunities }),
    ...invoiceOperations({ state, store: invoices }),
    ...productOperations({ state, events, now }),
    ...objectOperations({ state, events, now }),
    ...objectFieldOperations({ state, now }),
    ...recordOperations({ state, store: records, index: recordIndex }),
    ...associationOperations({ state, events }),
    ...conversationOperations({ state, store: messages }),
    ...mediaOperations({ state, now }),
    ...calendarOperations({ state }),
    ...appointmentOperations({ state, store: appointments }),
    ...workflowOperations({ state, now }),
    ...builderOperations({ state, now }),
    // Last: what keeps state goes before what does not.
    ...sampleOperations(options.samples ?? []),
  ]

  const router = Router()
  router.use(createAuthorizePages({ state, apps, installs, externalAuth }))
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
    builder: createBuilder({ state, apps, apiUrl: options.apiUrl }),
    person: createPerson({ state, contacts: store, opportunities, invoices, records, messages, events, now }),
    resetRateLimits: rateLimit.reset,
    now,
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
