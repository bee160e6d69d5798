import assert from 'node:assert/strict'
import test from 'node:test'
import pg from 'pg'
import { keepsSessions } from '../../server/store/keeps-sessions.ts'
import { createTestDatabase } from '../database.ts'

/** Gives a transaction the session that was free last, as PgBouncer does; a connection keeps none. */
const transactionPooler = (sessions: pg.Client[]) => {
  const free = [...sessions]
  return {
    async connect() {
      let held: pg.Client | undefined
      const query = async (text: string, values: unknown[] = []) => {
        const session = held ?? free.pop()!
        const answer = await session.query(text, values)
        held = text === 'begin' ? session : text === 'rollback' ? undefined : held
        if (!held) free.push(session)
        return answer
      }
      return { query, release: () => {} } as unknown as pg.PoolClient
    },
  }
}

test('a connection to PostgreSQL keeps its session, one to a pooler by transactions does not', async (t) => {
  const { url } = await createTestDatabase(t)
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  assert.equal(await keepsSessions(pool), true)
  await pool.end()
  const sessions = [1, 2].map(() => new pg.Client({ connectionString: url }))
  await Promise.all(sessions.map((session) => session.connect()))
  assert.equal(await keepsSessions(transactionPooler(sessions)), false)
  await Promise.all(sessions.map((session) => session.end()))
})
