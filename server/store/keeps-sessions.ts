// Detects poolers in transaction mode (PgBouncer), where a connection is not the same session from one transaction to
// the next: named statements, advisory locks and LISTEN would fail later.

import { randomUUID } from 'node:crypto'
import type pg from 'pg'

type Pool = { connect(): Promise<Pick<pg.PoolClient, 'query' | 'release'>> }

/** One connection marks its session; another takes whichever the pooler has free; then the first looks for its mark. */
export const keepsSessions = async (pool: Pool): Promise<boolean> => {
  const mark = randomUUID()
  const first = await pool.connect()
  const second = await pool.connect()
  try {
    await first.query(`select set_config('rankr_connect.session', $1, false)`, [mark])
    await second.query('begin')
    const { rows } = await first.query<{ found: string | null }>(
      `select current_setting('rankr_connect.session', true) as found`,
    )
    await second.query('rollback')
    return rows[0]?.found === mark
  } finally {
    first.release()
    second.release()
  }
}
