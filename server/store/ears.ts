// Hears what other processes announce (LISTEN), for as long as the process lives. What was announced while the connection
// was away is lost, so whoever listens must also forget by time.

import type { Log } from '../log.ts'
import type { Session } from './session.ts'

type Deps = {
  open(lost: (error: Error) => void): Promise<Session>
  /** Called with the payload of every announcement. */
  channels: Record<string, (payload: string) => void>
  log: Log
  retryMs?: number
}

/** `start` throws when the database cannot be reached; later it tries again until `stop`. */
export const createEars = ({ open, channels, log, retryMs = 2_000 }: Deps) => {
  let session: Session | undefined
  let timer: NodeJS.Timeout | undefined
  let hasStopped = false

  const listen = async (): Promise<void> => {
    const opened = await open((error) => {
      log.warn({ err: error }, 'announcements are not heard for a moment')
      session = undefined
      again()
    })
    session = opened
    try {
      for (const [channel, hear] of Object.entries(channels)) await opened.listen(channel, hear)
    } catch (error) {
      // Deaf, it would still take the database a connection.
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
