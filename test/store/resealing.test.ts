import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { sql } from 'kysely'
import { createConnections } from '../../server/store/connections.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createInstallations } from '../../server/store/installations.ts'
import { openSeal } from '../../server/store/open-seal.ts'
import { resealAll, SEALED_COLUMNS } from '../../server/store/resealing.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createTestDatabase } from '../database.ts'

const now = () => new Date('2026-03-02T12:00:00Z')
const key = (id: string) => ({ id, key: randomBytes(32) })

/** Bytes that are not secrets, each with the reason. */
const OPEN_BYTES: Record<string, string> = {
  'links.crm_fingerprint': 'a hash',
  'links.rankr_fingerprint': 'a hash',
  'audit.previous_hash': 'a hash',
  'audit.hash': 'a hash',
  'audit_heads.hash': 'a hash',
  'api_answers.fingerprint': 'a hash',
  'integrity_findings.fingerprint': 'a hash',
  'integrity_accepted.fingerprint': 'a hash',
}

test('every column of bytes is sealed and rotated, or known not to be a secret', async (t) => {
  const db = createDatabase({ url: (await createTestDatabase(t)).url })
  t.after(() => db.close())
  const { rows } = await sql<{ name: string }>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and data_type = 'bytea' and table_name !~ '_[0-9]{8}$'`.execute(db.kysely)
  const sealed = new Set(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`))
  const unknown = rows.map(({ name }) => name).filter((name) => !sealed.has(name) && !(name in OPEN_BYTES))
  assert.deepEqual(
    unknown.filter((name) => !/hash$/.test(name)),
    [],
  )
})

test('after a rotation everything lies under the new key, and what does not open is named and left', async (t) => {
  const db = createDatabase({ url: (await createTestDatabase(t)).url })
  t.after(() => db.close())
  const [old, fresh, lost] = [key('old'), key('new'), key('lost')]
  const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: now(), scopes: [], at: now() }
  const under = (keys: (typeof old)[]) => ({
    installations: createInstallations({ db, seal: createSeal(keys) }),
    connections: createConnections({ db, seal: createSeal(keys), now }),
  })
  for (const [id, one] of [
    ['L1', old],
    ['L2', lost],
  ] as const) {
    const { installations } = under([one])
    await installations.create(id, { kind: 'location', status: 'active' })
    await installations.storeTokens(id, tokens)
  }
  const { connection, secret } = await under([old]).connections.create('L1', { name: 'Rankr' })

  const results = await resealAll({ db, seal: createSeal([fresh, old]) })
  const of = (table: string, column: string) => results.find((one) => one.table === table && one.column === column)
  assert.deepEqual(of('installations', 'access_token'), {
    table: 'installations',
    column: 'access_token',
    resealed: 1,
    broken: ['L2'],
  })
  assert.equal(of('connections', 'signing_secret')?.resealed, 1)

  const onlyNew = under([fresh])
  assert.equal((await onlyNew.installations.tokens('L1'))?.refreshToken, 'r')
  assert.equal((await onlyNew.connections.findForWebhooks([connection.id]))[0]?.().secrets[0]?.secret, secret)
  assert.equal((await under([lost]).installations.tokens('L2'))?.refreshToken, 'r')
  assert.equal(
    (await resealAll({ db, seal: createSeal([fresh, old, lost]) })).reduce((sum, { resealed }) => sum + resealed, 0),
    2,
  )
})

test('a process that opens nothing of what is stored does not start; one that misses a key says so', async (t) => {
  const db = createDatabase({ url: (await createTestDatabase(t)).url })
  t.after(() => db.close())
  const [one, two] = [key('one'), key('two')]
  const said: unknown[] = []
  const log = { error: (...of: unknown[]) => void said.push(of) }
  const open = (...keys: (typeof one)[]) => openSeal({ keys, db, log })
  await open(one)
  for (const [id, sealedUnder] of [
    ['L1', one],
    ['L2', two],
  ] as const) {
    const installations = createInstallations({ db, seal: createSeal([sealedUnder]) })
    await installations.create(id, { kind: 'location', status: 'active' })
    const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: now(), scopes: [], at: now() }
    await installations.storeTokens(id, tokens)
  }
  await open(two, one)
  assert.deepEqual(said, [])
  await open(one)
  assert.match(JSON.stringify(said), /installations\.access_token: Sealed under the key \\"two\\"/)
  await assert.rejects(open(key('third')), { code: 'encryption_keys_wrong' })
  await assert.rejects(open(key('one'), key('two')), { code: 'encryption_keys_wrong' })
})
