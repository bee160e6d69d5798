import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import { createAlone } from '../../server/sync/alone.ts'

/** Holds in memory, and how often somebody waited; `free` says after how many pauses the record is given back. */
const setUp = (free = Number.POSITIVE_INFINITY) => {
  let holder: string | undefined = 'other'
  let pauses = 0
  const holds = {
    async take(_location: string, wish: { holder: string }) {
      if (holder !== undefined && holder !== wish.holder) return false
      holder = wish.holder
      return 'new' as const
    },
    async giveBack() {
      holder = undefined
    },
  }
  const wait = async () => {
    pauses++
    if (pauses === free) holder = undefined
  }
  const of = { locationId: 'L', record: 'invoice:1', holder: 'me' }
  return { alone: createAlone({ holds, wait }), of, holder: () => holder, pauses: () => pauses, holds }
}

test('an event that meets somebody else at work asks again later', async () => {
  const { alone, of, pauses } = setUp()
  const work = () => assert.fail('not alone')
  await assert.rejects(alone({ ...of, isPatient: false, work }), { code: 'record_busy', retry: 'passing' })
  assert.equal(pauses(), 0)
})

test('a call that somebody waits for has a little patience', async () => {
  const { alone, of, pauses, holder } = setUp(3)
  assert.equal(await alone({ ...of, isPatient: true, work: async () => 'done' }), 'done')
  assert.equal(pauses(), 3)
  assert.equal(holder(), undefined)
  const never = setUp()
  await assert.rejects(never.alone({ ...of, isPatient: true, work: async () => 'done' }), { code: 'record_busy' })
  assert.equal(never.pauses(), 20)
})

test('the record is given back after a refusal, and kept while a call may still be at work', async () => {
  for (const [code, left] of [
    ['crm_rejected', undefined],
    ['crm_unreachable', 'me'],
  ] as const) {
    const { alone, of, holder, holds } = setUp()
    await holds.giveBack()
    const work = () => Promise.reject(new AppError(code))
    await assert.rejects(alone({ ...of, isPatient: false, work }), { code })
    assert.equal(holder(), left)
  }
})
