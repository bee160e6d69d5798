// Issues of Rankr, a simulated desk, the simulated CRM and Rankr, and the app between them with a real database: events
// come in through the real doors.

import type { TestContext } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { supportWebhookRoutes } from '../../server/http/webhooks/support.ts'
import { signingKey, verifyRankrWebhook } from '../../server/rankr/webhook.ts'
import type { Database } from '../../server/store/db.ts'
import { createLinks } from '../../server/store/links.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createSupportDesks } from '../../server/store/support-desks.ts'
import { createSupportExecute } from '../../server/support/execute.ts'
import { createVerifyDesk, readDeskEvent } from '../../server/support/webhook.ts'
import { createIntegrityActions } from '../../server/sync/integrity/actions.ts'
import { ticketKey } from '../../server/sync/tickets/ticket-link.ts'
import { serve } from '../http/serve.ts'
import { createRankrWorld } from '../rankr/rankr-world.ts'
import { createClock, empty, newEvent } from '../relay/kit.ts'
import { startCrm } from '../sandbox/crm/harness.ts'
import { createSync, emptyAll, LOCATION } from '../sync/kit.ts'
import { createDeskWorld, type Hosted } from './desk-world.ts'

type Fault = (point: string) => void | Promise<void>

const ISSUE = {
  issue_id: 'iss_1',
  customer_id: 'cus_1',
  title: 'Import stopped at row 120',
  description: 'The file has a column that is not known.',
  severity: 'medium',
  status: 'open',
}

export const issueEvent = (what: 'detected' | 'updated' | 'resolved', data: Record<string, unknown>, at: Date) => {
  const record = { ...ISSUE, ...data }
  const payload = { type: `issue.${what}`, timestamp: at.toISOString(), data: record }
  return newEvent({ locationId: LOCATION, type: payload.type, recordKey: `issue:${record.issue_id}`, payload })
}

const verify = createVerifyDesk(({ secrets, ...signed }) =>
  verifyRankrWebhook({ ...signed, keys: secrets.map(signingKey) }),
)

/** Of any other desk: what it was told is in `posted`, and it tells what a test wants. */
export const createTicketWorld = async (t: TestContext, { db, kind }: { db: Database; kind: Hosted | 'generic' }) => {
  await emptyAll(db)
  await empty(db, 'support_desks')
  const clock = createClock()
  const { now } = clock
  const { crm, url, locationToken } = await startCrm(t, {
    now,
    limits: { burst: 1_000_000, daily: 1_000_000 },
  })
  const token = await locationToken()
  const rankr = await createRankrWorld(t, { now, locationId: LOCATION })
  const posted: { type: string; data: Record<string, unknown> }[] = []
  const world = await createDeskWorld(t, {
    now,
    async post({ message: { type, data } }) {
      posted.push({ type, data: data as Record<string, unknown> })
      return { status: 204, headers: {}, durationMs: 1, body: '' }
    },
  })
  const store = createSupportDesks({ db, seal: createSeal([{ id: 'k', key: Buffer.alloc(32, 7) }]), now })
  const { address, credentials } =
    kind === 'generic' ? { address: 'https://desk.example.com/in', credentials: undefined } : await world.access(kind)
  const { desk, secret } = await store.create(LOCATION, { kind, name: 'Northwind help', address, credentials })
  const hook = `${world.origin}/webhooks/support/${desk.id}`
  if (kind === 'freshdesk') await world.sample.addRule({ name: address, url: hook, secret: secret! })
  if (kind === 'zendesk') {
    const opened = world.open((await store.access(LOCATION))!)
    await store.setSecret(LOCATION, desk.id, await opened.webhooks!.add({ name: 'Rankr Connect', url: hook }))
  }

  const { execute, circuitOf } = createSupportExecute({ desks: store, open: world.open })
  const targets = {
    support: { execute, circuitOf, resting: 'support_unreachable' as const },
    rankr: { execute: rankr.execute, circuitOf: () => 'rankr', resting: 'rankr_unreachable' as const },
  }
  const nodeOf = (fault: Fault = () => {}, id = '00000000-0000-4000-8000-000000000001') => {
    const own = createIntegrityActions({ links: createLinks({ db }) })
    const sync = createSync({ db, crmUrl: url, token, clock, fault, own, targets, drainOver: { nodeId: () => id } })
    t.after(sync.close)
    return sync
  }
  const sync = nodeOf()

  const { agent } = serve(
    supportWebhookRoutes({
      installed: async () => true,
      isOfInterest: (locationId) => sync.registry.wants({ locationId, source: 'app', type: 'ticket.changed' }),
      read: readDeskEvent,
      issueOf: async (locationId, { deskId, ticketId }) =>
        (await sync.links.byCrmId(locationId, 'ticket', ticketKey(deskId, ticketId)))[0]?.rankrId,
      nameOf: async () => desk.name,
      accept: sync.accept.accept,
      touched() {},
      observe() {},
      now,
    }),
    { doorsDeps: { desk: { find: store.findForWebhook, verify, now } } },
  )
  let passedOn = 0
  /** What the desk has told since, through the door; answers the replies. */
  const passOn = async (
    deskId = desk.id,
    change: (message: { body: string; headers: Record<string, string> }) => object = () => ({}),
  ) => {
    const messages = world.sent.slice(passedOn)
    passedOn = world.sent.length
    const answers = []
    for (const message of messages) {
      const { body, headers } = { ...message, ...change(message) }
      answers.push(await agent.post(`/webhooks/support/${deskId}`).set(headers).send(body))
    }
    return answers
  }
  const issue = async (what: 'detected' | 'updated' | 'resolved', data: Record<string, unknown> = {}) => {
    await sync.accept.accept(issueEvent(what, data, now()))
    return await sync.drainAll()
  }
  return {
    ...world,
    ...sync,
    clock,
    crm,
    rankr,
    store,
    deskId: desk.id,
    http: agent,
    nodeOf,
    issue,
    passOn,
    posted,
    /** A desk of people's own tells of a state. */
    async tell(id: string, data: Record<string, unknown>, at = now()) {
      const body = JSON.stringify({ type: 'ticket.changed', timestamp: at.toISOString(), data })
      const signature = new Webhook(secret!).sign(id, now(), body)
      const timestamp = String(Math.floor(now().getTime() / 1000))
      const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
      const path = `/webhooks/support/${desk.id}`
      const answer = await agent
        .post(path)
        .set({ ...headers, 'content-type': 'application/json' })
        .send(body)
      await sync.drainAll()
      return answer
    },
    again: () => {
      passedOn = 0
    },
    tickets: () => world.account(kind as Hosted).tickets,
    solve: (status: 'open' | 'pending' | 'solved' | 'closed' = 'solved') =>
      world.agent(kind as Hosted, String(world.account(kind as Hosted).tickets[0]!.id), status),
  }
}
