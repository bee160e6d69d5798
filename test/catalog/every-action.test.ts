// Every action on the CRM runs once in the sandbox, through the executor and over HTTP, with its own sample as input. There
// is no list of actions here: what each one needs to be there first is read from the samples (sample-ids.ts).

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { after, before } from 'node:test'
import { actions } from '../../server/catalog/index.ts'
import { readPath } from '../../server/catalog/paths.ts'
import { createIds } from './sample-ids.ts'
import { createWorlds, FILE } from './sandbox-world.ts'

const entries = actions.filter(({ system }) => system === 'crm')

let worlds: Awaited<ReturnType<typeof createWorlds>>
/** Kept for real: what is created can be read, changed, found and deleted. */
const KEPT = [
  ...['contacts', 'tags', 'notes', 'tasks', 'opportunities', 'conversations', 'objects', 'object-fields', 'records'],
  ...[
    'associations',
    'relations',
    'invoices',
    'products',
    'prices',
    'calendars',
    'appointments',
    'businesses',
    'media',
  ],
]

/** Actions that ran, and whether a sample answered them. */
const ran = new Map<string, boolean>()

before(async () => {
  worlds = await createWorlds()
})

after(async () => {
  await worlds.close()
  const kept = [...ran.values()].filter((isSample) => !isSample)
  console.log(`${ran.size} actions ran, ${kept.length} of them against real state`)
})

for (const entry of entries) {
  test(`${entry.id} runs`, async () => {
    const world = await worlds.open()
    const ids = createIds(world)
    await ids.prepare(entry)
    const output = await world.run(entry.id, ids.translated(entry.sample.input))
    const request = world.seen.at(-1)!
    assert.deepEqual([request.method, request.version], [entry.method, entry.version])
    ran.set(entry.id, request.isSample)

    const missing = Object.keys(entry.sample.output as object).filter((key) => !Object.hasOwn(output as object, key))
    assert.deepEqual(missing, [], `the answer has ${Object.keys(output as object)}`)
    if (!entry.list) return
    const items = readPath(output, entry.list.itemsAt)
    assert.ok(Array.isArray(items) && items.length > 0, `nothing at ${entry.list.itemsAt}`)
  })
}

test('a file arrives whole, in the library and for a message', async () => {
  const sha256 = createHash('sha256').update(FILE).digest('hex')
  for (const actionId of ['crm.media.upload-file', 'crm.messages.upload-attachments']) {
    const world = await worlds.open()
    const ids = createIds(world)
    const entry = entries.find(({ id }) => id === actionId)!
    await ids.prepare(entry)
    await world.run(actionId, ids.translated(entry.sample.input))
    const [file] = [...world.crm.state.mediaFiles.all()]
    assert.deepEqual([file!.name, file!.bytes, file!.sha256], ['plan.pdf', FILE.length, sha256])
  }
})

test('what the sandbox keeps is answered from state, never by a sample', () => {
  const basic = new RegExp(`^crm\\.(?:${KEPT.join('|')})\\.(?:create|get|update|delete|list|search|upload-file)$`)
  const answers = [...ran].filter(([id]) => basic.test(id))
  assert.ok(answers.length >= 4 * KEPT.length)
  assert.deepEqual(
    answers.filter(([, isSample]) => isSample).map(([id]) => id),
    [],
  )
})
