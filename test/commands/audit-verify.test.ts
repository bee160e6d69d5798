import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createAudit } from '../../server/store/audit.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createSigningKeys } from '../../server/store/signing-keys.ts'
import { createTestDatabase } from '../database.ts'

const FOLDER = await mkdtemp(join(tmpdir(), 'rankr-connect-'))
after(() => rm(FOLDER, { recursive: true, force: true }))

type Ended = { code: number; output: string }

const command = async (name: string, environment: Record<string, string>, ...words: string[]): Promise<Ended> => {
  const script = fileURLToPath(new URL(`../../server/commands/${name}.ts`, import.meta.url))
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const env = { PATH, NODE_COMPILE_CACHE, DATA_DIR: FOLDER, ...environment }
  const child = spawn(process.execPath, [script, ...words], { env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const [code] = await once(child, 'close')
  return { code, output }
}

const verify = (url: string, ...tenants: string[]) => command('audit-verify', { DATABASE_URL: url }, ...tenants)

test('the command names every chain and says which one is broken', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = createDatabase({ url })
  t.after(() => db.close())
  const audit = createAudit({ db, now: () => new Date() })
  for (const tenant of ['L1', 'L2']) {
    await audit.record(tenant, { actor: { type: 'system' }, action: 'a.b', subject: { type: 'x' } })
  }
  const whole = await verify(url)
  assert.equal(whole.code, 0, whole.output)
  assert.match(whole.output, /ok +L1 +1 entries\nok +L2 +1 entries\nAll 2 chains are whole\./)

  await db.pool.query(`update audit set action = 'c.d' where location_id = 'L2'`)
  const broken = await verify(url)
  assert.equal(broken.code, 1)
  assert.match(broken.output, /ok +L1 .*\nBROKEN +L2 +at entry 1\n1 of 2 chains are broken\./)
  assert.equal((await verify(url, 'L1')).code, 0)
})

test('what a command cannot do is said in a line, without a secret, and ends with 1', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = createDatabase({ url })
  t.after(() => db.close())
  const key = randomBytes(32)
  const now = () => new Date()
  const signingKeys = createSigningKeys({ db, seal: createSeal([{ id: 'k1', key }]), now })
  await signingKeys.ensure(async () => ({
    kid: 'kid_1',
    algorithm: 'ES256',
    publicJwk: {},
    privateJwk: {},
    signsFrom: now(),
    signsUntil: now(),
    verifiesUntil: new Date(Date.now() + 3_600_000),
  }))
  const keys = (id: string, bytes: Buffer | string) => ({ ENCRYPTION_KEYS: `${id}:${bytes.toString('base64')}` })
  const good = keys('k1', key)
  const away = new URL(url)
  away.port = '1'
  const empty = new URL(url)
  empty.pathname = '/postgres'
  const expected: [string, Record<string, string>, RegExp][] = [
    [
      'signing-keys',
      { DATABASE_URL: away.href },
      /^The database cannot be used\. PostgreSQL at \S+:1, .*ECONNREFUSED.*\n$/,
    ],
    ['audit-verify', { DATABASE_URL: empty.href }, /^The database cannot be used\. It lacks tables .*\n$/],
    ['reseal', { DATABASE_URL: url, ...keys('k2', randomBytes(32)) }, /^The encryption keys do not belong .*\n$/],
    ['reseal', { DATABASE_URL: url, ...keys('k1', randomBytes(32)) }, /^The encryption keys do not belong .*\n$/],
    [
      'reseal',
      { DATABASE_URL: url, ...keys('k1', 'c2hvcnQ=') },
      /^The settings are not complete:\n {2}- ENCRYPTION_KEYS: .*\nSee .*\n$/,
    ],
  ]
  const ended = await Promise.all(expected.map(([name, environment]) => command(name, { ...good, ...environment })))
  for (const [n, { code, output }] of ended.entries()) {
    assert.equal(code, 1, output)
    assert.match(output, expected[n]![2])
    for (const secret of [new URL(url).password, key.toString('base64'), 'c2hvcnQ=']) {
      assert.ok(!secret || !output.includes(secret), output)
    }
  }
  const resealed = await command('reseal', { DATABASE_URL: url, ...good })
  assert.equal(resealed.code, 0, resealed.output)
  assert.match(resealed.output, /Everything lies under the key "k1"; older keys may go\.\n$/)
})
