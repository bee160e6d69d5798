// A simulated CRM on a port of its own, a clock that stands still, and a caller.

import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import express from 'express'
import type { SimulatedApp, SimulatedCrmOptions } from '../../../server/sandbox/crm/simulated-crm.ts'
import { createSimulatedCrm, SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { listen } from '../../listen.ts'

export const APP: SimulatedApp = {
  clientId: 'testapp000000000000000001-key1',
  clientSecret: 'a secret of the app',
  name: 'Test App',
  ssoKey: 'a shared secret',
  redirectUris: ['https://app.example.com/oauth/callback'],
  webhookUrl: 'https://app.example.com/webhooks/crm',
  eventUrls: { RecordCreate: 'https://app.example.com/webhooks/crm/RecordCreate' },
  scopes: [
    ...['contacts.readonly', 'contacts.write', 'locations.readonly', 'locations/tags.readonly', 'locations/tags.write'],
    ...['locations/customFields.readonly', 'locations/customFields.write', 'locations/tasks.readonly'],
    ...['users.readonly', 'businesses.readonly', 'businesses.write', 'opportunities.readonly', 'opportunities.write'],
    ...['invoices.readonly', 'invoices.write', 'products.readonly', 'products.write', 'products/prices.readonly'],
    ...['products/prices.write', 'objects/schema.readonly', 'objects/schema.write', 'objects/record.readonly'],
    ...['objects/record.write', 'associations.readonly', 'associations.write', 'associations/relation.readonly'],
    ...['associations/relation.write', 'conversations.readonly', 'conversations.write'],
    ...['conversations/message.readonly', 'conversations/message.write', 'calendars.readonly', 'workflows.readonly'],
    ...['calendars.write', 'calendars/events.readonly', 'calendars/events.write'],
    ...['oauth.readonly', 'oauth.write', 'marketplace-installer-details.readonly'],
  ],
}

export type Sent = { url: string; body: string; headers: Record<string, string> }

type CallInput = {
  token?: string | undefined
  version?: string | undefined
  body?: unknown
  form?: Record<string, string>
  headers?: Record<string, string>
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes
export type Answer = { status: number; body: any; headers: Headers }

/** Starts one; it is stopped when the test ends. Webhooks are collected in `sent` and answered 200. */
export const startCrm = async (
  t: TestContext,
  options: Partial<SimulatedCrmOptions> & { app?: Partial<SimulatedApp> } = {},
) => {
  const clock = { at: Date.parse('2026-10-05T08:00:00.000Z') }
  const sent: Sent[] = []
  const app = { ...APP, ...options.app }
  const crm = createSimulatedCrm({
    now: () => new Date(clock.at),
    apps: [app],
    async sendWebhook(url, body, headers) {
      sent.push({ url, body, headers })
      return 200
    },
    ...options,
  })
  const server = createServer(express().use('/crm', crm.router))
  const origin = await listen(server)
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await crm.close()
  })
  const url = `${origin}/crm`

  const call = async (method: string, path: string, input: CallInput = {}): Promise<Answer> => {
    const { token, version = '2021-07-28', body, form, headers = {} } = input
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(version && { version }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(form && { body: new URLSearchParams(form) }),
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
      headers: response.headers,
    }
  }

  const exchange = (code: string) =>
    call('POST', '/oauth/token', {
      version: '',
      form: { client_id: app.clientId, client_secret: app.clientSecret, grant_type: 'authorization_code', code },
    })

  const refresh = (refreshToken: string) =>
    call('POST', '/oauth/token', {
      version: '',
      form: {
        client_id: app.clientId,
        client_secret: app.clientSecret,
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
      },
    })

  /** Installs on a location and gives its token. */
  const locationToken = async (locationId: string = SEED.locations.dental, scopes?: string[]): Promise<string> => {
    const code = crm.control.install({ target: { kind: 'Location', locationId }, ...(scopes && { scopes }) })
    return (await exchange(code)).body.access_token
  }

  /** Installs on the company, by default for all its locations, and gives the company's token. */
  const companyToken = async (installToFuture = false): Promise<string> => {
    const locationIds = Object.values(SEED.locations)
    const target = { kind: 'Company' as const, companyId: SEED.companyId, locationIds, installToFuture }
    return (await exchange(crm.control.install({ target }))).body.access_token
  }

  /** The bodies of the webhooks of one event, in order. */
  const webhooks = async (type: string) => {
    await crm.control.flushWebhooks()
    return sent.map(({ body }) => JSON.parse(body)).filter((body) => body.type === type)
  }

  return { crm, url, clock, sent, app, call, exchange, refresh, locationToken, companyToken, webhooks }
}
