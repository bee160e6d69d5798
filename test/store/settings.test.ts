import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createDatabase } from '../../server/store/db.ts'
import { createSettings } from '../../server/store/settings.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const settings = createSettings({ db })

test('a location that never chose has no settings', async () => {
  assert.deepEqual(await settings.read('loc_new'), {})
})

test('a choice is kept, and what others wrote beside it stays', async () => {
  await db.kysely
    .insertInto('location_settings')
    .values({ location_id: 'loc_1', settings: JSON.stringify({ later: 'kept' }) })
    .execute()
  await settings.change('loc_1', { isGuideHidden: true })
  await settings.change('loc_1', { isGuideHidden: false })
  assert.deepEqual(await settings.read('loc_1'), { later: 'kept', isGuideHidden: false })
})

test('a choice of one location is not seen by another', async () => {
  await settings.change('loc_a', { isGuideHidden: true })
  assert.deepEqual(await settings.read('loc_b'), {})
})

test('a choice made in a transaction that fails is not kept', async () => {
  await assert.rejects(
    db.transaction(async (tx) => {
      await settings.change('loc_t', { isGuideHidden: true }, tx)
      throw new Error('stop')
    }),
    /stop/,
  )
  assert.deepEqual(await settings.read('loc_t'), {})
})
