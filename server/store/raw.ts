// Statements written as text with $1, $2 …, inside a transaction or outside.

import { CompiledQuery } from 'kysely'
import type { Queryable } from './db.ts'

export const query = async <Row>(on: Queryable, text: string, values: unknown[]): Promise<Row[]> =>
  (await on.executeQuery<Row>(CompiledQuery.raw(text, values))).rows
