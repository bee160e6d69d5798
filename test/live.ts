// What a process in live mode needs around it: an environment with every secret, and tenants whose customers it brings
// over in one step. For tests of whole processes, and for measurements.

import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { SHARES } from '../server/highlevel/budget.ts'
import { newId } from '../server/ids.ts'
import { signingKey } from '../server/rankr/webhook.ts'
import { createConnections } from '../server/store/connections.ts'
import { createDatabase } from '../server/store/db.ts'
import { createInstallations } from '../server/store/installations.ts'
import { ensurePartitions } from '../server/store/partitions.ts'
import { createRateBudgets } from '../server/store/rate-budgets.ts'
import { createSeal } from '../server/store/seal.ts'
import { createWorkflows } from '../server/store/workflows.ts'
import type { Step, WorkflowDocument } from '../server/workflows/document.ts'
import type { Environment } from './process.ts'
import { eventEmail } from './stub-crm.ts'

/** All but the database and the role. Keep it: the tenants' secrets are sealed under its key. */
export const liveEnvironment = (crmUrl: string): Environment & { ENCRYPTION_KEYS: string } => ({
  PUBLIC_URL: 'http://127.0.0.1:3000',
  HIGHLEVEL_CLIENT_ID: `${randomBytes(12).toString('hex')}-live`,
  HIGHLEVEL_CLIENT_SECRET: randomBytes(24).toString('base64url'),
  HIGHLEVEL_SSO_KEY: randomBytes(24).toString('base64url'),
  HIGHLEVEL_API_URL: crmUrl,
  HIGHLEVEL_MARKETPLACE_URL: crmUrl,
  HIGHLEVEL_WEBHOOK_PUBLIC_KEY: String(
    generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }),
  ),
  ENCRYPTION_KEYS: `live:${randomBytes(32).toString('base64')}`,
  SESSION_SECRET: randomBytes(32).toString('base64url'),
  DRAIN_SECONDS: '0',
})

export type Tenant = { locationId: string; connectionId: string; secret: string }

/** A contact from the customer of an event: as often as it is done, there is one. */
const CONTACT: Step = {
  id: 'contact',
  type: 'action',
  action: 'app.customers.upsert-contact',
  input: {
    rankrId: { path: 'trigger.data.id' },
    email: { path: 'trigger.data.email' },
    phone: { path: 'trigger.data.phone' },
    name: { path: 'trigger.data.name' },
    companyName: { path: 'trigger.data.company' },
    source: { value: 'Rankr' },
  },
}

/** A note on it: the CRM makes one each time it is asked. */
const NOTE: Step = {
  id: 'note',
  type: 'action',
  action: 'app.customers.add-note',
  input: {
    rankrId: { path: 'trigger.data.id' },
    contactId: { path: 'steps.contact.contactId' },
    body: { template: 'Customer {{trigger.data.id}}' },
  },
}

const workflowOf = (steps: Step[]): WorkflowDocument => ({
  schema: 'rankr-connect/workflow@1',
  name: 'Customers to contacts',
  triggers: [{ trigger: 'rankr.customer.created' }],
  steps,
})

const DAY_MS = 86_400_000
/** So much that the rate budget never decides. */
const PLENTY = { burst: 1_000_000, intervalMs: 10_000, daily: 100_000_000 }

/**
 * Locations `loc_0` … with an active installation, a token that lasts for a day, one connection and one workflow, in a
 * database that is migrated.
 */
export const addTenants = async ({
  databaseUrl,
  encryptionKeys,
  count,
  withNotes = false,
}: {
  databaseUrl: string
  encryptionKeys: string
  count: number
  /** Each new contact gets a note too. */
  withNotes?: boolean
}): Promise<Tenant[]> => {
  const now = () => new Date()
  const db = createDatabase({ url: databaseUrl })
  const [id, key] = encryptionKeys.split(':')
  const seal = createSeal([{ id: id!, key: Buffer.from(key!, 'base64') }])
  const installations = createInstallations({ db, seal })
  const connections = createConnections({ db, seal, now })
  const workflows = createWorkflows({ db })
  const budgets = createRateBudgets({ db })
  await ensurePartitions(db, { from: now(), days: 2 })

  const add = async (locationId: string): Promise<Tenant> => {
    await installations.create(locationId, { kind: 'location', status: 'pending', companyId: 'company_1' })
    await installations.storeTokens(locationId, {
      accessToken: randomBytes(32).toString('base64url'),
      refreshToken: randomBytes(32).toString('base64url'),
      expiresAt: new Date(Date.now() + DAY_MS),
      scopes: ['contacts.readonly', 'contacts.write'],
      at: now(),
    })
    await budgets.lease(locationId, {
      calls: 1,
      portion: 1,
      priority: 'live',
      shares: SHARES,
      now: now(),
      defaults: PLENTY,
    })
    const { connection, secret } = await connections.create(locationId, { name: 'Shop' })
    await db.transaction(async (tx) => {
      const id = newId()
      const document = workflowOf(withNotes ? [CONTACT, NOTE] : [CONTACT])
      await workflows.publish(locationId, { id, name: document.name, document }, tx)
      await workflows.change(locationId, id, { enabled: true }, tx)
    })
    return { locationId, connectionId: connection.id, secret }
  }
  try {
    return await Promise.all(Array.from({ length: count }, (_, n) => add(`loc_${n}`)))
  } finally {
    await db.close()
  }
}

/** The body of a customer event, about 450 bytes, with `#` in place of the event's number. */
export const EVENT_BODY = JSON.stringify({
  type: 'customer.created',
  timestamp: new Date().toISOString(),
  data: {
    id: 'cus_#',
    email: eventEmail('#'),
    name: 'Ana María Díaz',
    phone: '+12025550143',
    company: 'Díaz & Daughters',
    tags: ['newsletter', 'spring-campaign'],
    plan: 'business',
    address: { line1: '12 Orchard Street', city: 'Portland', postal_code: '97201', country: 'US' },
    created_at: new Date().toISOString(),
    note: 'Came through the contact form of the spring campaign.',
  },
})

export type SignedEvent = { path: string; headers: Record<string, string>; body: string }

/** An event as Rankr sends it, signed now. Within 5 minutes it must have been taken. `text`: like EVENT_BODY. */
export const signedEvents = (tenants: Tenant[], text = EVENT_BODY) => {
  const keys = tenants.map(({ secret }) => signingKey(secret))
  return (number: number, place = number % tenants.length): SignedEvent => {
    const id = `msg_${number}`
    const timestamp = String(Math.floor(Date.now() / 1000))
    const body = text.replaceAll('#', String(number))
    const signature = createHmac('sha256', keys[place]!).update(`${id}.${timestamp}.${body}`).digest('base64')
    return {
      path: `/webhooks/rankr/${tenants[place]!.connectionId}`,
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      body,
    }
  }
}
