// Sends webhooks: signs the exact bytes, tries again after anything but 2xx, and keeps what happened. A restart goes
// on with what was not delivered.

import { type KeyObject, sign } from 'node:crypto'
import { newCrmId } from './crm-ids.ts'
import type { SendWebhook } from './options.ts'
import type { Attempt, Delivery } from './rows.ts'
import type { State } from './state.ts'

/** Deliveries under way at the same time. */
const PARALLEL = 16
/** How many finished deliveries are kept. */
const KEPT = 500
const TIMEOUT_MS = 10_000

/** Twelve tries after the first, from a second to ten minutes apart. */
export const RETRY_DELAYS_MS: readonly number[] = [
  1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000,
]

/** A real POST, without redirects. */
export const postWebhook: SendWebhook = async (url, body, headers) => {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await response.body?.cancel()
  return response.status
}

type NewDelivery = Pick<Delivery, 'event' | 'clientId' | 'locationId' | 'url'> & { body: Record<string, unknown> }

type DeliveriesOptions = {
  state: State
  signingKey: KeyObject
  send: SendWebhook
  retryDelaysMs: readonly number[]
  now: () => Date
}

/** The sending side of the simulation. */
export const createDeliveries = ({ state, signingKey, send, retryDelaysMs, now }: DeliveriesOptions) => {
  const table = state.deliveries
  /** Ids that may be sent now, and those that wait for their time. */
  const due: string[] = []
  const waiting = new Map<string, NodeJS.Timeout>()
  let underWay = 0
  let isPumpScheduled = false
  let isClosed = false
  let idleWaiters: (() => void)[] = []

  const isIdle = (): boolean => underWay === 0 && (due.length === 0 || isClosed)

  const tellIdle = (): void => {
    if (!isIdle()) return
    for (const resolve of idleWaiters) resolve()
    idleWaiters = []
  }

  const attempt = async (delivery: Delivery): Promise<Attempt> => {
    const headers = {
      'content-type': 'application/json',
      'x-ghl-signature': sign(null, Buffer.from(delivery.body), signingKey).toString('base64'),
    }
    const at = now().toISOString()
    try {
      return { at, status: await send(delivery.url, delivery.body, headers) }
    } catch (error) {
      return { at, status: null, error: error instanceof Error ? error.message : String(error) }
    }
  }

  const forgetOldest = (): void => {
    for (const kind of ['delivered', 'failed'] as const) {
      if (table.count('state', kind) > KEPT) table.delete(table.first('state', kind)!.id)
    }
  }

  const schedule = (delivery: Delivery): void => {
    if (isClosed) return
    const delay = delivery.nextAttemptAt - now().getTime()
    if (delay <= 0) {
      due.push(delivery.id)
      // After the change that caused it is over, never inside.
      if (!isPumpScheduled) setImmediate(pump)
      isPumpScheduled = true
      return
    }
    const timer = setTimeout(() => {
      waiting.delete(delivery.id)
      due.push(delivery.id)
      pump()
    }, delay)
    timer.unref()
    waiting.set(delivery.id, timer)
  }

  const sendOne = async (id: string): Promise<void> => {
    const delivery = table.get(id)
    if (delivery?.state !== 'pending') return
    const made = await attempt(delivery)
    const attempts = [...delivery.attempts, made]
    const isDelivered = made.status !== null && made.status >= 200 && made.status < 300
    const delay = retryDelaysMs[attempts.length - 1]
    state.change(() => {
      if (isDelivered || delay === undefined) {
        table.put({ ...delivery, attempts, state: isDelivered ? 'delivered' : 'failed' })
        forgetOldest()
      } else {
        schedule(table.put({ ...delivery, attempts, nextAttemptAt: now().getTime() + delay }))
      }
    })
  }

  const pump = (): void => {
    isPumpScheduled = false
    while (!isClosed && underWay < PARALLEL && due.length > 0) {
      underWay += 1
      void sendOne(due.shift()!).finally(() => {
        underWay -= 1
        pump()
        tellIdle()
      })
    }
    tellIdle()
  }

  /** Stops waiting for one delivery and sends it at once. */
  const sendNow = (id: string): void => {
    clearTimeout(waiting.get(id))
    waiting.delete(id)
    due.push(id)
    if (!isPumpScheduled) setImmediate(pump)
    isPumpScheduled = true
  }

  return {
    /** Queues one webhook; part of the running change. */
    add({ body, ...delivery }: NewDelivery): void {
      const at = now()
      schedule(
        table.put({
          ...delivery,
          id: newCrmId(),
          body: JSON.stringify(body),
          state: 'pending',
          attempts: [],
          nextAttemptAt: at.getTime(),
          createdAt: at.toISOString(),
        }),
      )
    },
    /** Goes on with what an earlier process did not deliver. */
    resume(): void {
      for (const delivery of table.by('state', 'pending')) schedule(delivery)
    },
    /** Sends a delivery once more, whatever became of it: the portal's "Resend". False when it is not known. */
    resend(id: string): boolean {
      const delivery = table.get(id)
      if (!delivery) return false
      table.put({ ...delivery, state: 'pending' })
      sendNow(id)
      return true
    },
    /** Those that wait for a later try go now. */
    retryNow(): void {
      for (const id of [...waiting.keys()]) sendNow(id)
    },
    /** Resolves when nothing is under way or due; later tries are not waited for. */
    idle: (): Promise<void> =>
      isIdle() ? Promise.resolve() : new Promise((resolve) => void idleWaiters.push(resolve)),
    /** Sends nothing more; resolves when what is under way has ended. */
    async close(): Promise<void> {
      isClosed = true
      for (const timer of waiting.values()) clearTimeout(timer)
      waiting.clear()
      if (underWay > 0) await new Promise<void>((resolve) => void idleWaiters.push(resolve))
    },
  }
}

export type Deliveries = ReturnType<typeof createDeliveries>
