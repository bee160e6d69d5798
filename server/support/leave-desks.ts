// Removes our webhooks from desks after the app was uninstalled, or they would keep calling us. Best effort, retried
// for a day while the desk's key is still stored.

import { asAppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { SupportDesks } from '../store/support-desks.ts'
import type { OpenDesk } from './client.ts'

type Deps = {
  desks: Pick<SupportDesks, 'list' | 'access' | 'forgetWebhook' | 'left'>
  open: OpenDesk
  now: () => Date
  log: Pick<Log, 'info' | 'warn'>
}

const DAY_MS = 86_400_000

/** Cleans up the desks of one location, or of all recent ones. */
export const createLeaveDesks = ({ desks, open, now, log }: Deps) => {
  /** Answers how many webhooks were removed. A desk that cannot be reached is logged, never thrown. */
  const leave = async (locationId: string): Promise<number> => {
    let removed = 0
    for (const { id, webhookId } of await desks.list(locationId)) {
      if (!webhookId) continue
      try {
        const access = await desks.access(locationId, id)
        if (access) await open(access).webhooks?.remove(webhookId)
        await desks.forgetWebhook(locationId, id)
        removed += 1
      } catch (error) {
        log.warn({ locationId, deskId: id, code: asAppError(error).code }, 'a webhook could not be removed at its desk')
      }
    }
    return removed
  }

  /** Of every account that was left since yesterday. For the worker. */
  const leaveEnded = async (signal: AbortSignal): Promise<void> => {
    for (const locationId of await desks.left(new Date(now().getTime() - DAY_MS))) {
      if (signal.aborted) return
      const removed = await leave(locationId)
      if (removed > 0) log.info({ locationId, webhooks: removed }, 'webhooks of an account that has left were removed')
    }
  }

  return { leave, leaveEnded }
}
