// Explains to operators in one sentence why no usable database was found at startup. Never shows the password.

import { AppError } from '../errors.ts'
import { isDatabaseAway } from './failures.ts'

/** Codes: the database does not exist, the role may not create tables, or the server or its certificate rejects the connection. */
const SETTINGS = /^(3D000|42501|[A-Z_]*CERT[A-Z_]*)$/
const NO_TLS = /^The server does not support SSL/

const isForeseen = (error: Error): boolean =>
  isDatabaseAway(error) || SETTINGS.test(String((error as { code?: unknown }).code)) || NO_TLS.test(error.message)

/** AppError `database_unusable` with address, database and role in its detail; the original `error` when it is unknown. */
export const startFault = (url: string, error: unknown): unknown => {
  if (!(error instanceof Error) || !isForeseen(error)) return error
  const { host, pathname, username } = new URL(url)
  // If a name has several addresses with different errors, Node reports only the code.
  const reason = error.message || String((error as { code?: unknown }).code)
  return new AppError('database_unusable', {
    detail: `PostgreSQL at ${host}, database "${pathname.slice(1)}", as "${username}", says: ${reason}. Put it right there, or set DATABASE_URL to another one.`,
    cause: error,
  })
}
