import assert from 'node:assert/strict'
import test from 'node:test'
import { Counter, Registry } from 'prom-client'
import { healthRoutes } from '../../../server/http/ops/health.ts'
import { metricsRoutes } from '../../../server/http/ops/metrics.ts'
import { createMetrics } from '../../../server/metrics.ts'
import { serve } from '../serve.ts'

test('a process that answers is alive', async () => {
  await serve(healthRoutes({ checks: [] }))
    .agent.get('/healthz')
    .expect(200, { status: 'alive' })
})

test('it is ready when every check is', async () => {
  const checks = [
    { name: 'database', isOk: async () => true },
    { name: 'serving', isOk: () => true },
  ]
  await serve(healthRoutes({ checks }))
    .agent.get('/readyz')
    .expect(200, { status: 'ready', checks: { database: 'ok', serving: 'ok' } })
})

test('it is not ready when a check fails or throws, and tells which', async () => {
  const checks = [
    {
      name: 'database',
      isOk: async () => {
        throw new Error('connection refused to 10.0.0.1')
      },
    },
    { name: 'migrations', isOk: async () => false },
    { name: 'serving', isOk: () => true },
  ]
  const answer = await serve(healthRoutes({ checks })).agent.get('/readyz').expect(503)
  assert.equal(answer.body.code, 'not_ready')
  assert.equal(answer.body.detail, 'The server is starting or stopping. Try again in a moment.')
  assert.deepEqual(answer.body.checks, { database: 'failed', migrations: 'failed', serving: 'ok' })
  assert.equal(answer.get('Retry-After'), '5')
  assert.ok(!answer.text.includes('10.0.0.1'))
})

test('a check that hangs does not hang the answer', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const checks = [{ name: 'database', isOk: () => new Promise<boolean>(() => t.mock.timers.tick(2_000)) }]
  const answer = await serve(healthRoutes({ checks })).agent.get('/readyz')
  assert.equal(answer.status, 503)
})

test('metrics are not there for strangers', async () => {
  const { agent } = serve(metricsRoutes({ registry: new Registry() }))
  const answer = await agent.get('/metrics').set('X-Forwarded-For', '203.0.113.9').expect(404)
  assert.equal(answer.body.code, 'not_found')
})

test('every gauge of a scrape tells of that scrape, and the database is asked once for all', async () => {
  let asked = 0
  const { registry } = createMetrics({
    backlog: async () => {
      asked += 1
      return [{ lane: 'live', state: 'queued', events: 7, oldestSeconds: 42 }]
    },
    budget: async () => {
      asked += 1
      return { callsToday: 123, blocked: 1, nearlySpent: 0 }
    },
    pool: () => ({ total: 1, idle: 1, waiting: 0 }),
  })
  const text = await registry.metrics()
  assert.match(text, /rankr_backlog_events\{lane="live",state="queued"\} 7/)
  assert.match(text, /rankr_backlog_oldest_seconds\{lane="live",state="queued"\} 42/)
  assert.match(text, /rankr_rate_budget_calls_today 123/)
  assert.match(text, /rankr_rate_budget_accounts\{state="blocked"\} 1/)
  assert.equal(asked, 2)
})

test('metrics show every part and each request by its row, with no id in a label', async () => {
  const registry = new Registry()
  new Counter({ name: 'something_total', help: 'Of another part', registers: [registry] }).inc(3)
  const routes = [...healthRoutes({ checks: [] }), ...metricsRoutes({ registry })]
  const { agent } = serve(routes, { registry })
  await agent.get('/healthz')
  await agent.get('/nowhere/loc_1')
  const answer = await agent.get('/metrics').expect(200)
  assert.match(answer.get('Content-Type') ?? '', /^text\/plain/)
  assert.match(answer.text, /something_total 3/)
  assert.match(answer.text, /http_request_duration_seconds_count\{method="GET",route="\/healthz",status="200"\} 1/)
  assert.match(answer.text, /http_request_duration_seconds_count\{method="GET",route="none",status="404"\} 1/)
  assert.ok(!answer.text.includes('loc_1'))
})
