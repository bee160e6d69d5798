// The connection to PostgreSQL. Knows no table; only server/store/*.ts speak SQL.

import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { Schema } from './schema.ts'

export type Tx = Transaction<Schema>

/** A database or an open transaction: store functions take either. */
export type Queryable = Kysely<Schema> | Tx

export type Database = {
  kysely: Kysely<Schema>
  pool: pg.Pool
  /** Runs `work` in one transaction; rolled back when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export type DatabaseOptions = {
  url: string
  /** Connections at most; waiting beyond is bounded by `connectTimeoutMs`. */
  poolSize?: number
  connectTimeoutMs?: number
  applicationName?: string
  /** Called with errors of connections, idle or in use, which must not end the process. */
  onError?: (error: Error) => void
}

const INT8 = 20
const DATE = 1082

// Counters stay below 2^53, so bigint columns are numbers; dates stay the text that PostgreSQL wrote ('2026-01-31').
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') => {
    if (oid === INT8 && format !== 'binary') return Number
    if (oid === DATE && format !== 'binary') return (value: string) => value
    return pg.types.getTypeParser(oid, format as 'text')
  }) as pg.CustomTypesConfig['getTypeParser'],
}

/** A pool with Kysely on top. Opens connections lazily; call `close` before the process ends. */
export const createDatabase = ({
  url,
  poolSize = 20,
  connectTimeoutMs = 10_000,
  applicationName = 'rankr-connect',
  onError = () => {},
}: DatabaseOptions): Database => {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    application_name: applicationName,
    types,
  })
  pool.on('error', onError)
  // A checked-out connection has no listener from the pool.
  pool.on('connect', (client) => client.on('error', onError))
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  return {
    kysely,
    pool,
    transaction: (work) => kysely.transaction().execute(work),
    close: () => kysely.destroy(),
  }
}
