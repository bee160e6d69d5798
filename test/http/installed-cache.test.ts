import assert from 'node:assert/strict'
import test from 'node:test'
import { createInstalledCache } from '../../server/http/installed-cache.ts'
import type { InstallationStatus } from '../../server/store/schema.ts'

test('every installation that was not ended counts, and one that is not known does not', async () => {
  const statuses: InstallationStatus[] = ['pending', 'active', 'needs_reconnect', 'suspended', 'uninstalled']
  const installed = createInstalledCache({
    find: async (id) => {
      const status = statuses.find((one) => one === id)
      return status && { status }
    },
    now: () => new Date(0),
  })
  const answers = await Promise.all([...statuses, 'unknown'].map(installed.get))
  assert.deepEqual(answers, [true, true, true, true, false, false])
})

test('a new installation is noticed within a second, or at once when told', async () => {
  let at = 0
  const known = new Set<string>()
  const installed = createInstalledCache({
    find: async (id) => (known.has(id) ? { status: 'active' } : undefined),
    now: () => new Date(at),
  })
  assert.equal(await installed.get('a'), false)
  assert.equal(await installed.get('b'), false)
  known.add('a').add('b')
  installed.forget('b')
  assert.equal(await installed.get('b'), true)
  assert.equal(await installed.get('a'), false)
  at = 1_000
  assert.equal(await installed.get('a'), true)
})
