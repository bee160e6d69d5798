import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import type { ActionCall } from '../../server/sync/action.ts'
import { createAlone } from '../../server/sync/alone.ts'
import { createMemoryHolds } from './memory-holds.ts'

const RECORD = 'invoice:1'

/** How often somebody waited and what was called, by whom; `free` says after how many pauses the record is given back by another. */
const setUp = async ({ free }: { free?: number } = {}) => {
  const memory = createMemoryHolds()
  const { holds, hold } = memory
  const calls: string[] = []
  let pauses = 0
  const other = { record: RECORD, holder: 'other' }
  const taken = free === undefined ? undefined : await holds.take('L', { ...other, seconds: 120 })
  const alone = createAlone({
    holds,
    hold,
    async wait() {
      if (++pauses === free && taken) await holds.giveBack('L', { ...other, until: taken.until })
    },
  })
  const callOf = (runId: string) =>
    ({
      locationId: 'L',
      input: {},
      context: { runId },
      crm: async (id: string) => void calls.push(`${runId} ${id}`),
    }) as unknown as ActionCall
  return { ...memory, alone, callOf, calls, pauses: () => pauses, holder: () => memory.holderOf('L', RECORD) }
}

test('an event that meets somebody else at work asks again later', async () => {
  const { alone, callOf, pauses } = await setUp({ free: 1 })
  const work = () => assert.fail('not alone')
  await assert.rejects(alone(callOf('me'), { record: RECORD, work }), { code: 'record_busy', retry: 'passing' })
  assert.equal(pauses(), 0)
})

test('a call that somebody waits for has a little patience', async () => {
  const wish = { record: RECORD, isPatient: true, work: async () => 'done' }
  const { alone, callOf, pauses, holder } = await setUp({ free: 3 })
  assert.equal(await alone(callOf('me'), wish), 'done')
  assert.equal(pauses(), 3)
  assert.equal(holder(), undefined)
  const never = await setUp({ free: 1_000 })
  await assert.rejects(never.alone(never.callOf('me'), wish), { code: 'record_busy' })
  assert.equal(never.pauses(), 20)
})

test('the record is given back after a refusal, and kept while a call may still be at work', async () => {
  for (const [code, left] of [
    ['crm_rejected', undefined],
    ['crm_unreachable', 'me'],
  ] as const) {
    const { alone, callOf, holder, timers } = await setUp()
    await assert.rejects(alone(callOf('me'), { record: RECORD, work: () => Promise.reject(new AppError(code)) }), {
      code,
    })
    assert.equal(holder(), left)
    assert.equal(timers(), 0)
  }
})

test('work that takes minutes keeps its record all the while', async () => {
  const { alone, callOf, calls, pass, size, timers } = await setUp()
  await alone(callOf('slow'), {
    record: RECORD,
    async work({ crm }) {
      await crm('search', {})
      await pass(700)
      const meanwhile = alone(callOf('quick'), { record: RECORD, work: ({ crm }) => crm('create', {}) })
      await assert.rejects(meanwhile, { code: 'record_busy' })
      await crm('create', {})
    },
  })
  assert.deepEqual(calls, ['slow search', 'slow create'])
  assert.deepEqual([size(), timers()], [0, 0])
})

test('whoever stood still while another, or another try of the same run, took the record makes no call any more', async () => {
  for (const [next, seconds] of [
    ['other', 121],
    ['stopped', 61],
  ] as const) {
    const { alone, callOf, calls, standStill, size } = await setUp()
    const create = ({ crm }: ActionCall) => crm('create', {})
    const stopped = alone(callOf('stopped'), {
      record: RECORD,
      async work(call) {
        await call.crm('search', {})
        standStill(seconds)
        await alone(callOf(next), { record: RECORD, work: create })
        return await create(call)
      },
    })
    await assert.rejects(stopped, { code: 'record_busy', retry: 'passing' })
    assert.deepEqual(calls, ['stopped search', `${next} create`])
    assert.equal(size(), 0)
  }
})

test('whoever stood still and gives up late does not give back what another try has taken', async () => {
  const { alone, callOf, standStill, holds, holder } = await setUp()
  await alone(callOf('stopped'), {
    record: RECORD,
    async work() {
      standStill(61)
      await holds.take('L', { record: RECORD, holder: 'stopped', seconds: 120 })
    },
  })
  assert.equal(holder(), 'stopped')
})

test('whoever stood still and finds the record untouched goes on', async () => {
  const { alone, callOf, calls, standStill, size } = await setUp()
  await alone(callOf('stopped'), {
    record: RECORD,
    async work({ crm }) {
      standStill(500)
      await crm('create', {})
    },
  })
  assert.deepEqual(calls, ['stopped create'])
  assert.equal(size(), 0)
})
