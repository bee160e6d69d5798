// Handles stop signals: shuts down in order the first time, at once the second time.

import type { Log } from './log.ts'

type Deps = {
  /** Finishes what is under way. */
  inOrder(): Promise<void>
  /** Leaves what is under way as a crash would, but nothing behind that outlives the process. May be called while `inOrder` runs. */
  atOnce(): Promise<void>
  log: Log
}

/** npm hands on what the terminal has told the process already: one Ctrl-C comes twice. */
const ECHO_MS = 1_000

/** Installs the handlers; `isTold` says whether a signal came. */
export const onStopSignals = ({ inOrder, atOnce, log }: Deps): { isTold(): boolean } => {
  let toldAt: number | undefined

  const exit = (ending: Promise<void>, code: number): void => {
    ending.then(
      () => process.exit(code),
      (error) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }

  const told = (signal: string): void => {
    if (toldAt === undefined) {
      toldAt = performance.now()
      log.info({ signal }, 'stopping: finishing what is under way')
      exit(
        inOrder().then(() => log.info('stopped')),
        0,
      )
    } else if (performance.now() - toldAt > ECHO_MS) {
      log.warn({ signal }, 'told again: stopping at once')
      exit(atOnce(), 1)
    }
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => told(signal))
  return { isTold: () => toldAt !== undefined }
}
