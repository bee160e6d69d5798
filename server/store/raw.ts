// Raw SQL with $1, $2 …, inside or outside a transaction.

import { CompiledQuery } from 'kysely'
import type { Queryable } from './db.ts'

/** Runs a statement and returns its rows. */
export const query = async <Row>(on: Queryable, text: string, values: unknown[]): Promise<Row[]> =>
  (await on.executeQuery<Row>(CompiledQuery.raw(text, values))).rows
