// The request that an action's input becomes.
import assert from 'node:assert/strict'
import test from 'node:test'
import { action } from '../../server/catalog/index.ts'
import { buildRequest } from '../../server/catalog/request.ts'
import { type ActionEntry, actionSchema } from '../../server/catalog/schema.ts'

const context = { locationId: 'h4Rk9mT2xQeW7vLp3ZsA' }

const requestOf = (id: string, input: unknown) => {
  const built = buildRequest(action(id)!, input, context)
  assert.ok(built.ok, JSON.stringify(built))
  return built.request
}

test('a body holds the account, the given fields under their wire names, and nothing else', () => {
  const request = requestOf('crm.contacts.upsert', {
    email: 'maya.okafor@example.com',
    customFields: [{ id: 'cf1', value: 12 }],
  })
  assert.deepEqual(request, {
    method: 'POST',
    path: '/contacts/upsert',
    version: 'v3',
    query: {},
    headers: {},
    body: {
      locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
      email: 'maya.okafor@example.com',
      customFields: [{ id: 'cf1', fieldValue: 12 }],
    },
    bodyStyle: 'json',
    files: [],
    token: 'location',
  })
})

test('a read has a query and no body', () => {
  const { query, body } = requestOf('crm.contacts.find-duplicate', { phone: '+14155550132' })
  assert.deepEqual(query, { locationId: 'h4Rk9mT2xQeW7vLp3ZsA', number: '+14155550132' })
  assert.equal(body, undefined)
})

test('a list in the query is the same name several times, and numbers are text there', () => {
  const { query } = requestOf('crm.relations.list', { recordId: 'r', associationIds: ['a', 'b'], skip: 0, limit: 5 })
  assert.deepEqual(query, { locationId: 'h4Rk9mT2xQeW7vLp3ZsA', associationIds: ['a', 'b'], skip: '0', limit: '5' })
})

test('a part of the path is encoded and cannot climb', () => {
  assert.equal(requestOf('crm.contacts.get', { contactId: 'a/b?c' }).path, '/contacts/a%2Fb%3Fc')
  assert.equal(requestOf('crm.contacts.get', { contactId: '..' }).path, '/contacts/%2E%2E')
  assert.equal(requestOf('crm.notes.get', { contactId: 'c', noteId: 'n' }).path, '/contacts/c/notes/n')
})

test('a delete may carry a body', () => {
  const request = requestOf('crm.contacts.remove-tags', { contactId: 'c', tags: 'trial, old' })
  assert.deepEqual(request.body, { tags: ['trial', 'old'] })
})

test('an action with a body and nothing given sends an empty object', () => {
  assert.deepEqual(requestOf('crm.workflows.add-contact', { contactId: 'c', workflowId: 'w' }).body, {})
})

test('a multipart body tells which of its members are files to be streamed', () => {
  const copied = requestOf('crm.media.upload-file', { file: 'https://files.example.com/plan.pdf' })
  assert.deepEqual(copied.files, [
    { name: 'file', addresses: ['https://files.example.com/plan.pdf'], limits: { mostMb: 25, mostVideoMb: 500 } },
  ])
  assert.deepEqual(copied.body, { hosted: false })
  assert.equal(copied.bodyStyle, 'multipart')
  assert.deepEqual(requestOf('crm.media.upload', { fileUrl: 'https://files.example.com/plan.pdf' }).files, [])
})

test('faults of the input come back with pointers, and no request', () => {
  const built = buildRequest(action('crm.tasks.create')!, { contactId: 'c', titel: 'Call', dueDate: 'soon' }, context)
  assert.deepEqual(built, {
    ok: false,
    faults: [
      { pointer: '/titel', detail: 'is not a field of this action' },
      { pointer: '/title', detail: 'is required' },
      { pointer: '/dueDate', detail: 'must be a time, like 2026-03-31T09:00:00Z' },
      { pointer: '/completed', detail: 'is required' },
    ],
  })
})

test('a field may travel as a header', () => {
  const entry: ActionEntry = {
    ...action('crm.tags.list')!,
    input: [
      ...action('crm.tags.list')!.input,
      { key: 'trace', name: 'X-Trace', label: 'Trace', type: 'json', in: 'header' },
    ],
  }
  const built = buildRequest(actionSchema.parse(entry), { trace: { a: 1 } }, context)
  assert.deepEqual(built.ok && built.request.headers, { 'X-Trace': '{"a":1}' })
})

test('what is no call over HTTP has no request', () => {
  assert.throws(() => buildRequest(action('app.customers.add-tags')!, {}, context), /is no call over HTTP/)
})
