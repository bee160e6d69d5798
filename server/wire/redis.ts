// The optional Redis connection. Nothing waits for it: while it is down, browser sessions and shared rate counters are
// unavailable and callers get an error at once.

import { setTimeout as delay } from 'node:timers/promises'
import { createRedisCounters } from '../http/api/limit-stores.ts'
import type { Log } from '../log.ts'

/** How long startup waits for Redis before it continues without it. */
const PATIENCE_MS = 3_000

export type Redis = Awaited<ReturnType<typeof openRedis>>

/** Connects and keeps retrying as long as the process runs. Logs once when Redis is unavailable and once when it is back. */
export const openRedis = async ({ url, log }: { url: string; log: Log }) => {
  // Loading it takes a fifth of the startup time, and most installations have no Redis.
  const { createClient } = await import('redis')
  // Commands that wait for a connection would delay API calls.
  const client = createClient({ url, disableOfflineQueue: true })
  const { host } = new URL(url)
  let isAway = false
  client.on('error', (err) => {
    if (isAway) return
    isAway = true
    log.error({ err, host }, 'Redis does not answer: until it does nobody can sign in, and calls are not counted')
  })
  client.on('ready', () => {
    if (isAway) log.info({ host }, 'Redis answers again')
    isAway = false
  })
  const trying = new AbortController()
  const connected = client.connect().catch((err) => log.debug({ err }, 'Redis is given up'))
  await Promise.race([connected, delay(PATIENCE_MS, undefined, { signal: trying.signal }).catch(() => {})])
  trying.abort()
  return {
    client,
    /** For rows that may be asked only so often a minute. */
    counters: createRedisCounters({ sendCommand: (...command) => client.sendCommand(command) }),
    /** Waits for what is under way; while it is away there is nothing. */
    async close(): Promise<void> {
      if (client.isReady) await client.close()
      else client.destroy()
    },
  }
}
