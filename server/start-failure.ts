// Explains a failed start or command in a sentence; only unexpected errors show their stack.

import { ConfigError } from './config.ts'
import { AppError } from './errors.ts'

/** Of taking the port, as Node names them: https://nodejs.org/api/errors.html#common-system-errors */
const LISTENING: Record<string, string> = {
  EADDRINUSE:
    'The port is already in use. Stop the other process or choose another one, for example PORT=3001 npm start.',
  EACCES: 'This user may not take that port. Choose one from 1024 on with PORT.',
  EADDRNOTAVAIL: 'HOST is no address of this machine. 127.0.0.1 is reached from here only, 0.0.0.0 from everywhere.',
  ENOTFOUND: 'HOST is no address that can be found. 127.0.0.1 is reached from here only, 0.0.0.0 from everywhere.',
}

/** Text of one or some lines, without a secret where the failure was foreseen. */
export const explainFailure = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message
  if (error instanceof AppError) return `${error.title}. ${error.detail}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** The same of a start, which takes a port as well. */
export const explainStart = (error: unknown): string =>
  LISTENING[(error as { code?: string } | undefined)?.code ?? ''] ?? explainFailure(error)
