// Classifies database errors. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html

const codeOf = (error: unknown): string | undefined => {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** The data itself cannot be stored: wrong in form (class 22), against a constraint (23), nested too deep (54). */
export const isDataFault = (error: unknown): boolean => /^(22|23|54)[0-9A-Z]{3}$/.test(codeOf(error) ?? '')

/** The partition of the row's day does not exist. */
export const isMissingPartition = (error: unknown): boolean =>
  codeOf(error) === '23514' && error instanceof Error && error.message.startsWith('no partition of relation')

/**
 * The database is unavailable for any query: connections break, are refused or time out (class 08, Node's codes), its password is
 * being changed (28), it is read-only after a failover (25006), it is out of space or connections (53), or it is stopping or
 * starting (57P).
 */
export const isDatabaseAway = (error: unknown): boolean =>
  /^(08...|25006|28...|53...|57P0[1-3]|E(CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|NOTFOUND|PIPE|TIMEDOUT)|EAI_AGAIN)$/.test(
    codeOf(error) ?? '',
  ) ||
  (error instanceof Error &&
    /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/.test(
      error.message,
    ))

/**
 * The connection broke during a statement although the database was not shut down: the statement may have crashed it. 57P02:
 * another connection's statement did.
 */
export const hasBrokenOff = (error: unknown): boolean =>
  /^(08006|57P02|ECONNRESET|EPIPE)$/.test(codeOf(error) ?? '') ||
  (error instanceof Error && error.message.startsWith('Connection terminated unexpectedly'))

/** Log level of a failure: temporary database failures are warnings. */
export const logLevelOf = (error: unknown): 'warn' | 'error' => (isDatabaseAway(error) ? 'warn' : 'error')

/** The lock timeout expired. */
export const isLockTimeout = (error: unknown): boolean => codeOf(error) === '55P03'

/** A table or column is missing: the database has another version, or is not ours. */
export const isOtherSchema = (error: unknown): boolean => /^42(P01|703)$/.test(codeOf(error) ?? '')

/** The table does not exist yet. */
export const isMissingTable = (error: unknown): boolean => codeOf(error) === '42P01'
