// A simulated Rankr: one workspace with sample records that sends signed events. Met by the app over HTTP only.

import { randomBytes } from 'node:crypto'
import type { Router } from 'express'
import { createJsonFile } from '../json-file.ts'
import { type ApiFaults, createApiFaults } from './api-faults.ts'
import { createConnect } from './connections.ts'
import { type After, afterTimeout, createDeliveries, type Post, postOverHttp } from './deliveries.ts'
import { createGrants, type Grants, newCredentials } from './grants.ts'
import type { Records, Workspace } from './records.ts'
import { createRankrRoutes } from './routes.ts'
import { sampleRecords } from './samples.ts'

type Deps = {
  /** Where the app answers; events are sent nowhere else. */
  appUrl: string
  /** The hashed address of a file of public/. */
  asset: (name: string) => string
  /** Where the workspace is kept between starts; without it in memory only. */
  file: string | undefined
  now: () => Date
  onError: (error: unknown) => void
  post?: Post
  after?: After
  /** Answers 0 <= n < 1. */
  random?: () => number
  /** Calls of the API that each caller may make in a minute. */
  callsPerMinute?: number
  /** What a new workspace holds; the sample records when left out. */
  records?: Records
}

export type SimulatedRankr = {
  /** To be mounted at `/sandbox/rankr`. */
  router: Router
  /** What the sandbox page shows beside the app; not to be changed. */
  workspace: Readonly<Workspace>
  /** For tests: faults, limits, calls, ended tokens. */
  control: ApiFaults['control'] & Pick<Grants, 'revokeAll'>
  start(): void
  stop(): Promise<void>
}

const newWorkspace = (records: Records): Workspace => ({
  ...records,
  nextNumber: 9001,
  apiKey: `rk_sandbox_${randomBytes(18).toString('base64url')}`,
  apiAccess: newCredentials(),
  connections: [],
  deliveries: [],
})

/** The simulated Rankr; `start` takes up unfinished deliveries, `stop` writes everything down. */
export const createSimulatedRankr = ({
  appUrl,
  asset,
  file: path,
  now,
  onError,
  post = postOverHttp,
  after = afterTimeout,
  random = Math.random,
  callsPerMinute = 600,
  records = sampleRecords(),
}: Deps): SimulatedRankr => {
  const file = createJsonFile({ file: path, initial: () => newWorkspace(records), onError })
  // Workspaces kept from before have none.
  file.value.apiAccess ??= newCredentials()
  // A start on another port finds the app there.
  for (const connection of file.value.connections) {
    connection.webhookUrl = new URL(new URL(connection.webhookUrl).pathname, appUrl).href
  }
  const deliveries = createDeliveries({ file, post, now, after })
  const connect = createConnect({ file, appUrl, now })
  const grants = createGrants({ workspace: file.value, now })
  const apiFaults = createApiFaults({ now, perMinute: callsPerMinute, callerOf: grants.callerOf })
  const moment = () => ({ now: now(), random })
  return {
    router: createRankrRoutes({ file, deliveries, connect, grants, apiFaults, asset, moment }),
    workspace: file.value,
    control: { ...apiFaults.control, revokeAll: grants.revokeAll },
    start: deliveries.start,
    stop: deliveries.stop,
  }
}
