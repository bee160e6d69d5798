import assert from 'node:assert/strict'
import test from 'node:test'
import { createConnectionCache } from '../../../server/http/webhooks/connection-cache.ts'
import { now } from '../serve.ts'

test('a connection is read once and keeps its secrets as keys that do not print', async () => {
  let reads = 0
  const connections = createConnectionCache({
    find: async (id) => {
      reads++
      const secret = `whsec_${Buffer.from('a secret of thirty-two bytes !!!').toString('base64')}`
      return id === 'con_1'
        ? { id, locationId: 'loc_1', isEnabled: true, secrets: [{ secret, expiresAt: null }] }
        : undefined
    },
    now,
  })
  const found = await connections.get('con_1')
  await connections.get('con_1')
  assert.equal(reads, 1)
  assert.equal(found?.locationId, 'loc_1')
  assert.equal(found?.keys[0]?.key.export().toString(), 'a secret of thirty-two bytes !!!')
  assert.ok(!JSON.stringify(found).includes('YSBzZWNyZXQ'))
  assert.equal(await connections.get('con_2'), undefined)
})
