// Two Node processes, a real PostgreSQL, and a token endpoint that takes each refresh token once.

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import test, { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createDatabase } from '../../server/store/db.ts'
import { createInstallations } from '../../server/store/installations.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createTestDatabase } from '../database.ts'
import { listen } from '../listen.ts'

const PROCESSES = 2
const TENANT = 'L1'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const key = randomBytes(32)
const installations = createInstallations({ db, seal: createSeal([{ id: 'k', key }]) })

/** Resolves when so many sessions wait for an advisory lock: the other process has really come while one refreshes. */
const waiters = async (wanted: number, orWhen: () => boolean): Promise<void> => {
  while (!orWhen()) {
    const { rows } = await db.pool.query<{ waiting: number }>(
      `select count(*)::int as waiting from pg_locks l join pg_database d on d.oid = l.database
       where l.locktype = 'advisory' and not l.granted and d.datname = current_database()`,
    )
    if (rows[0]!.waiting >= wanted) return
  }
}

const startTokenEndpoint = async (first: string) => {
  const live = new Set([first])
  const seen: { refreshToken: string; accepted: boolean }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const refreshToken = new URLSearchParams(text).get('refresh_token') ?? ''
    const accepted = live.delete(refreshToken)
    seen.push({ refreshToken, accepted })
    await waiters(PROCESSES - 1, () => seen.length > 1)
    const next = `refresh-${seen.length + 1}`
    live.add(next)
    response.setHeader('content-type', 'application/json')
    response.statusCode = accepted ? 200 : 400
    response.end(
      JSON.stringify(
        accepted
          ? { access_token: `access-${seen.length + 1}`, refresh_token: next, expires_in: 86_399, scope: 'a b' }
          : { statusCode: 400, message: 'Invalid grant: refresh token is invalid' },
      ),
    )
  })
  return { apiUrl: await listen(server), seen, live, close: () => server.close() }
}

test('two processes that need a new token at the same moment refresh exactly once', async (t) => {
  const endpoint = await startTokenEndpoint('refresh-1')
  t.after(endpoint.close)
  await installations.create(TENANT, { kind: 'location', status: 'pending' })
  await installations.storeTokens(TENANT, {
    accessToken: 'access-1',
    refreshToken: 'refresh-1',
    expiresAt: new Date(Date.now() - 1_000),
    scopes: ['a'],
    at: new Date(Date.now() - 86_400_000),
  })

  const argument = JSON.stringify({
    databaseUrl: url,
    apiUrl: endpoint.apiUrl,
    key: key.toString('base64'),
    tenantId: TENANT,
  })
  const script = fileURLToPath(new URL('./token-process.ts', import.meta.url))
  const children = Array.from({ length: PROCESSES }, () => fork(script, [argument]))
  await Promise.all(children.map((child) => once(child, 'message')))
  const answers = children.map(async (child) => (await once(child, 'message'))[0] as { accessToken: string })
  const ends = children.map((child) => once(child, 'exit'))
  for (const child of children) child.send('go')

  const got = await Promise.all(answers)
  await Promise.all(ends)
  assert.deepEqual(
    got.map(({ accessToken }) => accessToken),
    Array(PROCESSES).fill('access-2'),
  )
  assert.deepEqual(endpoint.seen, [{ refreshToken: 'refresh-1', accepted: true }])
  const stored = await installations.tokens(TENANT)
  assert.equal(stored?.accessToken, 'access-2')
  assert.deepEqual([...endpoint.live], [stored?.refreshToken])
  assert.equal((await installations.find(TENANT))?.status, 'active')
})
