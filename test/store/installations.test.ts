import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test, { after } from 'node:test'
import { createDatabase } from '../../server/store/db.ts'
import { createInstallations, type NewTokens } from '../../server/store/installations.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const key = (id: string) => ({ id, key: randomBytes(32) })
const oldKey = key('old')
const seal = createSeal([oldKey])
const installations = createInstallations({ db, seal })

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute))
const pair = (name: string, over: Partial<NewTokens> = {}): NewTokens => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  expiresAt: at(60),
  scopes: ['contacts.readonly'],
  at: at(0),
  ...over,
})
const install = async (tenantId: string, over: Partial<NewTokens> = {}, companyId = 'C0') => {
  await installations.create(tenantId, { kind: 'location', status: 'pending', companyId })
  await installations.storeTokens(tenantId, pair(tenantId, over))
}

test('an unknown tenant has no installation and no tokens', async () => {
  assert.equal(await installations.find('nobody'), undefined)
  assert.equal(await installations.tokens('nobody'), undefined)
})

test('statuses looked up together come in the order of the tenants', async () => {
  await installations.create('S1', { kind: 'location', status: 'pending' })
  await installations.create('S2', { kind: 'location', status: 'suspended' })
  const found = await installations.statuses(['S2', 'nobody', 'S1'])
  assert.deepEqual(
    found.map((one) => one?.status),
    ['suspended', undefined, 'pending'],
  )
})

test('a pending installation has no tokens until a pair is stored, which makes it active', async () => {
  await installations.create('L1', { kind: 'location', status: 'pending', companyId: 'C1', installedAt: at(1) })
  assert.equal(await installations.tokens('L1'), undefined)
  assert.equal(await installations.storeTokens('L1', pair('1')), 1)
  const found = await installations.find('L1')
  assert.equal(found?.status, 'active')
  assert.deepEqual(found?.scopes, ['contacts.readonly'])
  assert.deepEqual(found?.installedAt, at(1))
  assert.deepEqual(await installations.tokens('L1'), {
    accessToken: 'access-1',
    refreshToken: 'refresh-1',
    expiresAt: at(60),
    version: 1,
  })
})

test('tokens lie sealed in the table and open for their own tenant only', async () => {
  await install('L2')
  const { rows } = await db.pool.query(`select * from installations where tenant_id = 'L2'`)
  const { access_token: access, refresh_token: refresh } = rows[0]
  assert.equal(access.includes('access-L2'), false)
  assert.equal(refresh.includes('refresh-L2'), false)
  await install('L2-other')
  await db.pool.query(`update installations set access_token = $1 where tenant_id = 'L2-other'`, [access])
  await assert.rejects(installations.tokens('L2-other'))
})

test('a pair without a refresh token keeps the old one, or drops it when told so', async () => {
  await install('L3')
  await installations.storeTokens('L3', pair('next', { refreshToken: undefined }))
  assert.equal((await installations.tokens('L3'))?.refreshToken, 'refresh-L3')
  await installations.storeTokens('L3', pair('minted', { refreshToken: null }))
  assert.equal((await installations.tokens('L3'))?.refreshToken, null)
  assert.equal((await installations.tokens('L3'))?.version, 3)
})

test('failed refreshes are counted, change the status when told, and are forgotten with a new pair', async () => {
  await install('L4')
  await installations.refreshFailed('L4', { at: at(2), error: 'timeout' })
  await installations.refreshFailed('L4', {
    at: at(3),
    error: 'Invalid grant',
    status: 'needs_reconnect',
    code: 'reconnect_needed',
  })
  const failed = await installations.find('L4')
  assert.equal(failed?.refreshFailures, 2)
  assert.equal(failed?.status, 'needs_reconnect')
  assert.equal(failed?.statusCode, 'reconnect_needed')
  assert.equal(failed?.refreshError, 'Invalid grant')
  await installations.storeTokens('L4', pair('again'))
  const healed = await installations.find('L4')
  assert.equal(healed?.refreshFailures, 0)
  assert.equal(healed?.status, 'active')
  assert.equal(healed?.statusCode, null)
})

test('an end takes the tokens away and keeps the newest evidence', async () => {
  await install('L5')
  await installations.end('L5', at(9))
  await installations.end('L5', at(5))
  const ended = await installations.find('L5')
  assert.equal(ended?.status, 'uninstalled')
  assert.deepEqual(ended?.uninstalledAt, at(9))
  assert.equal(ended?.hasRefreshToken, false)
  assert.equal(await installations.tokens('L5'), undefined)
})

test('a change leaves absent members alone', async () => {
  await install('L6')
  await installations.update('L6', { name: 'Bakery', timeZone: 'Europe/Berlin', companyId: undefined })
  await installations.update('L6', { planId: 'p1' })
  const found = await installations.find('L6')
  assert.deepEqual(
    [found?.name, found?.timeZone, found?.planId, found?.companyId],
    ['Bakery', 'Europe/Berlin', 'p1', 'C0'],
  )
})

test('one at a time works on a tenant, others wait and see what it left; other tenants do not wait', async () => {
  await install('L7')
  const order: string[] = []
  let enter!: () => void
  const entered = new Promise<void>((resolve) => {
    enter = resolve
  })
  let release!: () => void
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const first = installations.locked('L7', async (tx) => {
    enter()
    await held
    await installations.update('L7', { name: 'first' }, tx)
    order.push('first')
  })
  await entered
  const second = installations.locked('L7', async (_tx, current) => {
    order.push(`second sees ${current?.name}`)
  })
  await installations.locked('L7-other', async () => {
    order.push('other')
  })
  release()
  await Promise.all([first, second])
  assert.deepEqual(order, ['other', 'first', 'second sees first'])
})

test('what a lock holder wrote is undone when it fails', async () => {
  await install('L8')
  await assert.rejects(
    installations.locked('L8', async (tx) => {
      await installations.end('L8', at(1), tx)
      throw new Error('no')
    }),
    /no/,
  )
  assert.equal((await installations.find('L8'))?.status, 'active')
})

test('idle and suspended installations are due, working, broken and ended ones are not', async () => {
  const due = () => installations.dueForRefresh({ idleSince: at(30), suspendedSince: at(30), limit: 100 })
  await install('D-idle', { expiresAt: at(10) })
  await install('D-working', { expiresAt: at(40) })
  await install('D-no-refresh-token', { expiresAt: at(10), refreshToken: null })
  await install('D-ended', { expiresAt: at(10) })
  await installations.end('D-ended', at(11))
  for (const [id, status, failedAt] of [
    ['D-broken', 'needs_reconnect', at(1)],
    ['D-suspended', 'suspended', at(1)],
    ['D-suspended-just-tried', 'suspended', at(31)],
  ] as const) {
    await install(id, { expiresAt: at(10) })
    await installations.refreshFailed(id, { at: failedAt, error: 'x', status, code: 'x' })
  }
  await install('D-suspended-minted', { expiresAt: at(10), refreshToken: null })
  await installations.refreshFailed('D-suspended-minted', { at: at(1), error: 'x', status: 'suspended', code: 'x' })
  await install('D-failing', { expiresAt: at(10) })
  await installations.refreshFailed('D-failing', { at: at(31), error: 'timeout' })
  assert.deepEqual((await due()).filter((id) => id.startsWith('D-')).sort(), [
    'D-idle',
    'D-suspended',
    'D-suspended-minted',
  ])
})

test('the locations of a company, its activity and its domains are found', async () => {
  await installations.create('C9', {
    kind: 'company',
    status: 'pending',
    companyId: 'C9',
    whiteLabelDomain: 'crm.example',
  })
  assert.deepEqual(await installations.activeCompanies(10), [])
  await installations.storeTokens('C9', pair('C9'))
  assert.deepEqual(
    (await installations.activeCompanies(10)).map(({ tenantId }) => tenantId),
    ['C9'],
  )
  await install('L9b', {}, 'C9')
  await install('L9a', {}, 'C9')
  assert.deepEqual(
    (await installations.locationsOf('C9')).map(({ tenantId }) => tenantId),
    ['L9a', 'L9b'],
  )
  assert.deepEqual(await installations.whiteLabelDomains(), ['crm.example'])
  await installations.end('C9', at(1))
  assert.deepEqual(await installations.whiteLabelDomains(), [])
})
