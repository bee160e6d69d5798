// Wires backpressure for new events.

import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { createBackpressure } from '../relay/backpressure.ts'
import type { Database } from '../store/db.ts'
import { createWaitingEvents } from '../store/waiting-events.ts'

type Deps = { config: Config; db: Database; metrics: Metrics; now: () => Date; log: Log }

/** Backpressure with the configured bounds, and its metrics. */
export const wireBackpressure = ({ config, db, metrics, now, log }: Deps) => {
  const waiting = createWaitingEvents({ db })
  const full = createBackpressure({
    read: waiting.read,
    poolWaiting: () => db.pool.waitingCount,
    bounds: config.backlog,
    now,
    log,
  })
  metrics.keptOut(full.state)
  return { ...full, settings: { keepsOut: full.keepsOut, backlog: waiting.ofAccount } }
}
