// Two accounts routed to each other, both of which write what arrives to their CRM, which reports every write as an event:
// nothing goes round.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { derivedId } from '../../server/ids.ts'
import { createRelayRoutes } from '../../server/store/relay-routes.ts'
import type { Execute } from '../../server/sync/actions.ts'
import { createRelayToAccount } from '../../server/sync/relay-to-account.ts'
import { WORKFLOW_SCHEMA, type WorkflowDocument } from '../../server/workflows/document.ts'
import { createRelayRouteService } from '../../server/workflows/relay-route-service.ts'
import { newEvent, openDatabase } from '../relay/kit.ts'
import { createTenants } from './tenants.ts'

const db = await openDatabase(after)
const [A, B] = ['loc_echo_a', 'loc_echo_b'] as const

/** What arrives becomes a contact with a note, by plain calls of the catalog. */
const KEEP: WorkflowDocument = {
  schema: WORKFLOW_SCHEMA,
  name: 'Keep what arrives',
  triggers: [{ trigger: 'app.route.received' }],
  steps: [
    {
      id: 'contact',
      type: 'action',
      action: 'crm.contacts.upsert',
      input: {
        email: { path: 'trigger.data.record.email' },
        firstName: { path: 'trigger.data.record.firstName' },
      },
    },
    {
      id: 'note',
      type: 'action',
      action: 'crm.notes.create',
      input: { contactId: { path: 'steps.contact.contact.id' }, body: { value: 'From the other branch' } },
    },
  ],
}

/** A CRM of contacts by e-mail that reports each write, as the platform does. */
const createSmallCrm = (report: (locationId: string, type: string, body: Record<string, unknown>) => void) => {
  const contacts = new Map<string, Record<string, unknown>>()
  let notes = 0
  const execute: Execute = async ({ locationId, actionId, input }) => {
    if (actionId === 'crm.notes.create') {
      const note = { id: `note_${locationId}_${++notes}`, body: input.body, contactId: input.contactId }
      report(locationId, 'NoteCreate', note)
      return { output: { note } }
    }
    const key = `${locationId} ${input.email}`
    const known = contacts.get(key)
    const contact = { ...known, ...input, id: known?.id ?? derivedId(key), tags: [] }
    contacts.set(key, contact)
    report(locationId, known ? 'ContactUpdate' : 'ContactCreate', contact)
    return { output: { new: !known, contact } }
  }
  return { execute, contacts, written: () => contacts.size + notes }
}

test('a change travels once, and the writes it causes are seen as our own', async () => {
  const reported: { locationId: string; type: string; body: Record<string, unknown> }[] = []
  const crm = createSmallCrm((locationId, type, body) => reported.push({ locationId, type, body }))
  const tenants = createTenants(db, { execute: crm.execute })
  const { accept, audit, account, events, workflows, own, now, work, runs } = tenants
  const routes = createRelayRoutes({ db, now })
  const service = createRelayRouteService({ routes, workflows, now })
  own['app.routes.relay'] = createRelayToAccount({
    routes,
    events,
    admit: accept.accept,
    audit,
    installed: async () => true,
    account,
  })
  const eventTypes = ['crm.contact.created', 'crm.contact.updated', 'crm.note.created']
  for (const [from, to] of [
    [A, B],
    [B, A],
  ] as const) {
    await db.transaction(async (on) => {
      const draft = { name: `${from} to ${to}`, eventTypes, filter: null, mapping: {} }
      await service.join(from, { ...draft, toLocationId: to }, { by: 'user_1', on })
      const id = derivedId('keep', from)
      await workflows.publish(from, { id, name: KEEP.name, document: KEEP }, on)
      await workflows.change(from, id, { enabled: true }, on)
    })
  }
  /** The CRM's reports come in as events, until nothing is reported any more. */
  const settle = async (): Promise<number> => {
    let rounds = 0
    for (; reported.length > 0 && rounds < 10; rounds++) {
      for (const { locationId, type, body } of reported.splice(0)) {
        await accept.accept(
          newEvent({ locationId, source: 'crm', type, recordKey: `contact:${body.id}`, payload: { type, ...body } }),
        )
      }
      await work(A, B, A)
    }
    return rounds
  }

  // A person makes a contact in the first account.
  reported.push({
    locationId: A,
    type: 'ContactCreate',
    body: { id: 'con_1', email: 'ana@example.com', firstName: 'Ana' },
  })
  assert.ok((await settle()) < 10, 'it comes to rest')
  assert.deepEqual([...crm.contacts.keys()], [`${B} ana@example.com`])
  assert.equal(crm.written(), 2, 'one contact and one note in the other account, nothing in its own')

  const all = (await events.after(B, 'live', { cursor: 0, cursorOn: '2020-01-01', limit: 50 })).events
  const echoes = all.filter(({ source }) => source === 'crm')
  assert.deepEqual(
    echoes.map(({ type }) => type),
    ['ContactCreate', 'NoteCreate'],
  )
  for (const { id: eventId, receivedOn } of echoes) {
    const [run] = await runs.ofEvent(B, { eventId, receivedOn })
    assert.deepEqual([run?.status, run?.code], ['skipped', 'own_change'])
  }

  // A person changes the contact in the second account: that is news, and goes to the first one.
  const theirs = crm.contacts.get(`${B} ana@example.com`)!
  reported.push({ locationId: B, type: 'ContactUpdate', body: { ...theirs, firstName: 'Anna' } })
  assert.ok((await settle()) < 10, 'it comes to rest again')
  assert.equal(crm.contacts.get(`${A} ana@example.com`)?.firstName, 'Anna')
  assert.equal(crm.written(), 4)
})
