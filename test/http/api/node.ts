// One node of our API for a test: real stores on a real database, the real door in front of small rows, the real OAuth
// endpoints. Several nodes may share a database.

import type { Request } from 'express'
import type { Role, Scope } from '../../../server/api/scopes.ts'
import { createApiAccess } from '../../../server/http/api/access.ts'
import type { AuditRecord } from '../../../server/http/perform.ts'
import { json } from '../../../server/http/reply.ts'
import { defineRoute } from '../../../server/http/route.ts'
import { createLog } from '../../../server/log.ts'
import { createDatabase } from '../../../server/store/db.ts'
import { createSeal } from '../../../server/store/seal.ts'
import { wireApiStores } from '../../../server/wire/api-stores.ts'
import { PUBLIC_URL, serve } from '../serve.ts'

const seal = createSeal([{ id: 'test', key: Buffer.alloc(32, 7) }])

type Options = {
  url: string
  now: () => Date
  perMinute?: { client: number; account: number }
  installed?: (locationId: string) => boolean
  roleOf?: (locationId: string, userId: string) => Promise<Role | undefined>
}

/** Rows behind the door, by the scopes that they demand. */
const ROWS: Record<string, Scope[]> = {
  '/v1/anything': [],
  '/v1/customers': ['customers.read'],
  '/v1/both': ['customers.read', 'orders.write'],
}

export const startNode = ({ url, now, perMinute, installed = () => true, roleOf = async () => 'admin' }: Options) => {
  const db = createDatabase({ url, poolSize: 4 })
  const { stores, version } = wireApiStores({ db, seal, now })
  const audits: { locationId: string; record: AuditRecord }[] = []
  const lines: string[] = []
  const access = createApiAccess({
    stores,
    version,
    publicUrl: PUBLIC_URL,
    now,
    log: createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } }),
    installed: async (locationId) => installed(locationId),
    roleOf,
    sandboxOf: (locationId) => (locationId === 'L-without' ? undefined : 'L-sandbox'),
    recordAudit: async (locationId, record) => void audits.push({ locationId, record }),
    ...(perMinute ? { perMinute } : {}),
  })
  const rows = Object.entries(ROWS).map(([path, scopes]) => {
    const door = access.door({ scopes })
    return defineRoute({
      method: 'GET',
      path,
      door: 'open',
      audit: { none: 'a test' },
      handler: async ({ request }: { request: Request }) => json(await door(request)),
    })
  })
  const served = serve([...access.oauthRoutes, ...rows])
  return {
    ...served,
    ...stores,
    access,
    db,
    logged: () => [...lines, ...served.lines.map((line) => JSON.stringify(line))].join('\n'),
    recorded: audits,
    stop: async () => {
      await access.meter.stop()
      await db.close()
    },
  }
}

/** For changes whose record is not what a test is about. */
export const unrecorded = async (): Promise<void> => {}
