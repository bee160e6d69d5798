// External authentication: the marketplace asks a person for the fields the app has named, and asks the app whether
// they are right. Unsigned; 200, 201, 202 and 204 mean yes. Also the page on which an account connects later or again.

import express, { type RequestHandler, type Response, Router } from 'express'
import { refuseOtherSites, renderSandbox } from '../pages.ts'
import { appIdOf, type Installs } from './installs.ts'
import type { SimulatedApp } from './options.ts'
import type { State } from './state.ts'
import type { Events } from './webhooks.ts'

const FINE = new Set([200, 201, 202, 204])
const TIMEOUT_MS = 15_000

/** Which accounts a check is about, as the marketplace says it. */
export type AuthScope = {
  companyId: string | null
  locationId: string[] | null
  approveAllLocations: boolean
  excludedLocations: string[] | null
}

type Values = Record<string, string>
export type Checked = { isFine: boolean; status: number; words: string }

type Options = { state: State; apps: readonly SimulatedApp[]; installs: Installs; events: Events }

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

/** The form of external authentication. */
export const createExternalAuth = ({ state, apps, installs, events }: Options) => {
  /** What was typed for the fields of the app; undefined when all was left empty and nothing is demanded. */
  const valuesIn = (app: SimulatedApp, form: Record<string, unknown>): Values | undefined => {
    const fields = app.externalAuth?.fields ?? []
    const values = Object.fromEntries(fields.map(({ key }) => [key, textOf(form[key])]))
    const isAsked = fields.some(({ key, required }) => required || values[key] !== '')
    return isAsked ? values : undefined
  }

  /** Asks the app. An answer that is no sentence, or none at all, is told in one of our own. */
  const check = async (app: SimulatedApp, scope: AuthScope, values: Values): Promise<Checked> => {
    const { url, headers } = app.externalAuth!
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body: JSON.stringify({ ...scope, ...values }),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>
      const words = [answer.title, answer.detail ?? answer.message].map(textOf).filter(Boolean).join('. ')
      const isFine = FINE.has(response.status)
      return { isFine, status: response.status, words: words || `The app answered ${response.status}.` }
    } catch {
      return { isFine: false, status: 0, words: 'The app did not answer.' }
    }
  }

  const connected = (app: SimulatedApp, locationId: string): void =>
    events.lifecycle(app.clientId, {
      type: 'EXTERNAL_AUTH_CONNECTED',
      appId: appIdOf(app.clientId),
      locationId,
      companyId: state.locations.get(locationId)?.companyId,
      authType: 'basic',
    })

  const ofAccount = (locationId: string): AuthScope => ({
    companyId: null,
    locationId: [locationId],
    approveAllLocations: false,
    excludedLocations: null,
  })

  const show = async (response: Response, { app, locationId, ...told }: Page): Promise<void> => {
    response.set({
      'content-security-policy':
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    const { baseUrl, originalUrl } = response.req
    const account = state.locations.get(locationId)?.name
    const html = await renderSandbox('crm/external-connection', {
      base: baseUrl,
      action: originalUrl,
      app,
      account,
      ...told,
    })
    response
      .status(told.fault ? 422 : 200)
      .type('html')
      .send(html)
  }

  type Page = { app: SimulatedApp; locationId: string; fault?: string; isDone?: boolean }

  const page =
    (
      work: (
        at: { app: SimulatedApp; locationId: string },
        form: Record<string, unknown>,
      ) => Promise<Omit<Page, 'app' | 'locationId'>>,
    ): RequestHandler =>
    async (request, response) => {
      const app = apps.find(({ clientId }) => clientId === request.query.client_id)
      const locationId = textOf(request.query.location_id)
      if (!app?.externalAuth || !installs.find(app.clientId, locationId)) {
        return void response.status(404).type('text').send('The app is not there, or asks for nothing.')
      }
      await show(response, { app, locationId, ...(await work({ app, locationId }, request.body ?? {})) })
    }

  const pages = Router()
  pages.get(
    '/external-connection',
    page(async () => ({})),
  )
  pages.post(
    '/external-connection',
    refuseOtherSites,
    express.urlencoded({ extended: false, limit: '20kb' }),
    page(async ({ app, locationId }, form) => {
      const values = valuesIn(app, form)
      if (!values) return { fault: 'Fill in the fields.' }
      const { isFine, words } = await check(app, ofAccount(locationId), values)
      if (isFine) state.change(() => connected(app, locationId))
      return isFine ? { isDone: true } : { fault: words }
    }),
  )

  return { valuesIn, check, connected, ofAccount, pages }
}

export type ExternalAuth = ReturnType<typeof createExternalAuth>
