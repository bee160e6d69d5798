// Simulated CRMs for tests that run actions of the catalog: each world is new, holds an installed app and its people, and
// is reached over HTTP by the same executor as the real one.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import express, { type RequestHandler } from 'express'
import { action, actions } from '../../server/catalog/index.ts'
import { SCOPES } from '../../server/catalog/scopes.ts'
import { createCrmClient } from '../../server/highlevel/client.ts'
import { createExecute } from '../../server/highlevel/execute.ts'
import { createCrmHttp } from '../../server/highlevel/http.ts'
import { createLog } from '../../server/log.ts'
import { createFileSource } from '../../server/outbound/files.ts'
import { createGuard } from '../../server/outbound/guard.ts'
import {
  createSimulatedCrm,
  SEED,
  type SimulatedCrm,
  type SimulatedCrmOptions,
} from '../../server/sandbox/crm/simulated-crm.ts'
import { sampleAnswersOf } from '../../server/wire/sandbox.ts'
import { listen } from '../listen.ts'

const AT = new Date('2026-03-02T14:00:00.000Z')
const locationId = SEED.locations.dental
const { companyId } = SEED

/** What every file of the samples holds. */
export const FILE = Buffer.alloc(300_000, 'a plan of three pages ')

const APP = {
  clientId: 'catalogapp00000000000001-key1',
  clientSecret: 'a secret of the app',
  ssoKey: 'a shared secret',
  redirectUris: ['https://app.example.com/oauth/callback'],
  webhookUrl: '',
  scopes: Object.keys(SCOPES),
}

const OPTIONS: SimulatedCrmOptions = {
  now: () => AT,
  apps: [APP],
  samples: sampleAnswersOf(actions),
  limits: { burst: 1_000_000 },
}

/** One request as it arrived, and whether a sample answered it. */
export type Seen = { method: string; path: string; version: string | undefined; isSample: boolean }

export type World = {
  /** The output of an action. Throws what the executor throws. */
  run(actionId: string, input: Record<string, unknown>): Promise<unknown>
  execute: ReturnType<typeof createExecute>['execute']
  list: ReturnType<typeof createExecute>['list']
  /** Requests so far, oldest first. */
  seen: Seen[]
  crm: SimulatedCrm
  locationId: string
}

/** Starts a server for worlds, one after the other; call `close` at the end. */
export const createWorlds = async () => {
  let current: { crm: SimulatedCrm; seen: Seen[] } = { crm: createSimulatedCrm(OPTIONS), seen: [] }

  const note: RequestHandler = (request, response, next) => {
    const { seen } = current
    response.on('finish', () => {
      const isSample = response.getHeader('x-sandbox') === 'sample'
      seen.push({ method: request.method, path: request.path, version: request.get('version'), isSample })
    })
    next()
  }
  const server = createServer(express().use(note, (...call) => current.crm.router(...call)))
  const http = createCrmHttp({ apiUrl: await listen(server) })

  const tokenOf = async (target: Parameters<SimulatedCrm['control']['install']>[0]['target']): Promise<string> => {
    const { status, data } = await http.send({
      method: 'POST',
      path: '/oauth/token',
      bodyStyle: 'form',
      body: {
        client_id: APP.clientId,
        client_secret: APP.clientSecret,
        grant_type: 'authorization_code',
        code: current.crm.control.install({ target }),
      },
    })
    assert.equal(status, 200)
    return (data as { access_token: string }).access_token
  }

  const tokens = new Map([
    [locationId as string, await tokenOf({ kind: 'Location', locationId })],
    [
      companyId as string,
      await tokenOf({ kind: 'Company', companyId, locationIds: [locationId], installToFuture: false }),
    ],
  ])
  const tokenFor = async (tenantId: string) => ({ accessToken: tokens.get(tenantId)!, scopes: APP.scopes })

  // Worlds begin with the account and its people, and without records that the samples' own would collide with.
  const beginning = current.crm.state.export()
  for (const table of ['contacts', 'tags']) beginning.tables[table] = []

  const client = createCrmClient({
    http,
    tokens: { tokenFor, refreshed: tokenFor, suspend: async () => undefined } as never,
    budget: { take: async () => undefined, observe: () => undefined, limited: async () => undefined } as never,
    companyOf: async () => companyId,
    now: () => AT,
    log: createLog({ level: 'silent' }),
  })
  // What the samples call files.example.com.
  const fileServer = createServer((_request, response) => response.end(FILE))
  const filesUrl = await listen(fileServer)
  const source = createFileSource({ guard: createGuard({ allowedHosts: ['127.0.0.1'] }), now: () => AT })
  const { execute, list } = createExecute({
    client,
    openFile: ({ address, limits }) =>
      source.open({ address: address.replace('https://files.example.com', filesUrl), limits }),
    action,
    tenant: async () => ({ companyId, userId: SEED.users.owner }),
    appId: 'catalogapp00000000000001',
  })

  return {
    /** A new world; the one before it is gone. */
    async open(): Promise<World> {
      await current.crm.close()
      const opened = { crm: createSimulatedCrm({ ...OPTIONS, snapshot: beginning }), seen: [] as Seen[] }
      current = opened
      return {
        ...opened,
        execute,
        list,
        locationId,
        run: async (actionId, input) => (await execute({ locationId, actionId, input, priority: 'live' })).output,
      }
    },
    async close(): Promise<void> {
      http.close()
      source.close()
      fileServer.closeAllConnections()
      await new Promise((resolve) => fileServer.close(resolve))
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await current.crm.close()
    },
  }
}
