import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createRecordHolds } from '../../server/store/record-holds.ts'
import { openDatabase } from '../relay/kit.ts'

const db = await openDatabase(after)
const holds = createRecordHolds({ db })

const take = (holder: string, { record = 'invoice:1', location = 'L1', seconds = 60 } = {}) =>
  holds.take(location, { record, holder, seconds })

test('one at a time has a record, the same one as often as it likes', async () => {
  assert.equal(await take('a'), 'new')
  assert.equal(await take('a'), 'again')
  assert.equal(await take('b'), false)
  assert.equal(await take('b', { record: 'invoice:2' }), 'new')
  assert.equal(await take('b', { location: 'L2' }), 'new')
  await holds.giveBack('L1', { record: 'invoice:1', holder: 'b' })
  assert.equal(await take('b'), false, 'nobody gives back what is another’s')
  await holds.giveBack('L1', { record: 'invoice:1', holder: 'a' })
  assert.equal(await take('b'), 'new')
})

test('a hold that was not given back ends by itself, and whoever takes it next is told so', async () => {
  assert.equal(await take('dead', { record: 'invoice:3', seconds: -1 }), 'new')
  assert.equal(await take('next', { record: 'invoice:3' }), 'again')
  await take('dead', { record: 'invoice:4', seconds: -8 * 86_400 })
  await holds.prune()
  const { rows } = await db.pool.query(`select holder from record_holds where record in ('invoice:3', 'invoice:4')`)
  assert.deepEqual(rows, [{ holder: 'next' }])
})

test('of many at once exactly one gets it', async () => {
  const got = await Promise.all(Array.from({ length: 8 }, (_, n) => take(`h${n}`, { record: 'invoice:5' })))
  assert.equal(got.filter(Boolean).length, 1)
})
