import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test, { after } from 'node:test'
import { AppError } from '../../server/errors.ts'
import { createTokens } from '../../server/highlevel/tokens.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createInstallations } from '../../server/store/installations.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createTestDatabase } from '../database.ts'
import { createFakeGrants } from './fake-grants.ts'
import { createClock, createRemembering, silent } from './surroundings.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const installations = createInstallations({ db, seal: createSeal([{ id: 'k', key: randomBytes(32) }]) })

type Options = { lifeSeconds?: number; withoutRefreshToken?: boolean; companyId?: string }

let counter = 0
const setUp = async ({ lifeSeconds = 86_399, withoutRefreshToken = false, companyId }: Options = {}) => {
  counter += 1
  const locationId = `L${counter}`
  const clock = createClock()
  const grants = createFakeGrants({ lifeSeconds })
  const { told, audited, listener, audit } = createRemembering()
  const process = (over: Partial<Parameters<typeof createTokens>[0]> = {}) =>
    createTokens({
      installations,
      oauth: grants,
      audit,
      listener,
      now: clock.now,
      random: () => 0,
      log: silent,
      ...over,
    })
  const install = async (tenantId: string, kind: 'location' | 'company') => {
    const answer = grants.issue(tenantId)
    await installations.create(tenantId, { kind, status: 'pending', companyId })
    await installations.storeTokens(tenantId, {
      accessToken: answer.accessToken,
      refreshToken: withoutRefreshToken && kind === 'location' ? null : answer.refreshToken,
      expiresAt: new Date(clock.now().getTime() + lifeSeconds * 1000),
      scopes: ['contacts.readonly'],
      at: clock.now(),
    })
    if (kind === 'company') grants.setCompanyToken(tenantId, answer.accessToken)
    return answer
  }
  const first = await install(locationId, 'location')
  return { locationId, clock, grants, told, audited, install, process, first, tokens: process() }
}

const rejectsWith = (promise: Promise<unknown>, code: string) =>
  assert.rejects(promise, (error) => error instanceof AppError && error.code === code)

test('a fresh token is given out without a renewal', async () => {
  const { tokens, locationId, first, grants } = await setUp()
  assert.equal((await tokens.tokenFor(locationId)).accessToken, first.accessToken)
  assert.deepEqual((await tokens.tokenFor(locationId)).scopes, ['contacts.readonly'])
  assert.deepEqual(grants.calls, [])
})

test('an unknown, a pending and an uninstalled tenant have no token', async () => {
  const { tokens, locationId, clock } = await setUp()
  await rejectsWith(tokens.tokenFor('nobody'), 'not_installed')
  await installations.create(`${locationId}-pending`, { kind: 'location', status: 'pending' })
  await rejectsWith(tokens.tokenFor(`${locationId}-pending`), 'not_installed')
  await installations.end(locationId, clock.now())
  await rejectsWith(tokens.tokenFor(locationId), 'not_installed')
})

test('many callers of an expired token cause one refresh and get the same new token', async () => {
  const { tokens, locationId, clock, grants } = await setUp()
  clock.advance({ days: 2 })
  const got = await Promise.all(Array.from({ length: 50 }, () => tokens.tokenFor(locationId)))
  assert.equal(new Set(got.map(({ accessToken }) => accessToken)).size, 1)
  assert.equal(grants.calls.length, 1)
  assert.equal((await installations.tokens(locationId))?.accessToken, got[0]?.accessToken)
})

test('several processes on one database cause one refresh', async () => {
  const { process, locationId, clock, grants } = await setUp()
  clock.advance({ days: 2 })
  const got = await Promise.all(Array.from({ length: 6 }, () => process().tokenFor(locationId)))
  assert.equal(new Set(got.map(({ accessToken }) => accessToken)).size, 1)
  assert.equal(grants.calls.length, 1)
})

test('shortly before its end a token is still given out at once while a new one is fetched', async () => {
  const { tokens, locationId, clock, grants, first } = await setUp()
  await tokens.tokenFor(locationId)
  clock.advance({ hours: 23, minutes: 51 })
  const release = grants.hold()
  assert.equal((await tokens.tokenFor(locationId)).accessToken, first.accessToken)
  assert.equal((await tokens.tokenFor(locationId)).accessToken, first.accessToken)
  release()
  await tokens.close()
  assert.notEqual((await tokens.tokenFor(locationId)).accessToken, first.accessToken)
  assert.equal(grants.calls.length, 1)
})

test('renewals of tenants installed together are spread', async () => {
  const { process, locationId, clock, grants } = await setUp()
  const late = process({ random: () => 0 })
  const early = process({ random: () => 0.99 })
  await Promise.all([late.tokenFor(locationId), early.tokenFor(locationId)])
  clock.advance({ hours: 23, minutes: 46 })
  await late.tokenFor(locationId)
  await late.close()
  assert.deepEqual(grants.calls, [])
  await early.tokenFor(locationId)
  await early.close()
  assert.equal(grants.calls.length, 1)
})

test('a process that did not renew sees the new pair within a minute', async () => {
  const { process, locationId, clock } = await setUp()
  const [one, other] = [process(), process()]
  const before = await one.tokenFor(locationId)
  await other.refreshed(locationId, before.accessToken)
  assert.equal((await one.tokenFor(locationId)).accessToken, before.accessToken)
  clock.advance({ minutes: 1 })
  assert.notEqual((await one.tokenFor(locationId)).accessToken, before.accessToken)
})

test('an uninstall elsewhere is seen within a minute', async () => {
  const { tokens, locationId, clock } = await setUp()
  await tokens.tokenFor(locationId)
  await installations.end(locationId, clock.now())
  clock.advance({ minutes: 1 })
  await rejectsWith(tokens.tokenFor(locationId), 'not_installed')
})

test('a rejected token is renewed once, whoever noticed first', async () => {
  const { process, locationId, grants, first } = await setUp()
  const [one, other] = [process(), process()]
  await Promise.all([one.tokenFor(locationId), other.tokenFor(locationId)])
  const got = await Promise.all(
    [one, other, one, other].map((tokens) => tokens.refreshed(locationId, first.accessToken)),
  )
  assert.equal(new Set(got.map(({ accessToken }) => accessToken)).size, 1)
  assert.notEqual(got[0]?.accessToken, first.accessToken)
  assert.equal(grants.calls.length, 1)
})

test('a refused refresh token makes the installation need a person, is told once and is not tried again', async () => {
  const { tokens, process, locationId, clock, grants, first, told, audited } = await setUp()
  grants.kill(first.refreshToken!)
  clock.advance({ days: 2 })
  await rejectsWith(tokens.tokenFor(locationId), 'reconnect_needed')
  await rejectsWith(tokens.tokenFor(locationId), 'reconnect_needed')
  await rejectsWith(process().tokenFor(locationId), 'reconnect_needed')
  await rejectsWith(process().refreshed(locationId, first.accessToken), 'reconnect_needed')
  assert.equal(grants.calls.length, 1)
  assert.deepEqual(told, [`reconnect_needed ${locationId}`])
  assert.deepEqual(
    audited.map(({ entry }) => entry.action),
    ['installation.needs_reconnect'],
  )
  const row = await installations.find(locationId)
  assert.equal(row?.status, 'needs_reconnect')
  assert.match(row?.refreshError ?? '', /refresh token is invalid/)
})

test('a location that is not active is suspended, asked again hourly, and told of when it works again', async () => {
  const { tokens, locationId, clock, grants, told, audited } = await setUp()
  clock.advance({ days: 2 })
  grants.faults.push('suspended')
  await rejectsWith(tokens.tokenFor(locationId), 'crm_suspended')
  await rejectsWith(tokens.tokenFor(locationId), 'crm_suspended')
  assert.equal(await tokens.refreshDue(), 0)
  assert.equal(grants.calls.length, 1)
  clock.advance({ minutes: 61 })
  assert.equal(await tokens.refreshDue(), 1)
  assert.ok((await tokens.tokenFor(locationId)).accessToken)
  assert.deepEqual(told, [`crm_suspended ${locationId}`, `recovered ${locationId}`])
  assert.deepEqual(
    audited.map(({ entry }) => entry.action),
    ['installation.suspended', 'installation.recovered'],
  )
})

test('an account that a call finds inactive is suspended once, until it is found active', async () => {
  const { tokens, process, locationId, clock, told } = await setUp()
  await tokens.tokenFor(locationId)
  await Promise.all([tokens.suspend(locationId, 'Location is not active'), process().suspend(locationId, 'again')])
  await rejectsWith(tokens.tokenFor(locationId), 'crm_suspended')
  clock.advance({ hours: 2 })
  assert.equal(await tokens.refreshDue(), 1)
  await tokens.tokenFor(locationId)
  assert.deepEqual(told, [`crm_suspended ${locationId}`, `recovered ${locationId}`])
})

test('trouble on the way does not touch a token that still works', async () => {
  const { tokens, locationId, clock, grants, first } = await setUp()
  await tokens.tokenFor(locationId)
  clock.advance({ hours: 23, minutes: 55 })
  grants.faults.push('down')
  assert.equal((await tokens.tokenFor(locationId)).accessToken, first.accessToken)
  await tokens.close()
  assert.equal((await tokens.tokenFor(locationId)).accessToken, first.accessToken)
  assert.equal(grants.calls.length, 1, 'not asked again at once')
  const row = await installations.find(locationId)
  assert.equal(row?.status, 'active')
  assert.equal(row?.refreshFailures, 1)
})

test('trouble on the way with an expired token is a passing error', async () => {
  const { tokens, locationId, clock, grants } = await setUp()
  clock.advance({ days: 2 })
  grants.faults.push('down')
  await rejectsWith(tokens.tokenFor(locationId), 'token_refresh_failed')
  assert.ok((await tokens.tokenFor(locationId)).accessToken)
})

test('a lost answer is found out at the next try, and the company helps', async () => {
  const { tokens, locationId, clock, grants, install, told } = await setUp({ companyId: 'C-helps' })
  clock.advance({ days: 2 })
  await install('C-helps', 'company')
  grants.faults.push('lost')
  await rejectsWith(tokens.tokenFor(locationId), 'token_refresh_failed')
  const got = await tokens.tokenFor(locationId)
  assert.deepEqual(
    grants.calls.map((call) => call.split(' ')[0]),
    ['refresh', 'refresh', 'mint'],
  )
  assert.equal((await installations.tokens(locationId))?.accessToken, got.accessToken)
  assert.equal((await installations.find(locationId))?.status, 'active')
  assert.deepEqual(told, [])
})

test("a location without a refresh token gets its token from the company's, which is renewed first", async () => {
  const { tokens, locationId, clock, grants, install } = await setUp({
    companyId: 'C-mints',
    withoutRefreshToken: true,
  })
  await install('C-mints', 'company')
  clock.advance({ days: 2 })
  assert.ok((await tokens.tokenFor(locationId)).accessToken)
  assert.deepEqual(
    grants.calls.map((call) => call.replace(/-\d+$/, '')),
    ['refresh refresh-C-mints', `mint ${locationId}`],
  )
})

test('a company token that is refused while minting is renewed once', async () => {
  const { tokens, locationId, grants, install, first } = await setUp({
    companyId: 'C-stale',
    withoutRefreshToken: true,
  })
  await install('C-stale', 'company')
  grants.setCompanyToken('C-stale', 'another one')
  assert.ok((await tokens.refreshed(locationId, first.accessToken)).accessToken)
  assert.deepEqual(
    grants.calls.map((call) => call.replace(/-\d+$/, '')),
    [`mint ${locationId}`, 'refresh refresh-C-stale', `mint ${locationId}`],
  )
})

test('when the company is of no help either, a person is needed', async () => {
  const { tokens, locationId, grants, first, install, told } = await setUp({ companyId: 'C-refuses' })
  await install('C-refuses', 'company')
  grants.kill(first.refreshToken!)
  grants.faults.push('dead', 'dead')
  await rejectsWith(tokens.refreshed(locationId, first.accessToken), 'reconnect_needed')
  assert.deepEqual(told, [`reconnect_needed ${locationId}`])
})

test('when the company cannot help just now, it is tried again later', async () => {
  const { tokens, locationId, grants, first, install } = await setUp({ companyId: 'C-later' })
  await install('C-later', 'company')
  grants.kill(first.refreshToken!)
  grants.faults.push('dead', 'down')
  await rejectsWith(tokens.refreshed(locationId, first.accessToken), 'token_refresh_failed')
  assert.equal((await installations.find(locationId))?.status, 'active')
})

test('idle tokens are kept alive, used ones are left alone', async () => {
  const idle = await setUp()
  idle.clock.advance({ days: 7 })
  assert.equal(await idle.tokens.refreshDue(), 0)
  idle.clock.advance({ days: 2 })
  const [one, other] = [idle.process(), idle.process()]
  await Promise.all([one.refreshDue(), other.refreshDue()])
  assert.equal(idle.grants.calls.filter((call) => call.includes(`refresh-${idle.locationId}-`)).length, 1)
  assert.equal((await installations.find(idle.locationId))?.tokenVersion, 2)
})

test('a pair that the database did not take is not lost: it is stored by the next try', async () => {
  const { locationId, clock, grants, process } = await setUp()
  let failures = 2
  const fragile = {
    ...installations,
    locked: async <T>(tenantId: string, work: Parameters<typeof installations.locked<T>>[1]) =>
      installations.locked<T>(tenantId, async (tx, row) => {
        const done = await work(tx, row)
        if (failures-- > 0) throw new Error('the connection broke at commit')
        return done
      }),
  }
  const tokens = process({ installations: fragile })
  clock.advance({ days: 2 })
  await assert.rejects(tokens.tokenFor(locationId), /broke at commit/)
  assert.equal((await installations.find(locationId))?.tokenVersion, 1)
  const got = await tokens.tokenFor(locationId)
  assert.equal(grants.calls.length, 1, 'the refresh token was used once only')
  assert.equal((await installations.tokens(locationId))?.accessToken, got.accessToken)
})

test('a token is stored before anybody gets it', async () => {
  const { locationId, clock, process } = await setUp()
  clock.advance({ days: 2 })
  const tokens = process()
  const { accessToken } = await tokens.tokenFor(locationId)
  assert.equal((await installations.tokens(locationId))?.accessToken, accessToken)
})

test('a listener that fails does not take the token away', async () => {
  const { locationId, clock, grants, process } = await setUp()
  const tokens = process({
    listener: {
      onRecovered: () => Promise.reject(new Error('no')),
      onNeedsPerson: () => Promise.reject(new Error('no')),
    },
  })
  clock.advance({ days: 2 })
  grants.faults.push('suspended')
  await rejectsWith(tokens.tokenFor(locationId), 'crm_suspended')
  clock.advance({ hours: 2 })
  assert.equal(await tokens.refreshDue(), 1)
})

test('a short life is renewed in its last quarter, not all the time', async () => {
  const { tokens, locationId, clock, grants } = await setUp({ lifeSeconds: 120 })
  await tokens.tokenFor(locationId)
  clock.advance({ seconds: 60 })
  await tokens.tokenFor(locationId)
  await tokens.close()
  assert.deepEqual(grants.calls, [])
  clock.advance({ seconds: 35 })
  await tokens.tokenFor(locationId)
  await tokens.close()
  assert.equal(grants.calls.length, 1)
})
