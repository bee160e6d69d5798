// Classifies database errors. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html

const codeOf = (error: unknown): string | undefined => {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** The data itself cannot be stored: wrong in form (class 22), against a constraint (23), nested too deep (54). */
export const isDataFault = (error: unknown): boolean => /^(22|23|54)[0-9A-Z]{3}$/.test(codeOf(error) ?? '')

/** The partition of the row's day is not there. */
export const isMissingPartition = (error: unknown): boolean =>
  codeOf(error) === '23514' && error instanceof Error && error.message.startsWith('no partition of relation')

/**
 * The database cannot be asked now, whatever it is asked: connections break, are refused or lead nowhere (class 08, Node's codes), its
 * password is being changed (28), it takes no writes since another one has taken over (25006), it lacks room or connections (53), or
 * it is stopping or starting (57P).
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
 * It broke off while a statement was under way and the database was not told to stop: what was asked may have brought it down. 57P02:
 * another connection's statement has.
 */
export const hasBrokenOff = (error: unknown): boolean =>
  /^(08006|57P02|ECONNRESET|EPIPE)$/.test(codeOf(error) ?? '') ||
  (error instanceof Error && error.message.startsWith('Connection terminated unexpectedly'))

/** How a failure is logged: what comes and goes with the database is a warning. */
export const logLevelOf = (error: unknown): 'warn' | 'error' => (isDatabaseAway(error) ? 'warn' : 'error')

/** It waited for a lock for as long as it may. */
export const isLockTimeout = (error: unknown): boolean => codeOf(error) === '55P03'

/** A table or a column is not there: the database is of another version, or not ours. */
export const isOtherSchema = (error: unknown): boolean => /^42(P01|703)$/.test(codeOf(error) ?? '')

/** The table is not there yet. */
export const isMissingTable = (error: unknown): boolean => codeOf(error) === '42P01'
