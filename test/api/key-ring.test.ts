import assert from 'node:assert/strict'
import test from 'node:test'
import { createKeyRing, dueTerm } from '../../server/api/key-ring.ts'
import { fc } from '../property.ts'
import { createClock, DAY, HOUR, MINUTE, SECOND } from './clock.ts'
import { createMemoryKeyStore } from './key-store.ts'

const ringOn = (clock: ReturnType<typeof createClock>, store = createMemoryKeyStore(clock.now)) => ({
  store,
  ring: createKeyRing({ store, now: clock.now }),
})

test('the first start makes a key, and later ones use it', async () => {
  const clock = createClock()
  const { ring, store } = ringOn(clock)
  const { kid } = await ring.signer()
  assert.equal(store.all.length, 1)
  assert.equal((await ringOn(clock, store).ring.signer()).kid, kid)
  assert.equal(store.all.length, 1)
})

test('nodes that start at the same moment share one key', async () => {
  const clock = createClock()
  const store = createMemoryKeyStore(clock.now)
  const kids = await Promise.all([1, 2, 3].map(async () => (await ringOn(clock, store).ring.signer()).kid))
  assert.equal(new Set(kids).size, 1)
  assert.equal(store.all.length, 1)
})

test('what is published shows no private part', async () => {
  const { ring } = ringOn(createClock())
  const { keys } = await ring.published()
  assert.deepEqual(Object.keys(keys[0]!).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
})

test('the next key is published a day before it signs, and the old one verifies for an hour after', async () => {
  const clock = createClock()
  const { ring } = ringOn(clock)
  const first = (await ring.signer()).kid
  clock.forward(29 * DAY - MINUTE)
  assert.equal((await ring.published()).keys.length, 1)
  clock.forward(2 * MINUTE)
  assert.equal((await ring.published()).keys.length, 2)
  assert.equal((await ring.signer()).kid, first)
  clock.forward(DAY)
  assert.notEqual((await ring.signer()).kid, first)
  assert.ok(await ring.verifier(first))
  clock.forward(HOUR)
  assert.equal(await ring.verifier(first), undefined)
  assert.equal((await ring.published()).keys.length, 1)
})

test('a key that another node has made is found at once', async () => {
  const clock = createClock()
  const store = createMemoryKeyStore(clock.now)
  const here = ringOn(clock, store).ring
  await here.signer()
  clock.forward(2 * SECOND)
  store.all[0]!.signsUntil = clock.now()
  const elsewhere = ringOn(clock, store).ring
  const { kid } = await elsewhere.signer()
  assert.ok(await here.verifier(kid))
})

test('tokens that name keys which do not exist cannot make us read all the time', async () => {
  const clock = createClock()
  const { ring, store } = ringOn(clock)
  await ring.signer()
  const before = store.reads.count
  clock.forward(2 * SECOND)
  for (let i = 0; i < 50; i++) assert.equal(await ring.verifier(`stranger-${i}`), undefined)
  assert.equal(store.reads.count - before, 1)
})

test('a key that was retired elsewhere is refused after some seconds', async () => {
  const clock = createClock()
  const { ring, store } = ringOn(clock)
  const { kid } = await ring.signer()
  Object.assign(store.all[0]!, { signsUntil: clock.now(), verifiesUntil: clock.now() })
  clock.forward(16 * SECOND)
  assert.equal(await ring.verifier(kid), undefined)
  assert.notEqual((await ring.signer()).kid, kid)
})

test('whenever the ring was looked after, exactly one more key is enough to sign now and tomorrow', () => {
  const start = Date.parse('2026-01-01')
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 * 24 }), { minLength: 1, maxLength: 60 }), (hours) => {
      const terms: NonNullable<ReturnType<typeof dueTerm>>[] = []
      let at = new Date(start)
      for (const hour of hours) {
        at = new Date(at.getTime() + hour * HOUR)
        const term = dueTerm(terms, at)
        if (term) terms.push(term)
        const signing = terms.filter(({ signsFrom, signsUntil }) => signsFrom <= at && at < signsUntil)
        assert.equal(signing.length, 1)
        assert.equal(dueTerm(terms, at), undefined)
      }
    }),
  )
})
