// Who may not: every row of the settings page without a session, as a user, as another account, and as a company.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Route } from '../../../server/http/route.ts'
import { createSettingsRoutes } from '../../../server/http/ui/settings-routes.ts'
import { bearer } from '../serve.ts'
import { event, settingsPage } from './settings-page.ts'

const { eventId } = event()

/** What passes the checks of every form, so that only the door can refuse. */
const SENT = {
  name: 'x',
  json: '{}',
  revision: '1',
  version: '1',
  run: eventId,
  step: 'x',
  number: '1',
  do: 'up',
  index: '0',
  entry: 'x',
  pick: ',,0',
  selected: 'x',
}

const addressOf = ({ path }: Route): string =>
  path
    .replace(':version', '1')
    .replaceAll(/:(eventId|findingId|letterId|runId|workflowId)/g, eventId)
    .replaceAll(/:\w+/g, 'con_1')

const call = ({ agent }: ReturnType<typeof settingsPage>, row: Route) =>
  agent[row.method.toLowerCase() as 'get' | 'post'](addressOf(row)).set('hx-request', 'true')

/** What only a whole company's session may do: see fan-out.test.ts and accounts.test.ts. */
const OF_COMPANY = /^\/settings\/accounts\//

/** What is of whoever looks, and of nobody else. */
const OF_READER = /\/edit\/folded$/

/** For all who are refused: nothing of it may change. */
const closed = settingsPage()
const rows = createSettingsRoutes(closed.deps).filter(({ door }) => door === 'session')

test('there are screens and changes to be closed', () => {
  assert.ok(rows.filter(({ method }) => method === 'GET').length >= 6)
  assert.ok(rows.filter(({ method }) => method === 'POST').length >= 6)
})

for (const row of rows) {
  test(`${row.method} ${row.path} is closed without a session`, async () => {
    const answer = await call(closed, row).expect(401)
    assert.equal(answer.body.code, 'unauthenticated')
  })
}

for (const row of rows.filter(({ method, path }) => method === 'POST' && !OF_COMPANY.test(path))) {
  if (!OF_READER.test(row.path)) {
    test(`${row.method} ${row.path} is closed to a user who is no administrator`, async () => {
      const answer = await call(closed, row)
        .set('authorization', await bearer({ role: 'user' }))
        .type('form')
        .send(SENT)
        .expect(403)
      assert.equal(answer.body.code, 'forbidden')
      assert.deepEqual(closed.audits, [])
    })
  }

  test(`${row.method} ${row.path} is closed to a session of a whole company`, async () => {
    const answer = await call(closed, row)
      .set('authorization', await bearer({ scope: 'company', locationId: 'comp_1' }))
      .type('form')
      .send(SENT)
      .expect(403)
    assert.equal(answer.body.code, 'forbidden')
    assert.deepEqual(closed.audits, [])
  })
}

test('what belongs to another account is not there', async () => {
  const page = settingsPage()
  const { connection } = await page.deps.connections.create('loc_2', { name: 'Other' })
  page.world.events.push({ locationId: 'loc_2', event: event({ deadLetterId: 'dead_1', outcome: 'dead' }) })
  const mine = await bearer()
  for (const path of [
    `/settings/connection/${connection.id}/secret`,
    `/settings/connection/${connection.id}/credentials`,
    `/settings/connection/${connection.id}/on`,
    `/settings/connection/${connection.id}/off`,
    `/settings/activity/${eventId}/replay`,
  ]) {
    const answer = await page.agent.post(path).set('authorization', mine).type('form').send({})
    assert.deepEqual([path, answer.status], [path, 404])
  }
  const screen = await page.agent.get('/settings/connection').set('hx-request', 'true').set('authorization', mine)
  assert.doesNotMatch(screen.text, new RegExp(connection.id))
  await page.agent.get(`/settings/activity/${eventId}`).set('hx-request', 'true').set('authorization', mine).expect(404)
  assert.deepEqual(page.audits, [])
  assert.deepEqual(page.world.replayed, [])
  assert.equal(page.world.connections[0]?.secret, 'whsec_secret1')
})
