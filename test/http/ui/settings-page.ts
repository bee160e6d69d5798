// The settings routes with their real views and middleware, over stores that live in memory.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import { AppError } from '../../../server/errors.ts'
import { createAssets } from '../../../server/http/assets.ts'
import { createSessionIssuer } from '../../../server/http/doors/session.ts'
import { createIcons } from '../../../server/http/icons.ts'
import { createRender } from '../../../server/http/render.ts'
import type { ActivityDetail, SyncUse, UserContext } from '../../../server/http/ui/deps.ts'
import type { ScopeUse } from '../../../server/http/ui/permissions.ts'
import { createSettingsRoutes, type SettingsDeps } from '../../../server/http/ui/settings-routes.ts'
import { createViewLocals } from '../../../server/http/view-locals.ts'
import type { Connection } from '../../../server/store/connections.ts'
import type { Tx } from '../../../server/store/db.ts'
import type { Installation } from '../../../server/store/installations.ts'
import { templates } from '../../../server/workflows/templates/index.ts'
import type { Template } from '../../../server/workflows/templates/template.ts'
import { bearer, NOW, now, PUBLIC_URL, SESSION_SECRET, serve } from '../serve.ts'
import { createBothLanguages } from './both-languages.ts'
import { noApps } from './no-apps.ts'
import { noDesks } from './no-desks.ts'
import { noFanOut } from './no-fan-out.ts'
import { noIncoming } from './no-incoming.ts'
import { noIntegrity } from './no-integrity.ts'
import { noMappings } from './no-mappings.ts'
import { noWorkflows } from './no-workflows.ts'

const root = new URL('../../../', import.meta.url).pathname

const assets = createAssets({ root: `${root}public` })
const icons = createIcons()

export const WANTED = ['contacts.readonly', 'contacts.write', 'oauth.readonly', 'oauth.write']

export const installation = (change: Partial<Installation> = {}): Installation => ({
  tenantId: 'loc_1',
  kind: 'location',
  companyId: 'comp_1',
  status: 'active',
  statusCode: null,
  userId: 'user_1',
  appVersionId: null,
  planId: null,
  name: 'Harbor Dental',
  timeZone: null,
  whiteLabelDomain: null,
  language: null,
  isBulk: false,
  installToFuture: false,
  scopes: WANTED,
  hasRefreshToken: true,
  accessExpiresAt: new Date(NOW.getTime() + 86_000_000),
  tokenVersion: 1,
  refreshedAt: new Date(NOW.getTime() - 400_000),
  refreshFailures: 0,
  refreshFailedAt: null,
  refreshError: null,
  exchangedAt: null,
  installedAt: new Date(NOW.getTime() - 3_600_000),
  uninstalledAt: null,
  createdAt: NOW,
  ...change,
})

export const event = (change: Partial<ActivityDetail> = {}): ActivityDetail => ({
  eventId: '019ab000-0000-7000-8000-000000000001',
  receivedAt: new Date(NOW.getTime() - 60_000),
  source: 'rankr',
  type: 'customer.created',
  recordKey: 'customer:cus_1',
  outcome: 'done',
  code: null,
  nextAt: null,
  sourceEventId: 'msg_1',
  occurredAt: null,
  payload: { type: 'customer.created', data: { id: 'cus_1', name: '<b>Ana</b>' } },
  runs: [],
  deadLetterId: null,
  detail: null,
  ...change,
})

type World = {
  installations: Map<string, Installation>
  connections: { locationId: string; connection: Connection; secret: string; credentials?: object }[]
  /** By account and template, as `loc_1 customers`. */
  syncs: Map<string, SyncUse>
  /** What is on, with the permissions it needs. */
  uses: ScopeUse[]
  events: { locationId: string; event: ActivityDetail }[]
  replayed: string[]
  /** What was asked of the installer, as `disconnect loc_1`. */
  ended: string[]
  settings: Map<string, object>
  contexts: Map<string, UserContext>
}

const unused = ({ options }: Template): SyncUse => ({
  isEnabled: false,
  options: options.parse({}) as Record<string, unknown>,
})

/** A supertest agent over the settings routes, and the world behind them to be arranged and looked at. */
export const settingsPage = (overrides: Partial<SettingsDeps> = {}, options: { notice?: string } = {}) => {
  const world: World = {
    installations: new Map([['loc_1', installation()]]),
    connections: [],
    syncs: new Map(),
    uses: [],
    events: [],
    replayed: [],
    ended: [],
    settings: new Map(),
    contexts: new Map(),
  }
  const ofLocation = (locationId: string, id: string) =>
    world.connections.find((one) => one.locationId === locationId && one.connection.id === id)
  let secrets = 0
  const deps: SettingsDeps = {
    ...noFanOut,
    ...noApps,
    ...noDesks,
    ...noIncoming,
    frameAncestors: async (locationId) => [`https://${locationId ?? 'any'}.crm.example.com`],
    platformLabel: 'your CRM',
    publicUrl: PUBLIC_URL,
    now,
    wantedScopes: WANTED,
    templates,
    mapped: new Set(['customers']),
    ...noMappings,
    workflowIdOf: (locationId, templateId) => `${locationId}-${templateId}`,
    scopesOf: () => ['contacts.readonly', 'contacts.write'],
    usesOf: async () => world.uses,
    choices: async () => ({ options: [] }),
    log: { warn() {} },
    transaction: (work) => work({} as Tx),
    issueSession: createSessionIssuer({ secret: SESSION_SECRET, now }),
    openUserContext: (payload) => {
      const context = world.contexts.get(payload)
      if (!context) throw new AppError('user_context_invalid')
      return context
    },
    installations: {
      find: async (id) => world.installations.get(id),
      locationsOf: async (companyId) =>
        [...world.installations.values()].filter((one) => one.kind === 'location' && one.companyId === companyId),
      update: async (id, change) => {
        world.installations.set(id, { ...world.installations.get(id)!, ...change })
      },
    },
    connections: {
      list: async (locationId) =>
        world.connections.filter((one) => one.locationId === locationId).map(({ connection }) => connection),
      create: async (locationId, { name }) => {
        secrets += 1
        const connection: Connection = {
          id: `con_${secrets}`,
          name,
          workspaceId: null,
          status: 'active',
          createdAt: NOW,
          rotatedAt: null,
          previousSecretExpiresAt: null,
          lastEventAt: null,
          hasCredentials: false,
          origin: 'settings',
        }
        const made: World['connections'][number] & { secret: string } = {
          locationId,
          connection,
          secret: `whsec_secret${secrets}`,
        }
        world.connections.push(made)
        return made
      },
      rotate: async (locationId, id, { overlapHours = 24 }) => {
        const found = ofLocation(locationId, id)
        if (!found) return undefined
        secrets += 1
        found.secret = `whsec_secret${secrets}`
        found.connection.rotatedAt = NOW
        found.connection.previousSecretExpiresAt =
          overlapHours > 0 ? new Date(NOW.getTime() + overlapHours * 3_600_000) : null
        return found
      },
      setCredentials: async (locationId, id, { credentials }) => {
        const found = ofLocation(locationId, id)
        if (!found) return undefined
        found.credentials = credentials
        found.connection.hasCredentials = true
        return found.connection
      },
      setEnabled: async (locationId, id, { isEnabled }) => {
        const found = ofLocation(locationId, id)
        if (found) found.connection.status = isEnabled ? 'active' : 'disabled'
        return found?.connection
      },
    },
    syncs: {
      read: async (locationId, template) => world.syncs.get(`${locationId} ${template.id}`) ?? unused(template),
      readAll: async (locationId, all) =>
        all.map((template) => world.syncs.get(`${locationId} ${template.id}`) ?? unused(template)),
      change: async (locationId, template, { use }) => void world.syncs.set(`${locationId} ${template.id}`, use),
    },
    recentEvents: async (locationId, { source, types, keyPart, limit }) =>
      world.events
        .filter((one) => one.locationId === locationId && one.event.source === source && types.includes(one.event.type))
        .map(({ event: { eventId: id, sourceEventId, occurredAt, source, type, recordKey, receivedAt, payload } }) => ({
          ...{
            id,
            sourceEventId,
            occurredAt,
            source,
            type,
            recordKey,
            receivedAt,
            locationId,
            connectionId: null,
            hops: 0,
          },
          ...{ receivedOn: receivedAt.toISOString().slice(0, 10), lane: 'live' as const, seq: 1 },
          payload: payload as Record<string, unknown>,
        }))
        .filter(({ recordKey }) => !keyPart || recordKey.split(':').includes(keyPart))
        .slice(0, limit),
    activity: {
      list: async (locationId, { outcome, type, search, limit }) => ({
        entries: world.events
          .filter((one) => one.locationId === locationId)
          .map((one) => one.event)
          .filter(
            (one) =>
              (!outcome || one.outcome === outcome) &&
              (!type || one.type === type) &&
              (!search || one.recordKey.endsWith(search)),
          )
          .slice(0, limit),
        next: null,
      }),
      detail: async (locationId, eventId) =>
        world.events.find((one) => one.locationId === locationId && one.event.eventId === eventId)?.event,
      openFailures: async (locationId) =>
        world.events.filter((one) => one.locationId === locationId && one.event.deadLetterId).length,
      replay: async (locationId, deadLetterId) => {
        const found = world.events.find(
          (one) => one.locationId === locationId && one.event.deadLetterId === deadLetterId,
        )
        if (!found) return false
        found.event = { ...found.event, outcome: 'queued', deadLetterId: null }
        world.replayed.push(deadLetterId)
        return true
      },
    },
    audit: { list: async () => [] },
    names: { of: async () => () => undefined },
    revenue: { list: async () => [], turns: async () => [], currencies: async () => [] },
    lastDay: async () => [],
    companyHealth: { read: async () => new Map(), inState: async () => new Set() },
    companyService: { switch: async () => true, copy: async () => ({ changed: [], kept: [] }) },
    ...noWorkflows,
    ...noIntegrity,
    budgets: { read: async () => undefined },
    keepsOut: () => false,
    backlog: async () => ({ unread: 0, parked: 0 }),
    backfill: {
      progress: async () => undefined,
      wanted: async () => [],
      start: async () => {},
      stop: async () => {},
      resume: async () => {},
    },
    orderPlace: { isReady: async () => true, forget() {}, move: async () => 0, waiting: async () => 0 },
    disconnect: async (tenantId) => void world.ended.push(`disconnect ${tenantId}`),
    erase: async (tenantId) => void world.ended.push(`erase ${tenantId}`),
    settings: {
      read: async (locationId) => world.settings.get(locationId) ?? {},
      change: async (locationId, changes) => void world.settings.set(locationId, changes),
    },
    ...overrides,
  }
  const localsFor = createViewLocals({ assets, icons, platformLabel: 'your CRM', ...options })
  const render = createRender({ folder: `${root}views`, localsFor })
  const both = createBothLanguages(render)
  after(() => assert.deepEqual(both.same(), [], 'these read the same in Spanish'))
  const served = serve(createSettingsRoutes(deps), {
    render: both.render,
    frameAncestors: deps.frameAncestors,
    installed: ['loc_1', 'comp_1', 'loc_2', 'comp_9'],
  })
  return { ...served, world, deps }
}

/** A user context under a payload of its own, as the CRM would encrypt it. */
export const contextOf = (world: World, change: Partial<UserContext> = {}): string => {
  const payload = `payload-${randomUUID()}`
  world.contexts.set(payload, {
    userId: 'user_1',
    companyId: 'comp_1',
    role: 'admin',
    userName: 'Jane Doe',
    activeLocation: 'loc_1',
    ...change,
  })
  return payload
}

type Page = ReturnType<typeof settingsPage>

/** A screen as it is swapped into the page. */
export const look = async ({ agent }: Page, path: string, session = {}) => {
  const answer = await agent
    .get(path)
    .set('hx-request', 'true')
    .set('authorization', await bearer(session))
  assert.equal(answer.status, 200, answer.text)
  return answer.text
}

/** What a form of a screen sends. */
export const change = async ({ agent }: Page, path: string, form: Record<string, string> = {}) =>
  agent
    .post(path)
    .type('form')
    .set('authorization', await bearer())
    .send(form)
