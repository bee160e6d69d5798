// Structured logs, one JSON object per line (pino). Secrets are redacted by path, whatever a caller passes.

import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

const SECRET_KEYS = [
  'access_token',
  'accessToken',
  'refresh_token',
  'refreshToken',
  'client_secret',
  'clientSecret',
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'secret',
  'signingSecret',
  'password',
  'apiKey',
  'code_verifier',
  'payload',
]

/** Lines wait so long for others: under load a write for each would be a twentieth of the time of a call of our API. */
const GATHER_MS = 50
const GATHER_BYTES = 8 * 1024

/**
 * `level` as pino names them. `destination` is for tests; standard output otherwise, where lines of about the same
 * time share one write; what waits is written when the process exits.
 */
export const createLog = ({ level, destination }: { level: string; destination?: DestinationStream }): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]),
        censor: '[hidden]',
      },
      serializers: { err: describeError, error: describeError },
    },
    destination ?? pino.destination({ sync: false, minLength: GATHER_BYTES, periodicFlush: GATHER_MS }),
  )

/** The parts of an error that help: an axios error also carries its request with headers, which must not be logged. */
const describeError = (thrown: unknown): unknown => {
  if (!(thrown instanceof Error)) return thrown
  const { code, status } = thrown as { code?: unknown; status?: unknown }
  return {
    type: thrown.name,
    message: thrown.message,
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    stack: thrown.stack,
    ...(thrown.cause === undefined ? {} : { cause: describeError(thrown.cause) }),
  }
}
