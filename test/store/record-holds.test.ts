import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createRecordHolds } from '../../server/store/record-holds.ts'
import { openDatabase } from '../relay/kit.ts'

const db = await openDatabase(after)
const holds = createRecordHolds({ db })

const take = (holder: string, { record = 'invoice:1', location = 'L1', seconds = 60 } = {}) =>
  holds.take(location, { record, holder, seconds })

const isNew = async (taking: ReturnType<typeof take>) => (await taking)?.isNew

test('one at a time has a record, the same one as often as it likes', async () => {
  assert.equal(await isNew(take('a')), true)
  const mine = await take('a')
  assert.equal(mine?.isNew, false)
  assert.equal(await take('b'), undefined)
  assert.equal(await isNew(take('b', { record: 'invoice:2' })), true)
  assert.equal(await isNew(take('b', { location: 'L2' })), true)
  const { until } = mine!
  await holds.giveBack('L1', { record: 'invoice:1', holder: 'b', until })
  assert.equal(await take('b'), undefined, 'nobody gives back what is another’s')
  await holds.giveBack('L1', { record: 'invoice:1', holder: 'a', until })
  assert.equal(await isNew(take('b')), true)
})

test('a hold is renewed, also after its end, until the record is taken again, were it under the same name', async () => {
  const own = { record: 'invoice:6', holder: 'a' }
  const first = await take('a', { record: 'invoice:6', seconds: -1 })
  const until = await holds.renew('L1', { ...own, until: first!.until, seconds: 60 })
  assert.ok(until && until > first!.until)
  assert.equal(await take('b', { record: 'invoice:6' }), undefined)
  const again = await take('a', { record: 'invoice:6' })
  assert.equal(await holds.renew('L1', { ...own, until, seconds: 60 }), undefined)
  await holds.giveBack('L1', { ...own, until })
  assert.equal(await take('b', { record: 'invoice:6' }), undefined, 'a late one gives back what it had only')
  await holds.giveBack('L1', { ...own, until: again!.until })
  assert.equal(await isNew(take('b', { record: 'invoice:6' })), true)
})

test('a hold that was not given back ends by itself, and whoever takes it next is told so', async () => {
  assert.equal(await isNew(take('dead', { record: 'invoice:3', seconds: -1 })), true)
  assert.equal(await isNew(take('next', { record: 'invoice:3' })), false)
  await take('dead', { record: 'invoice:4', seconds: -8 * 86_400 })
  await holds.prune()
  const { rows } = await db.pool.query(`select holder from record_holds where record in ('invoice:3', 'invoice:4')`)
  assert.deepEqual(rows, [{ holder: 'next' }])
})

test('of many at once exactly one gets it', async () => {
  const got = await Promise.all(Array.from({ length: 8 }, (_, n) => take(`h${n}`, { record: 'invoice:5' })))
  assert.equal(got.filter(Boolean).length, 1)
})
