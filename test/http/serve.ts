// Serves rows for a test: the real middleware, doors and error handler around them; what lies behind is a fake.

import type { RequestHandler } from 'express'
import { Registry } from 'prom-client'
import supertest from 'supertest'
import { createAuthenticate } from '../../server/api/authenticate.ts'
import { assemble } from '../../server/app.ts'
import { createApiDoor } from '../../server/http/doors/api.ts'
import { createDoors, type DoorsDeps } from '../../server/http/doors/create-doors.ts'
import { createSessionIssuer, type Session } from '../../server/http/doors/session.ts'
import type { MountDeps } from '../../server/http/mount.ts'
import type { AuditRecord } from '../../server/http/perform.ts'
import type { Route } from '../../server/http/route.ts'
import { createLog } from '../../server/log.ts'

export const PUBLIC_URL = 'https://connect.example.com'
export const SESSION_SECRET = 'a-session-secret-of-enough-length-for-tests'

/** The moment at which all tests of this folder play. */
export const NOW = new Date('2026-11-25T10:00:00.000Z')
export const now = (): Date => NOW

export const SESSION: Session = {
  locationId: 'loc_1',
  companyId: 'comp_1',
  userId: 'user_1',
  userName: 'Jane Doe',
  role: 'admin',
  scope: 'location',
}

/** A header for the session door; signed for real. */
export const bearer = async (session: Partial<Session> = {}, at: () => Date = now): Promise<string> => {
  const { token } = await createSessionIssuer({ secret: SESSION_SECRET, now: at })({ ...SESSION, ...session })
  return `Bearer ${token}`
}

type Options = Partial<Omit<MountDeps, 'log'>> & {
  doorsDeps?: Partial<DoorsDeps>
  /** Tenants that have the app. */
  installed?: string[]
  registry?: Registry
  assets?: RequestHandler
  sandbox?: RequestHandler
}

export type LogLine = { level: string; msg: string; code?: string; err?: { message: string }; [key: string]: unknown }

/** Knows no credential. */
const closedApiDoor = createApiDoor({
  authenticate: createAuthenticate({
    findKey: async () => undefined,
    openToken: async () => ({ ok: false, reason: 'invalid' }),
    tokenState: async () => undefined,
    sandboxOf: () => undefined,
    now,
  }),
  limits: async () => {},
  count: () => {},
  installed: async () => true,
})

/** A supertest agent, the audit records written, and the log lines. */
export const serve = (routes: Route[], { doorsDeps, installed = ['loc_1'], ...overrides }: Options = {}) => {
  const audits: { locationId: string; record: AuditRecord }[] = []
  const lines: LogLine[] = []
  const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  const doors = createDoors({
    session: { secret: SESSION_SECRET, now, installed: async (id) => installed.includes(id) },
    portal: { now, installed: async (id) => installed.includes(id) },
    crm: { verify: () => false },
    hook: { hooks: { get: async () => undefined }, refused: () => {}, now },
    rankr: {
      connections: { get: async () => undefined, renew: async () => false },
      verify: () => ({ ok: false, reason: 'no_match' }),
      now,
    },
    desk: { find: async () => undefined, verify: () => ({ ok: false, reason: 'no_match' }), now },
    module: { secrets: ['a-module-secret-of-enough-length-for-tests'] },
    operator: { publicUrl: PUBLIC_URL },
    api: closedApiDoor,
    ...doorsDeps,
  })
  const app = assemble(routes, {
    doors,
    publicUrl: PUBLIC_URL,
    render: async (name, data) => `<!doctype html><title>${name}</title><pre>${JSON.stringify(data)}</pre>`,
    frameAncestors: async () => ['https://app.example.com'],
    recordAudit: async (locationId, record) => void audits.push({ locationId, record }),
    log,
    registry: new Registry(),
    ...overrides,
  })
  return { agent: supertest(app), app, audits, lines }
}
