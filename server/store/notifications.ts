// Listens to other processes' notifications (LISTEN). Those sent while the connection was down are lost, so caches cleared by
// a notification must also expire by time.

import type { Log } from '../log.ts'
import type { Session } from './session.ts'

type Deps = {
  open(lost: (error: Error) => void): Promise<Session>
  /** Handlers by channel, called with each notification's payload. */
  channels: Record<string, (payload: string) => void>
  log: Log
  retryMs?: number
}

/** `start` throws when the database cannot be reached; a connection lost later is reopened until `stop`. */
export const createNotificationListener = ({ open, channels, log, retryMs = 2_000 }: Deps) => {
  let session: Session | undefined
  let timer: NodeJS.Timeout | undefined
  let hasStopped = false

  const listen = async (): Promise<void> => {
    const opened = await open((error) => {
      log.warn({ err: error }, 'notifications are interrupted')
      session = undefined
      again()
    })
    session = opened
    try {
      for (const [channel, handle] of Object.entries(channels)) await opened.listen(channel, handle)
    } catch (error) {
      // Without LISTEN it would only occupy a database connection.
      session = undefined
      await opened.close().catch(() => {})
      throw error
    }
  }

  const again = (): void => {
    if (hasStopped) return
    // Only ever one: it may be lost and fail at the same time.
    clearTimeout(timer)
    timer = setTimeout(() => {
      listen().catch(again)
    }, retryMs)
  }

  return {
    start: listen,
    async stop(): Promise<void> {
      hasStopped = true
      clearTimeout(timer)
      await session?.close()
    },
  }
}
