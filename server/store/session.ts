// One connection that stays open as long as the process, for advisory locks and notifications, which pooled connections
// cannot hold. Behind a pooler (PgBouncer in transaction mode) it needs a direct address.

import pg from 'pg'

export type Session = {
  /** Takes an advisory lock that lasts until the session ends. False when another session holds it. */
  lock(key: number): Promise<boolean>
  listen(channel: string, handle: (payload: string) => void): Promise<void>
  /** Ends the session on purpose; `lost` is not called then. */
  close(): Promise<void>
}

type Options = {
  url: string
  /** Called once when the open connection ends by itself: its locks are gone, notifications may have been missed. */
  lost: (error: Error) => void
  applicationName?: string
}

/** Throws when the database cannot be reached. */
export const openSession = async ({
  url,
  lost,
  applicationName = 'rankr-connect session',
}: Options): Promise<Session> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    // TCP keep-alive detects a peer that vanished silently.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  const handlers = new Map<string, (payload: string) => void>()
  // A failure to open is only thrown: also calling `lost` would make callers reconnect twice, and twice as often each time.
  let isOver = true
  const end = (error: Error): void => {
    if (isOver) return
    isOver = true
    lost(error)
  }
  client.on('error', end)
  client.on('end', () => end(new Error('the connection was closed')))
  client.on('notification', ({ channel, payload = '' }) => handlers.get(channel)?.(payload))
  await client.connect()
  isOver = false
  return {
    async lock(key) {
      const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1::bigint) as got', [key])
      return rows[0]!.got
    },
    async listen(channel, handle) {
      handlers.set(channel, handle)
      await client.query(`listen ${client.escapeIdentifier(channel)}`)
    },
    async close() {
      isOver = true
      await client.end()
    },
  }
}
