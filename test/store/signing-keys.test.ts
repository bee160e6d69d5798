import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { createKeyRing } from '../../server/api/key-ring.ts'
import { createTokenIssuer } from '../../server/api/tokens.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createSigningKeys } from '../../server/store/signing-keys.ts'
import { createClock, SECOND } from '../api/clock.ts'
import { createTestDatabase } from '../database.ts'

const encryptionKey = { id: 'k', key: randomBytes(32) }

const setUp = async (t: Parameters<typeof createTestDatabase>[0] & { after(hook: () => Promise<void>): void }) => {
  const { url } = await createTestDatabase(t)
  const clock = createClock()
  const node = () => {
    const db = createDatabase({ url, poolSize: 2 })
    t.after(() => db.close())
    const store = createSigningKeys({ db, seal: createSeal([encryptionKey]), now: clock.now })
    const keyRing = createKeyRing({ store, now: clock.now })
    return {
      db,
      store,
      keyRing,
      tokens: createTokenIssuer({ keyRing, publicUrl: 'https://a.example.com', now: clock.now }),
    }
  }
  return { clock, node }
}

const pick = ({ signsFrom, signsUntil }: { signsFrom: Date; signsUntil: Date }) => ({ signsFrom, signsUntil })

const grant = { clientId: 'cl_1', scopes: ['customers.read'] as const, validFrom: new Date(0) }

test('nodes that start together on an empty database make one key, and open each other’s tokens', async (t) => {
  const { node } = await setUp(t)
  const nodes = [node(), node(), node()]
  const issued = await Promise.all(nodes.map(({ tokens }) => tokens.issue(grant)))
  assert.equal((await nodes[0]!.store.list()).length, 1)
  for (const [i, { accessToken }] of issued.entries()) {
    assert.equal((await nodes[(i + 1) % 3]!.tokens.open(accessToken)).ok, true)
  }
})

test('the private part lies sealed in the table and opens for its own row only', async (t) => {
  const { node } = await setUp(t)
  const { db, store, keyRing } = node()
  await keyRing.signer()
  const [key] = await store.list()
  const { rows } = await db.pool.query('select * from token_signing_keys')
  assert.equal(rows[0].private_jwk.includes(key!.privateJwk.d as string), false)
  assert.equal('d' in rows[0].public_jwk, false)
  await db.pool.query(`update token_signing_keys set kid = 'another'`)
  await assert.rejects(store.list())
})

test('a key that was retired ends its tokens on every node within seconds', async (t) => {
  const { node, clock } = await setUp(t)
  const [here, there] = [node(), node()]
  const { accessToken } = await here.tokens.issue(grant)
  assert.equal((await there.tokens.open(accessToken)).ok, true)
  const [listed] = await there.store.terms()
  assert.deepEqual(listed, { kid: (await here.keyRing.signer()).kid, ...pick((await here.store.list())[0]!) })
  const [key] = await here.store.list()
  assert.equal(await here.store.retire(key!.kid), true)
  assert.equal(await here.store.retire('unknown'), false)
  clock.forward(15 * SECOND)
  for (const { tokens } of [here, there]) {
    assert.deepEqual(await tokens.open(accessToken), { ok: false, reason: 'invalid' })
    assert.equal((await tokens.open((await tokens.issue(grant)).accessToken)).ok, true)
  }
})
