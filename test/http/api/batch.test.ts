// How a batch meets the CRM's limit; what its items do is with their resources.

import assert from 'node:assert/strict'
import test from 'node:test'
import { z } from 'zod'
import { AppError } from '../../../server/errors.ts'
import { runBatch } from '../../../server/http/api/batch.ts'
import { silent } from '../../relay/kit.ts'

/** A CRM that takes `room` calls, and as many again after each pause. */
const batchOf = async (items: number[], { room, seconds }: { room: number; seconds: number }) => {
  const pauses: number[] = []
  const tries: [number, boolean][] = []
  let left = room
  const call = {
    body: { items },
    request: { get: () => undefined },
    caller: { locationId: 'loc_1', clientId: 'cl_1' },
    run: { id: 'run_1', startedAt: new Date(0), isFresh: true, key: undefined },
    requestId: 'req_1',
    log: silent,
  }
  const reply = await runBatch(call as never, {
    publicUrl: 'https://app.example',
    item: z.number(),
    keyOf: () => 'one lane',
    async one({ run }, item) {
      tries.push([item, run.isFresh])
      if (left === 0) throw new AppError('crm_rate_limited', { retryAfterSeconds: seconds })
      left -= 1
      return { status: 201 }
    },
    async pause(milliseconds) {
      pauses.push(milliseconds)
      left = room
    },
  })
  assert.equal(reply.kind, 'json')
  const { body, headers } = reply as { body: unknown; headers: Record<string, string> }
  const statuses = (body as { results: { status: number }[] }).results.map(({ status }) => status)
  return { statuses, headers, pauses, tries }
}

test('a batch waits for the next window of the limit, and tries an item again as one that was begun', async () => {
  const { statuses, headers, pauses, tries } = await batchOf([1, 2, 3], { room: 2, seconds: 9 })
  assert.deepEqual(statuses, [201, 201, 201])
  assert.deepEqual(pauses, [9_000])
  assert.deepEqual(tries.slice(2), [
    [3, true],
    [3, false],
  ])
  assert.equal(headers['Retry-After'], undefined)
})

test('its patience ends: what is left is told when to come again', async () => {
  const { statuses, headers, pauses } = await batchOf([1, 2, 3, 4], { room: 1, seconds: 9 })
  assert.deepEqual(statuses, [201, 201, 201, 429])
  assert.deepEqual(pauses, [9_000, 9_000])
  assert.equal(headers['Retry-After'], '9')
})
