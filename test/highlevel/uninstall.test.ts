// Races of an uninstall that no order of whole events shows: something happens between the question and the end.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test, { after } from 'node:test'
import { createUninstall, type Ending } from '../../server/highlevel/uninstall.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createInstallations } from '../../server/store/installations.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createTestDatabase } from '../database.ts'
import { createClock, createRemembering, silent } from './surroundings.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const installations = createInstallations({ db, seal: createSeal([{ id: 'k', key: randomBytes(32) }]) })
const { now } = createClock()
const ending: Ending = { moment: { at: now(), isStated: false }, actor: { type: 'crm' } }

const storePair = (tenantId: string) =>
  installations.storeTokens(tenantId, {
    accessToken: 'a',
    refreshToken: 'r',
    expiresAt: new Date(now().getTime() + 86_399_000),
    scopes: [],
    at: now(),
  })

/** `answers` are what HighLevel says, one after the other; each may do something first. */
const setUp = async (tenantId: string, answers: (() => Promise<boolean>)[]) => {
  await installations.create(tenantId, { kind: 'location', status: 'pending' })
  await storePair(tenantId)
  const { told, listener, audit } = createRemembering()
  const tokens = {
    isAlive: async () => (await answers.shift()?.()) ?? assert.fail('asked too often'),
    forget: () => {},
  }
  const { uninstall } = createUninstall({ installations, tokens, audit, listener, log: silent })
  return { told, run: () => uninstall({ tenantId, kind: 'location', companyId: undefined }, ending) }
}

test('tokens that arrive after HighLevel was asked are asked about anew', async () => {
  const { run, told } = await setUp('L1', [
    async () => {
      await storePair('L1')
      return false
    },
    async () => true,
  ])
  assert.equal(await run(), 'stale')
  assert.equal((await installations.find('L1'))?.status, 'active')
  assert.deepEqual(told, [])
})

test('tokens that arrive and are refused as well end with the rest', async () => {
  const { run, told } = await setUp('L2', [
    async () => {
      await storePair('L2')
      return false
    },
    async () => false,
  ])
  assert.equal(await run(), 'over')
  assert.equal(await installations.tokens('L2'), undefined)
  assert.deepEqual(told, ['ended L2'])
})

test('tokens that never rest leave the event for another try', async () => {
  const restless = async () => {
    await storePair('L3')
    return false
  }
  const { run } = await setUp('L3', [restless, restless, restless])
  await assert.rejects(run(), /server_error/)
  assert.equal((await installations.find('L3'))?.status, 'active')
})
