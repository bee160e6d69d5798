// Every trigger fires a workflow: its sample comes in as it would arrive (through the handlers of the doors, or from inside),
// the registry says that it is wanted, and the run carries out an action that is given the record.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { action, trigger, triggers } from '../../server/catalog/index.ts'
import { readPath } from '../../server/catalog/paths.ts'
import type { Trigger } from '../../server/catalog/schema.ts'
import { parseCrmEvent } from '../../server/highlevel/webhook.ts'
import { crmWebhookRoutes } from '../../server/http/webhooks/crm.ts'
import { rankrWebhookRoutes } from '../../server/http/webhooks/rankr.ts'
import type { IncomingEvent } from '../../server/http/webhooks/receive.ts'
import { createLog } from '../../server/log.ts'
import { rankrEvent } from '../../server/rankr/contract.ts'
import type { StoredEvent } from '../../server/store/events.ts'
import { WORKFLOW_SCHEMA, workflowDocument } from '../../server/workflows/document.ts'
import { createWorkflowRegistry } from '../../server/workflows/registry.ts'
import { createRunWorkflows } from '../../server/workflows/run-workflows.ts'

const LOCATION = 'h4Rk9mT2xQeW7vLp3ZsA'
const COMPANY = 'cO5mP8aNy2XqT7wRz4Vb'
const APP_ID = '665c6bb13d4e5364bdec0e2f'
const AT = new Date('2026-03-02T14:06:00.000Z')
const now = () => AT

/** Where the record of the sample lies, of the places that the trigger names. */
const recordPath = ({ recordKey, sample }: Trigger): string =>
  recordKey.find((path) => readPath(sample, path) !== undefined)!

/** Of a trigger whose events are for one workflow: that one. */
const workflowIdOf = ({ id, sample, addressee }: Trigger): string =>
  addressee && 'workflow' in addressee ? String(readPath(sample, addressee.path)) : id

const rowOf = (entry: Trigger) => ({
  id: workflowIdOf(entry),
  name: entry.label,
  publishedVersion: 1,
  options: {},
  published: workflowDocument.parse({
    schema: WORKFLOW_SCHEMA,
    name: entry.label,
    triggers: [{ trigger: entry.id }],
    steps: [
      {
        id: 'record',
        type: 'action',
        action: 'test.record',
        input: { trigger: { value: entry.id }, record: { path: `trigger.${recordPath(entry)}` } },
      },
    ],
  }),
})

const ROWS = triggers.map(rowOf)

const createRegistry = (rows: object[]) =>
  createWorkflowRegistry({
    enabled: async () => rows as never,
    version: async () => undefined,
    action,
    trigger,
    now,
    log: createLog({ level: 'silent' }),
  })

type Registry = ReturnType<typeof createRegistry>

/** The event as a door would store it; undefined when the door drops it. */
const arrive = async (
  { system, event, sample, ownAddress }: Trigger,
  registry: Registry,
): Promise<IncomingEvent | undefined> => {
  let accepted: IncomingEvent | undefined
  const deps = {
    appId: APP_ID,
    parse: parseCrmEvent,
    installed: async (id: string) => id === LOCATION || id === COMPANY,
    isOfInterest: (wanted: { locationId: string; type: string }) => registry.wants({ ...wanted, source: 'crm' }),
    accept: async (given: IncomingEvent) => {
      accepted = given
      return { outcome: 'stored' as const, eventId: 'e1' }
    },
    drops: { count: () => undefined } as never,
    observe: () => undefined,
    touched: () => undefined,
  }
  if (system === 'app') {
    const lane = 'live'
    return {
      locationId: LOCATION,
      lane,
      source: 'app' as never,
      type: event,
      recordKey: 'app:1',
      hops: 0,
      payload: sample,
    }
  }
  const routes = system === 'crm' ? crmWebhookRoutes(deps) : rankrWebhookRoutes(deps)
  const path = ownAddress
    ? '/webhooks/crm/:event'
    : system === 'crm'
      ? '/webhooks/crm'
      : '/webhooks/rankr/:connectionId'
  const route = routes.find((each) => each.path === path)!
  await route.handler({
    body: system === 'rankr' ? rankrEvent.parse(sample) : sample,
    params: { event },
    caller: { rawBody: Buffer.from('{}'), locationId: LOCATION, connectionId: 'c1', webhookId: 'w1' },
  })
  return accepted
}

const asStored = (event: IncomingEvent): StoredEvent => ({
  sourceEventId: null,
  connectionId: null,
  occurredAt: null,
  ...event,
  id: '00000000-0000-4000-8000-00000000000e',
  receivedOn: '2026-03-02',
  receivedAt: AT,
  seq: 1,
})

let fired = 0

after(() => console.log(`${fired} of ${triggers.length} triggers fired a workflow`))

for (const [index, entry] of triggers.entries()) {
  test(`${entry.id} fires a workflow`, async () => {
    const registry = createRegistry([ROWS[index]!])
    const event = await arrive(entry, registry)
    assert.ok(event, 'the door dropped it')
    const called: unknown[] = []
    const run = createRunWorkflows({
      workflowsFor: registry.workflowsFor,
      versionOf: registry.versionOf,
      runs: { ofEvent: async () => [], attempts: async () => [] },
      runAction: async ({ actionId, input, locationId }) => {
        called.push({ actionId, input, locationId })
        return { output: {} }
      },
      isEcho: async () => false,
      progress: { write: async () => undefined },
      account: async () => ({}),
      now,
    })
    const outcome = await run(asStored(event), { attempt: 1, isLast: false, isFresh: true })
    assert.deepEqual(outcome, { kind: 'done' })
    const record = readPath(entry.sample, recordPath(entry))
    const locationId = entry.token === 'company' ? COMPANY : LOCATION
    assert.deepEqual(called, [{ actionId: 'test.record', input: { trigger: entry.id, record }, locationId }])
    fired += 1
  })
}

test('an event fires its own trigger and no other', async () => {
  const registry = createRegistry(ROWS)
  for (const entry of triggers) {
    const event = await arrive(entry, registry)
    const started = await registry.workflowsFor(asStored(event!))
    assert.deepEqual(
      started.map(({ id }) => id),
      [workflowIdOf(entry)],
    )
  }
})
