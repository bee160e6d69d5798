// Rules over the whole catalog: what one entry says about another must hold.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  action,
  actions,
  scopesFor,
  trigger,
  triggers,
  triggersForEvent,
  webhookEventsFor,
} from '../../server/catalog/index.ts'
import { checkInput } from '../../server/catalog/input.ts'
import { firstText, readPath } from '../../server/catalog/paths.ts'
import { buildRequest } from '../../server/catalog/request.ts'
import { pagingKeys, pathParts } from '../../server/catalog/rules.ts'
import type { Action, Field, LiveChoices } from '../../server/catalog/schema.ts'
import { SCOPES } from '../../server/catalog/scopes.ts'
import { recordKeyOf } from '../../server/highlevel/record-key.ts'
import { RANKR_EVENT_TYPES, rankrEvent, recordKeyOf as rankrRecordKeyOf } from '../../server/rankr/contract.ts'

const context = { locationId: 'loc', companyId: 'com', userId: 'usr', appId: 'app' }
const none: string[] = []

const repeated = (values: string[]) => values.filter((value, index) => values.indexOf(value) !== index)

const fieldsOf = (fields: Field[], path = ''): { field: Field; path: string }[] =>
  fields.flatMap((field) => [
    { field, path: path + field.key },
    ...fieldsOf(field.fields ?? [], `${path}${field.key}.`),
  ])

const choiceFaults = (choices: LiveChoices, siblings: string[]): string[] => {
  const source = action(choices.from)
  if (!source) return [`reads ${choices.from}, which does not exist`]
  const faults: string[] = []
  if (source.risk !== 'read') faults.push(`reads ${choices.from}, which changes something`)
  const items = readPath(source.sample.output, choices.itemsAt)
  if (!Array.isArray(items) || items.length === 0)
    return [...faults, `${choices.from} answers no list at ${choices.itemsAt}`]
  if (readPath(items[0], choices.value) === undefined) faults.push(`an item of ${choices.from} has no ${choices.value}`)
  const labels = [choices.label].flat()
  if (firstText(items[0], labels) === undefined) faults.push(`an item of ${choices.from} has no ${labels.join(' or ')}`)

  const given = new Set(Object.keys(choices.input ?? {}))
  if (choices.search) given.add(choices.search)
  for (const dependency of choices.dependsOn ?? []) {
    if (!siblings.includes(dependency.field)) faults.push(`hangs on ${dependency.field}, which is no field beside it`)
    if ('input' in dependency) given.add(dependency.input)
    else if (readPath(source.sample.output, `${dependency.parentAt}.${dependency.parentValue}`) === undefined) {
      faults.push(`${choices.from} has no ${dependency.parentAt} with ${dependency.parentValue}`)
    }
  }
  const paging = source.list ? pagingKeys(source.list.paging) : []
  for (const key of given) {
    if (!source.input.some((field) => field.key === key)) faults.push(`${choices.from} has no input ${key}`)
  }
  for (const field of source.input) {
    const isGiven = !field.required || field.type === 'hidden' || given.has(field.key) || paging.includes(field.key)
    if (!isGiven) faults.push(`${choices.from} needs ${field.key}, which nothing gives`)
  }
  return faults
}

test('there are at least 150 actions and 75 triggers', () => {
  assert.ok(actions.length >= 150, `${actions.length} actions`)
  assert.ok(triggers.length >= 75, `${triggers.length} triggers`)
})

test('every action of the catalog can be carried out', () => {
  assert.deepEqual(
    actions.filter(({ isPlanned }) => isPlanned).map(({ id }) => id),
    none,
  )
})

test('every id is used once', () => {
  assert.deepEqual(repeated([...actions, ...triggers].map(({ id }) => id)), none)
})

test('no two entries of one system carry the same label', () => {
  for (const entries of [actions, triggers]) {
    assert.deepEqual(repeated(entries.map(({ system, label }) => `${system}: ${label}`)), none)
  }
})

test('an entry is nothing but data', () => {
  for (const entry of [...actions, ...triggers]) assert.deepEqual(JSON.parse(JSON.stringify(entry)), entry, entry.id)
})

test('every permission in the list is needed by an entry or by the installation itself', () => {
  const forInstall = ['oauth.readonly', 'oauth.write', 'marketplace-installer-details.readonly']
  const used = new Set([...actions, ...triggers].flatMap((entry): string[] => entry.scope).concat(forInstall))
  assert.deepEqual(
    Object.keys(SCOPES).filter((scope) => !used.has(scope)),
    none,
  )
})

test('every choice reads an action that only reads, finds items in its sample and gives it all it needs', () => {
  const faults = actions.flatMap((entry) =>
    fieldsOf(entry.input).flatMap(({ field, path }) => {
      if (!field.choices || Array.isArray(field.choices)) return []
      const siblings = entry.input.map(({ key }) => key)
      return choiceFaults(field.choices, siblings).map((fault) => `${entry.id} ${path}: ${fault}`)
    }),
  )
  assert.deepEqual(faults, none)
})

test('every choice of a filter reads an action that only reads and finds items in its sample', () => {
  const faults = triggers.flatMap((entry) =>
    entry.filters.flatMap(({ path, choices }) =>
      !choices || Array.isArray(choices)
        ? []
        : choiceFaults(choices, []).map((fault) => `${entry.id} ${path}: ${fault}`),
    ),
  )
  assert.deepEqual(faults, none)
})

test('the sample input of every action passes its own fields', () => {
  for (const entry of actions) {
    const checked = checkInput({ fields: entry.input, input: entry.sample.input, context })
    assert.deepEqual(checked.ok ? none : checked.faults, none, entry.id)
  }
})

test('every list finds its items, its total and its next page in the sample of its answer', () => {
  for (const { id, list, sample, input } of actions) {
    if (!list) continue
    const items = readPath(sample.output, list.itemsAt)
    assert.ok(Array.isArray(items) && items.length > 0, `${id} has no items at ${list.itemsAt}`)
    if (list.totalAt) assert.equal(typeof readPath(sample.output, list.totalAt), 'number', `${id} ${list.totalAt}`)
    const { paging } = list
    if (paging.style === 'none') continue
    for (const key of pagingKeys(paging))
      assert.equal(input.find((field) => field.key === key)?.in, paging.in, `${id} ${key}`)
    if (paging.style !== 'cursor') continue
    for (const { of, at } of paging.cursors) {
      assert.notEqual(readPath(of === 'answer' ? sample.output : items.at(-1), at), undefined, `${id} ${at}`)
    }
  }
})

test('nothing that only reads is sent with a method that deletes, and what deletes says so', () => {
  for (const { id, method, risk } of actions) {
    if (risk === 'read') assert.ok(!method || method === 'GET' || method === 'POST', id)
    if (method === 'GET') assert.equal(risk, 'read', id)
    if (id.split('.').at(-1)?.startsWith('delete')) assert.equal(risk, 'destroy', id)
  }
})

test('every part of a path is encoded, so that a value cannot lead anywhere else', () => {
  for (const entry of actions) {
    if (!entry.path) continue
    for (const hostile of ['../../oauth/token', 'a/b?c=d#e', '..', 'ü %2F']) {
      const typed = entry.input.filter((field) => field.in === 'path' && !Array.isArray(field.choices) && !field.fill)
      const input = { ...entry.sample.input, ...Object.fromEntries(typed.map(({ key }) => [key, hostile])) }
      const built = buildRequest(entry, input, { ...context, locationId: hostile })
      assert.ok(built.ok, entry.id)
      assert.match(built.request.path, /^[\w./%~!'()*-]+$/, entry.id)
      assert.equal(built.request.path.split('/').length, entry.path.split('/').length, entry.id)
      assert.ok(!built.request.path.split('/').some((part) => part === '..' || part === '.'), entry.id)
    }
  }
})

test('whoever types an input cannot choose the account a call is for', () => {
  for (const entry of actions) {
    for (const { key, name, type } of entry.input) {
      if (['locationId', 'companyId', 'altType'].includes(name ?? key))
        assert.equal(type, 'hidden', `${entry.id} ${key}`)
    }
    const hasPair = entry.input.some(({ key }) => key === 'altType')
    if (hasPair) assert.equal(entry.input.find(({ key }) => key === 'altId')?.type, 'hidden', entry.id)
    const parts = pathParts(entry.path ?? '')
    if (!parts.includes('locationId')) continue
    assert.equal(entry.input.find((field) => field.key === 'locationId')?.type, 'hidden', entry.id)
  }
})

test('a trigger keeps the order of events by the same record as the reader of webhooks does', () => {
  for (const entry of triggers) {
    if (entry.system !== 'crm') continue
    const expected = recordKeyOf(entry.event, entry.sample)
    // Events about the app itself are about no record.
    if (expected === undefined) assert.match(entry.id, /^crm\.(app|saas-plan|campaign)\./, entry.id)
    else assert.equal(expected.slice(expected.indexOf(':') + 1), firstText(entry.sample, entry.recordKey), entry.id)
  }
})

test('every event of Rankr has a trigger, and its sample is a body that Rankr may send', () => {
  const events = triggers.filter((entry) => entry.system === 'rankr')
  assert.deepEqual(events.map(({ event }) => event).sort(), [...RANKR_EVENT_TYPES].sort())
  for (const entry of events) {
    const parsed = rankrEvent.safeParse(entry.sample)
    assert.ok(parsed.success, `${entry.id} ${parsed.error?.message}`)
    assert.equal(rankrRecordKeyOf(parsed.data).split(':')[1], firstText(entry.sample, entry.recordKey), entry.id)
  }
})

test('an entry is found by its id, and by no other', () => {
  assert.equal(action('crm.contacts.upsert')?.path, '/contacts/upsert')
  assert.equal(trigger('rankr.customer.created')?.event, 'customer.created')
  assert.equal(action('crm.contacts.upsert '), undefined)
  assert.equal(action('toString'), undefined)
})

test('an event sets off the triggers of its name or of the type that its body carries', () => {
  const ids = (system: 'crm' | 'rankr' | 'app', event: string) => triggersForEvent(system, event).map(({ id }) => id)
  assert.deepEqual(ids('crm', 'ContactCreate'), ['crm.contact.created'])
  assert.deepEqual(ids('crm', 'INSTALL'), ['crm.app.installed'])
  assert.deepEqual(ids('crm', 'ConversationUnreadUpdate'), ['crm.conversation.unread-changed'])
  assert.deepEqual(ids('rankr', 'ContactCreate'), none)
  assert.deepEqual(ids('app', 'schedule.due'), ['app.schedule.due'])
})

test('permissions are the union of what the chosen entries need, each once and in order', () => {
  const chosen = {
    actionIds: ['app.customers.upsert-contact', 'crm.contacts.add-tags', 'http.request', 'unknown'],
    triggerIds: ['rankr.customer.created', 'crm.invoice.paid'],
  }
  assert.deepEqual(scopesFor(chosen), ['contacts.readonly', 'contacts.write', 'invoices.readonly'])
  assert.deepEqual(scopesFor({ actionIds: [], triggerIds: [] }), none)
})

test('only events that must be picked are named for the marketplace', () => {
  const ids = [
    'crm.contact.created',
    'crm.app.installed',
    'crm.message.to-deliver',
    'rankr.order.created',
    'app.schedule.due',
  ]
  assert.deepEqual(webhookEventsFor(ids), ['ContactCreate'])
})

test('the actions on customers are there', () => {
  const ours = (entry: Action) => entry.id.startsWith('app.customers.')
  assert.deepEqual(
    actions
      .filter(ours)
      .map(({ id }) => id)
      .sort(),
    [
      'app.customers.add-note',
      'app.customers.add-tags',
      'app.customers.join-business',
      'app.customers.mark-deleted',
      'app.customers.merge',
      'app.customers.push-to-rankr',
      'app.customers.tell-deleted',
      'app.customers.upsert-contact',
    ],
  )
})
