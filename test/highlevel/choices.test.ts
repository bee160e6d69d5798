import assert from 'node:assert/strict'
import test, { after, before, type TestContext } from 'node:test'
import { action, actions, trigger, triggers } from '../../server/catalog/index.ts'
import type { Field } from '../../server/catalog/schema.ts'
import { AppError } from '../../server/errors.ts'
import { createChoices } from '../../server/highlevel/choices.ts'
import type { Execution } from '../../server/highlevel/execute.ts'
import { createWorlds, type World } from '../catalog/sandbox-world.ts'
import { createClock } from './surroundings.ts'

let worlds: Awaited<ReturnType<typeof createWorlds>>

before(async () => {
  worlds = await createWorlds()
})

after(() => worlds.close())

/** Choices of a simulated account; `asked` counts the calls that were made to it. */
const start = async () => {
  const world = await worlds.open()
  const clock = createClock()
  const { locationId, list, crm } = world
  const choices = createChoices({ execute: world.execute, list, action, trigger, now: clock.now })
  const options = async (entryId: string, field: string, more: { values?: object; search?: string } = {}) => {
    const { options: found } = await choices.options({ locationId, entryId, field, ...more } as never)
    return found
  }
  return { world, clock, choices, options, crm, locationId, asked: () => world.seen.length }
}

const labels = (options: { label: string }[]): string[] => options.map(({ label }) => label)

const contact = (world: World, firstName: string, more: object = {}) =>
  world.crm.control.person.createContact(world.locationId, { firstName, ...more } as never)

test('choices written in the catalog are answered as text, and searched', async () => {
  const { options, asked } = await start()
  const all = await options('crm.appointments.create', 'appointmentStatus')
  assert.ok(all.length > 3)
  assert.ok(all.some(({ label, value }) => label === 'Confirmed' && value === 'confirmed'))
  assert.deepEqual(labels(await options('crm.appointments.create', 'appointmentStatus', { search: ' CONF ' })), [
    'Confirmed',
  ])
  const priority = await options('crm.calendars.create', 'teamMembers.priority')
  assert.ok(priority.every(({ value }) => typeof value === 'string'))
  assert.equal(asked(), 0)
})

test('choices of the account are read from it', async () => {
  const { options } = await start()
  assert.deepEqual(labels(await options('crm.opportunities.create', 'pipelineId')), ['Sales', 'Orders'])
  assert.ok((await options('crm.appointments.create', 'assignedUserId')).length > 0)
  assert.deepEqual(labels(await options('crm.contacts.create', 'customFields.id', { search: 'birth' })), [
    'Birthday club',
  ])
})

test('filters of triggers have choices, too', async () => {
  const { options } = await start()
  assert.deepEqual(labels(await options('crm.appointment.created', 'appointment.calendarId')), ['First visit'])
})

test('stages are those of the chosen pipeline, and none before one is chosen', async () => {
  const { options, asked } = await start()
  const stage = (values: object) => options('crm.opportunities.create', 'pipelineStageId', { values })
  assert.deepEqual(await stage({}), [])
  assert.deepEqual(await stage({ pipelineId: '' }), [])
  assert.deepEqual(await stage({ pipelineId: '{{trigger.data.pipeline}}' }), [], 'known only when the workflow runs')
  assert.equal(asked(), 0)
  const [sales, orders] = await options('crm.opportunities.create', 'pipelineId')
  assert.deepEqual(labels(await stage({ pipelineId: orders?.value })), ['Placed', 'Paid', 'Fulfilled'])
  assert.equal((await stage({ pipelineId: sales?.value })).length, 4)
  assert.deepEqual(await stage({ pipelineId: 'of nobody' }), [])
  assert.equal(asked(), 1, 'pipelines and stages are one answer')
})

test('prices are read for the chosen product', async () => {
  const { options, world } = await start()
  const sample = action('crm.products.create')!.sample.input
  const product = (await world.run('crm.products.create', sample)) as { _id: string }
  await world.run('crm.prices.create', {
    ...action('crm.prices.create')!.sample.input,
    productId: product._id,
    name: 'Yearly',
  })
  const prices = (values: object) => options('crm.prices.get', 'priceId', { values })
  assert.deepEqual(await prices({}), [])
  assert.deepEqual(labels(await prices({ productId: product._id })), ['Yearly'])
})

test('what a person types is searched for in the account, and labelled by the first thing that is known', async () => {
  const { options, world } = await start()
  contact(world, 'Zora', { email: 'zora@example.com' })
  contact(world, 'Yann', { email: 'yann@example.com' })
  const found = await options('crm.notes.create', 'contactId', { search: 'zora' })
  assert.equal(found.length, 1)
  assert.match(found[0]!.label, /zora/i)
  const all = await options('crm.notes.create', 'contactId')
  assert.equal(all.length, 2)
})

test('an answer holds for half a minute, per account and input', async () => {
  const { options, world, clock, choices, locationId, asked } = await start()
  contact(world, 'Zora')
  const count = async () => (await options('crm.notes.create', 'contactId')).length
  assert.equal(await count(), 1)
  const askedOnce = asked()
  contact(world, 'Yann')
  clock.advance({ seconds: 29 })
  assert.equal(await count(), 1)
  assert.equal(asked(), askedOnce)
  clock.advance({ seconds: 2 })
  assert.equal(await count(), 2)
  contact(world, 'Xavi')
  choices.forget(locationId)
  assert.equal(await count(), 3)
})

test('an unknown entry, an unknown field and a field without choices are refused', async () => {
  const { options } = await start()
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: AppError) => error.code,
    )
  assert.equal(await codeOf(options('crm.no.such', 'x')), 'action_unknown')
  assert.equal(await codeOf(options('crm.notes.create', 'nothing')), 'not_found')
  assert.equal(await codeOf(options('crm.notes.create', 'body')), 'not_found')
  assert.equal(await codeOf(options('crm.notes.create', 'contactId.id')), 'not_found')
})

/** Without an account: what `list` answers and how often it was asked. */
const fake = (items: (execution: Execution) => unknown[]) => {
  const calls: Execution[] = []
  const clock = createClock()
  const choices = createChoices({
    execute: async () => assert.fail('a list is read page by page'),
    async *list(execution) {
      calls.push(execution)
      yield* items(execution)
    },
    action,
    trigger,
    now: clock.now,
  })
  const tags = (locationId: string) => choices.options({ locationId, entryId: 'crm.tags.get', field: 'tagId' })
  return { calls, clock, choices, tags }
}

const many = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `t${index}`, name: `Tag ${index}` }))

test('two who ask at once share one call, each account has its own', async () => {
  const { tags, calls } = fake(({ locationId }) => [{ id: 't1', name: locationId }])
  const [one, two, other] = await Promise.all([tags('L1'), tags('L1'), tags('L2')])
  assert.deepEqual(one, { options: [{ label: 'L1', value: 't1' }] })
  assert.deepEqual(two, one)
  assert.deepEqual(other.options[0]?.label, 'L2')
  assert.deepEqual(
    calls.map(({ locationId, priority }) => [locationId, priority]),
    [
      ['L1', 'interactive'],
      ['L2', 'interactive'],
    ],
  )
})

test('a list without end is cut, and items without a value or seen before are left out', async () => {
  const { tags } = fake(() => many(5_000))
  assert.equal((await tags('L1')).options.length, 1_000)
  const odd = fake(() => [{ name: 'no id' }, { id: 7 }, { id: 't1', name: '' }, { id: 't1', name: 'again' }, null])
  assert.deepEqual((await odd.tags('L1')).options, [
    { label: '7', value: '7' },
    { label: 't1', value: 't1' },
  ])
})

test('a failed reading is not remembered', async () => {
  let isDown = true
  const { tags } = fake(() => {
    if (isDown) throw new AppError('crm_unreachable')
    return many(1)
  })
  await assert.rejects(tags('L1'), { code: 'crm_unreachable' })
  isDown = false
  assert.equal((await tags('L1')).options.length, 1)
})

/** Every field with live choices, with its path, and the filters of triggers. */
const liveFields = (): { entryId: string; path: string; dependsOn: string[] }[] => {
  const walk = (entryId: string, fields: readonly Field[], above: string[]): ReturnType<typeof liveFields> =>
    fields.flatMap((field) => {
      const path = [...above, field.key]
      const inner = walk(entryId, field.fields ?? [], path)
      if (!field.choices || Array.isArray(field.choices)) return inner
      return [
        { entryId, path: path.join('.'), dependsOn: (field.choices.dependsOn ?? []).map((each) => each.field) },
        ...inner,
      ]
    })
  return [
    ...actions.filter(({ system }) => system !== 'rankr').flatMap(({ id, input }) => walk(id, input, [])),
    ...triggers.flatMap(({ id, filters }) =>
      filters.flatMap(({ path, choices }) =>
        choices && !Array.isArray(choices) ? [{ entryId: id, path, dependsOn: [] }] : [],
      ),
    ),
  ]
}

test('every field of the catalog that is fed from the account can be asked', async (t: TestContext) => {
  const { options } = await start()
  const fields = liveFields()
  assert.ok(fields.length > 100)
  for (const { entryId, path, dependsOn } of fields) {
    if (dependsOn.length > 0) continue
    assert.ok(Array.isArray(await options(entryId, path)), `${entryId} ${path}`)
  }
  t.diagnostic(`${fields.length} fields`)
})
