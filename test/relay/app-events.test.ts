// What the app itself reports, from its cause to the workflow that it starts.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { AppError } from '../../server/errors.ts'
import { createAppEvents } from '../../server/relay/app-events.ts'
import { createLifecycleHandler } from '../../server/relay/lifecycle.ts'
import type { HandleEvent } from '../../server/relay/outcome.ts'
import { createRunAction } from '../../server/sync/actions.ts'
import { WORKFLOW_SCHEMA } from '../../server/workflows/document.ts'
import { createRunWorkflows } from '../../server/workflows/run-workflows.ts'
import { createTenants } from '../fan-out/tenants.ts'
import { drainAll, newEvent, openDatabase } from './kit.ts'

const db = await openDatabase(after)

let locations = 0

const arrange = () => {
  const tenants = createTenants(db)
  const { now, workflows, registry, runs, own, once, breaker, accept, audit, events, mailboxes, isEcho, account } =
    tenants
  const locationId = `loc_e${++locations}`
  const seen: string[] = []
  own['app.webhooks.deliver'] = async ({ input }) => {
    seen.push(String(input.endpointId))
    if (input.endpointId === 'broken') throw new AppError('target_rejected')
    return { output: { outcome: 'delivered' } }
  }
  const appEvents = createAppEvents({
    accept: accept.accept,
    now,
    installation: async () => ({
      kind: 'location',
      name: 'Northwind',
      userId: 'user_1',
      scopes: ['contacts.readonly'],
    }),
    connectedAt: async (id) => (await audit.list(id, { action: 'installation.connected', limit: 1 }))[0]?.at,
    waiting: async (id) => (await mailboxes.of(id)).reduce((sum, box) => sum + box.waiting, 0),
    wants: registry.wants,
    eventOf: (id, { eventId, receivedOn }) => events.get(id, eventId, receivedOn),
    workflowName: async (id, workflowId) => (await workflows.get(id, workflowId))?.name,
  })
  const execute = () => Promise.reject(new Error('no call to the CRM was expected'))
  const runWorkflows = createRunWorkflows({
    workflowsFor: registry.workflowsFor,
    versionOf: registry.versionOf,
    callable: registry.callable,
    runs,
    runAction: createRunAction({ own, execute, breaker, once }),
    isEcho,
    progress: {
      write: appEvents.telling(
        (item) => tenants.progressStore.write([item]),
        (item) => [item],
      ),
    },
    account,
    now,
  })
  const handled: string[] = []
  const handle: HandleEvent = async ({ type }) => {
    handled.push(type)
    return { kind: 'done' }
  }
  const lifecycle = createLifecycleHandler({
    handle: (event) => handle(event, { attempt: 1, isLast: false, isFresh: true }),
    runWorkflows,
    isInternal: ({ source, type }) => source === 'app' && type === 'installation.follow-up',
    wants: registry.wants,
    accept: accept.accept,
  })
  const drain = tenants.drainWith(runWorkflows, { handlers: { lifecycle, work: runWorkflows } })

  /** A workflow that notes that it was started. */
  const start = async (trigger: string, endpointId: string): Promise<void> => {
    const document = {
      schema: WORKFLOW_SCHEMA,
      name: `On ${trigger}`,
      triggers: [{ trigger }],
      steps: [
        { id: 'tell', type: 'action', action: 'app.webhooks.deliver', input: { endpointId: { value: endpointId } } },
      ],
    }
    const id = `00000000-0000-4000-8000-${String(++workflowsMade).padStart(12, '0')}`
    await db.transaction(async (tx) => {
      await workflows.publish(locationId, { id, name: document.name, document }, tx)
      await workflows.change(locationId, id, { enabled: true }, tx)
    })
    registry.forget(locationId)
  }
  const work = async () => {
    registry.forget(locationId)
    for (const lane of ['lifecycle', 'live', 'lifecycle'] as const) await drainAll(drain, locationId, lane)
  }
  const stored = async (lane: 'lifecycle' | 'live') =>
    (await events.after(locationId, lane, { cursor: 0, cursorOn: '2020-01-01', limit: 100 })).events
  const connected = (at?: number) => {
    if (at) tenants.clock.advance(at)
    return audit.record(locationId, {
      actor: { type: 'crm' },
      action: 'installation.connected',
      subject: { type: 'installation', id: locationId },
    })
  }
  return { ...tenants, appEvents, locationId, seen, handled, start, work, stored, connected }
}

let workflowsMade = 0

const lifecycleEvent = (locationId: string, type: string, id: string) =>
  newEvent({
    locationId,
    lane: 'lifecycle',
    source: 'crm',
    type,
    recordKey: `installation:${locationId}`,
    sourceEventId: id,
    payload: { type, locationId },
  })

test('an uninstall is acted on first and then starts workflows; a workflow that fails holds no install up', async () => {
  const { accept, locationId, start, work, seen, handled, deadLetters } = arrange()
  await start('crm.app.uninstalled', 'broken')
  await accept.accept(lifecycleEvent(locationId, 'UNINSTALL', 'a'))
  await accept.accept(lifecycleEvent(locationId, 'INSTALL', 'b'))
  await accept.accept(lifecycleEvent(locationId, 'UNINSTALL', 'a'))
  await work()
  assert.deepEqual(handled, ['UNINSTALL', 'INSTALL'])
  assert.deepEqual(seen, ['broken'])
  assert.equal((await deadLetters.list(locationId)).length, 1)
})

test('a lifecycle event that nothing starts with leaves no copy', async () => {
  const { accept, locationId, work, handled, stored } = arrange()
  await accept.accept(lifecycleEvent(locationId, 'INSTALL', 'a'))
  await work()
  assert.deepEqual(handled, ['INSTALL'])
  assert.equal((await stored('lifecycle')).length, 1)
})

test('what is left to do after an install is for the installer, not for workflows', async () => {
  const { accept, locationId, work, handled } = arrange()
  const followUp = { lane: 'lifecycle', source: 'app', type: 'installation.follow-up', payload: {} } as const
  await accept.accept(newEvent({ locationId, recordKey: `installation:${locationId}`, ...followUp }))
  await work()
  assert.deepEqual(handled, ['installation.follow-up'])
})

test('an account that was just connected starts workflows once, and not when its token only works again', async () => {
  const { appEvents, locationId, start, work, seen, connected, clock, stored } = arrange()
  await start('app.installation.completed', 'welcome')
  await appEvents.ready(locationId)
  await connected()
  await appEvents.ready(locationId)
  await appEvents.ready(locationId)
  await work()
  assert.deepEqual(seen, ['welcome'])
  const [event] = await stored('live')
  assert.deepEqual(event?.payload.data, {
    accountName: 'Northwind',
    installedBy: 'user_1',
    scopes: ['contacts.readonly'],
  })
  clock.advance(10 * 60_000)
  await appEvents.ready(locationId)
  assert.equal((await stored('live')).length, 1)
})

test('that reconnecting is needed is told while the account’s other events are stopped, once an hour', async () => {
  const { appEvents, accept, relay, locationId, start, work, seen, clock, stored } = arrange()
  await start('app.connection.reconnect-needed', 'alarm')
  await accept.accept(newEvent({ locationId, sourceEventId: '1' }))
  await relay.pause(locationId, 'reconnect_needed')
  await appEvents.reconnectNeeded(locationId, 'reconnect_needed')
  await appEvents.reconnectNeeded(locationId, 'reconnect_needed')
  await work()
  assert.deepEqual(seen, ['alarm'])
  const [event] = await stored('lifecycle')
  assert.deepEqual(event?.payload.data, { connection: 'crm', code: 'reconnect_needed', waitingEvents: 1 })
  clock.advance(3_600_000)
  await appEvents.reconnectNeeded(locationId, 'reconnect_needed')
  assert.equal((await stored('lifecycle')).length, 2)
})

test('a step that failed for good starts workflows with what failed', async () => {
  const { accept, locationId, start, work, seen, stored } = arrange()
  await start('rankr.customer.created', 'broken')
  await start('app.step.failed', 'desk')
  await accept.accept(newEvent({ locationId, sourceEventId: '1' }))
  await work()
  assert.deepEqual(seen, ['broken', 'desk'])
  const [, told] = await stored('live')
  assert.deepEqual([told?.type, told?.hops], ['step.failed', 1])
  assert.deepEqual(told?.payload.data, {
    workflow: 'On rankr.customer.created',
    step: 'tell',
    code: 'target_rejected',
    eventType: 'rankr.customer.created',
    recordKey: 'customer:cus_1',
    attempts: 1,
  })
})

test('a workflow that starts with failures and fails does not start itself', async () => {
  const { accept, locationId, start, work, seen, stored, deadLetters } = arrange()
  await start('rankr.customer.created', 'broken')
  await start('app.step.failed', 'broken')
  await accept.accept(newEvent({ locationId, sourceEventId: '1' }))
  await work()
  await work()
  assert.equal(seen.length, 2)
  assert.equal((await stored('live')).length, 2)
  assert.equal((await deadLetters.list(locationId)).length, 2)
})

test('a check that has found differences starts workflows with what it found, once', async () => {
  const { appEvents, locationId, start, work, seen, stored } = arrange()
  await start('app.integrity.drift-found', 'drift')
  const drift = { checkId: 'chk_1', checked: 40, differences: { missing: 2, different: 1, duplicate: 3, refused: 1 } }
  await appEvents.drifted(locationId, drift)
  await appEvents.drifted(locationId, drift)
  await work()
  assert.deepEqual(seen, ['drift'])
  const [event] = await stored('live')
  const found = { missing: 2, different: 1, duplicates: 3, orphans: 0 }
  assert.deepEqual(event?.payload.data, { checkId: 'chk_1', checked: 40, ...found })
})
