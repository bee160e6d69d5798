// Dead letters over the API: the same desk as the settings show.

import assert from 'node:assert/strict'
import test from 'node:test'
import { giveUp, HOME, OTHER, startApi } from './world.ts'

test('failed events are found, tried dry, sent again and put aside by callers', async (t) => {
  const api = await startApi(t)
  const { agent, sync } = api
  const { authorization } = await api.clientOf(HOME)
  const get = (path: string) => agent.get(path).set({ authorization })
  const post = (path: string, body: object = {}) => agent.post(path).set({ authorization }).send(body)
  await giveUp(api, ['cus_1', 'cus_2', 'cus_3', 'cus_4'])
  const list = async (query = '') => (await get(`/v1/dead-letters${query}`).expect(200)).body
  const [newest, second, third, oldest] = (await list()).data
  const outcomeOf = async (eventId: string) => (await get(`/v1/events/${eventId}`).expect(200)).body.outcome

  await t.test('a list goes page by page, and by reason, type and time', async () => {
    assert.equal(newest.record, 'customer:cus_4')
    assert.deepEqual([newest.code, newest.type, newest.attempts], ['crm_rejected', 'customer.created', 1])
    const first = await list('?limit=3')
    assert.equal(first.data.length, 3)
    const rest = await list(`?limit=3&cursor=${first.next_cursor}`)
    assert.deepEqual([rest.data.map(({ id }: { id: string }) => id), rest.next_cursor], [[oldest.id], null])
    for (const path of ['dead-letters', 'events'])
      for (const wrong of ['cursor=abc', `type=order.created&cursor=${first.next_cursor}`]) {
        const { body } = await get(`/v1/${path}?${wrong}`).expect(400)
        assert.equal(body.errors[0].pointer, '/cursor')
      }
    assert.equal((await list('?code=crm_rejected&type=customer.created')).data.length, 4)
    assert.equal((await list('?type=order.created')).data.length, 0)
    assert.equal((await list('?since=2099-01-01T00:00:00.000Z')).data.length, 0)
  })

  await t.test('one tells what was sent and answered, and what it would do now', async () => {
    const { body } = await get(`/v1/dead-letters/${newest.id}`).expect(200)
    const last = body.tries.at(-1)
    assert.deepEqual([last.action, last.outcome, last.response.status], ['app.customers.add-tags', 'failed', 422])
    assert.ok(!JSON.stringify(body).includes('Bearer '))
    assert.equal(body.dry_run.is_kept, true)
    assert.deepEqual(
      body.dry_run.calls.map(({ action, fault }: { action: string; fault: unknown }) => [action, fault])[0],
      ['app.customers.add-tags', null],
    )
  })

  await t.test('one is sent again once, and once only with the same key', async () => {
    const again = () => post(`/v1/dead-letters/${newest.id}/replay`).set('Idempotency-Key', 'again-1')
    const { body } = await again().expect(202)
    assert.equal(body.event_id, newest.event_id)
    assert.equal((await again().expect(202)).get('Idempotency-Replayed'), 'true')
    assert.equal((await post(`/v1/dead-letters/${newest.id}/replay`).expect(409)).body.code, 'conflict')
    await sync.drainAll()
    assert.equal(await outcomeOf(newest.event_id), 'replayed')
  })

  await t.test('one is put aside with a reason', async () => {
    assert.equal((await post(`/v1/dead-letters/${second.id}/discard`).expect(422)).body.errors[0].pointer, '/reason')
    const { body } = await post(`/v1/dead-letters/${second.id}/discard`, { reason: 'Entered by hand' }).expect(200)
    assert.deepEqual([body.status, body.reason, body.dry_run], ['discarded', 'Entered by hand', null])
    assert.equal(await outcomeOf(second.event_id), 'discarded')
  })

  await t.test('all that match are tried dry, sent again at a rate, and stopped', async () => {
    const dry = await post('/v1/replays/dry-run', { filter: { code: 'crm_rejected' }, limit: 1 }).expect(200)
    assert.deepEqual([dry.body.total, dry.body.data.length, dry.body.data[0].id], [2, 1, third.id])
    assert.equal((await post('/v1/replays', { filter: { code: 'no_such' } }).expect(404)).body.code, 'not_found')
    const { body: begun } = await post('/v1/replays', { per_minute: 1 }).expect(202)
    assert.deepEqual([begun.status, begun.total, begun.per_minute], ['running', 2, 1])
    assert.equal((await post('/v1/replays').expect(409)).body.code, 'conflict')
    await api.replayTurn()
    await sync.drainAll()
    assert.equal(await outcomeOf(oldest.event_id), 'replayed')
    assert.equal((await get(`/v1/replays/${begun.id}`).expect(200)).body.replayed, 1)
    assert.equal((await post(`/v1/replays/${begun.id}/stop`).expect(200)).body.status, 'stopped')
    assert.equal(await outcomeOf(third.event_id), 'dead')
  })

  await t.test('who did it is in the audit; other accounts see and change nothing', async () => {
    const entries = await sync.audit.list(HOME)
    const actions = entries.map(({ action, actorType }) => [action, actorType])
    for (const action of ['event.discarded', 'failures.replay_started', 'failures.replay_stopped']) {
      assert.ok(
        actions.some(([of, by]) => of === action && by === 'client'),
        action,
      )
    }
    const other = { authorization: (await api.clientOf(OTHER)).authorization }
    assert.deepEqual((await agent.get('/v1/dead-letters').set(other).expect(200)).body.data, [])
    await agent.get(`/v1/dead-letters/${third.id}`).set(other).expect(404)
    await agent.post(`/v1/dead-letters/${third.id}/replay`).set(other).expect(404)
    const reader = { authorization: (await api.clientOf(HOME, ['events.read'])).authorization }
    await agent.post(`/v1/dead-letters/${third.id}/replay`).set(reader).expect(403)
  })
})
