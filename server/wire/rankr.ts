// Wires calls to Rankr and to user-entered addresses as targets of actions.

import { actions } from '../catalog/index.ts'
import type { Log } from '../log.ts'
import type { OutboundHttp } from '../outbound/http.ts'
import { createHttpRequestAction } from '../outbound/request-action.ts'
import { createRankrClient } from '../rankr/client.ts'
import { createRankrExecute } from '../rankr/execute.ts'
import { createRankrHttp, type RankrHttp } from '../rankr/http.ts'
import { createRankrTokens } from '../rankr/tokens.ts'
import type { Connections } from '../store/connections.ts'
import type { Target } from '../sync/targets.ts'
import { traced } from '../telemetry.ts'

type Deps = {
  /** Where Rankr's API answers; undefined where nobody has said. */
  apiUrl: string | undefined
  connections: Pick<Connections, 'forCalls'>
  now: () => Date
  log: Log
}

/** `client` is for those who page through Rankr by themselves. Call `close` before the process ends. */
export const wireRankr = ({ apiUrl, connections, now, log }: Deps) => {
  const http: RankrHttp = createRankrHttp({ apiUrl: apiUrl ?? 'http://rankr.invalid' })
  const send = traced('rankr call', http.send, ({ method, path }) => ({ 'http.method': method, 'http.path': path }))
  const tokens = createRankrTokens({ http: { send }, now })
  const access = async (locationId: string) => (apiUrl ? await connections.forCalls(locationId) : undefined)
  const client = createRankrClient({ http: { send }, tokens, access, now, log })
  const target: Target = {
    execute: createRankrExecute({ client, actions }),
    circuitOf: async ({ locationId }) => `rankr:${await client.connectionOf(locationId)}`,
    resting: 'rankr_unreachable',
  }
  return { client, target, verify: tokens.check, close: http.close }
}

/** `http.request` for one process; the guard sits in `http`. */
export const httpTarget = ({ http, now }: { http: Pick<OutboundHttp, 'send'>; now: () => Date }): Target => ({
  execute: createHttpRequestAction({ http, now }),
  // Of the account: another one's calls to the same host may go well.
  circuitOf: ({ locationId, input }) => `http:${locationId}:${URL.parse(String(input.url))?.host ?? ''}`,
  resting: 'target_unreachable',
})
