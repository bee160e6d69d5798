// Sends events the way Rankr does: signed by Standard Webhooks, in order, tried again when the other side is busy or away.
// Knows nothing of what the events mean.

import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { JsonFile } from '../json-file.ts'
import type { Happening } from './happenings.ts'
import type { Connection, Delivery, Workspace } from './records.ts'

const RETRY_DELAYS_MS = [2_000, 5_000, 15_000, 60_000] as const
const DELIVERIES_KEPT = 100

export type Answer = { status: number | null; code: string; retryAfterSeconds?: number }

/** Posts `body` as it is. Answers status null and a code when there was no answer; never throws. */
export type Post = (request: { url: string; headers: Record<string, string>; body: string }) => Promise<Answer>

/** Calls `work` once after `delayMs`; the answer cancels it. */
export type After = (delayMs: number, work: () => void) => () => void

type Deps = {
  file: JsonFile<Workspace>
  post: Post
  now: () => Date
  after: After
}

type SendOptions = {
  /** Signs with another secret, to show what a wrong signature leads to. */
  isForged?: boolean
}

const FORGED_SECRET = `whsec_${Buffer.from('nobody gave this secret to anyone').toString('base64')}`

const isWorthRetrying = ({ status }: Answer): boolean => status === null || status === 429 || status >= 500

export type Deliveries = {
  /** Sends one event to one connection; resolves after its first try. */
  send(connection: Connection, happening: Happening, options?: SendOptions): Promise<Delivery>
  /** Sends a kept delivery once more, with the same id and the same bytes. */
  again(deliveryId: string): Promise<Delivery | undefined>
  /** Takes up what an earlier process left unfinished. */
  start(): void
  /** Cancels planned tries (they stay planned in the file) and waits for the one under way. */
  stop(): Promise<void>
}

/** Deliveries over the workspace's own list; see `Deliveries`. */
export const createDeliveries = ({ file, post, now, after }: Deps): Deliveries => {
  const workspace = file.value
  const planned = new Map<string, () => void>()
  // One after the other: a customer's update must not overtake its creation.
  let line: Promise<unknown> = Promise.resolve()
  let isStopped = false

  const attempt = async (delivery: Delivery, isForged: boolean): Promise<void> => {
    const connection = workspace.connections.find(({ id }) => id === delivery.connectionId)
    if (!connection) {
      Object.assign(delivery, { state: 'failed', nextAt: null })
      return
    }
    const at = now()
    const signature = new Webhook(isForged ? FORGED_SECRET : connection.signingSecret).sign(
      delivery.id,
      at,
      delivery.body,
    )
    const answer = await post({
      url: connection.webhookUrl,
      headers: {
        'content-type': 'application/json',
        'webhook-id': delivery.id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signature,
      },
      body: delivery.body,
    })
    delivery.attempts.push({
      at: at.toISOString(),
      status: answer.status,
      code: answer.code,
      milliseconds: now().getTime() - at.getTime(),
    })
    const delay = RETRY_DELAYS_MS[delivery.attempts.length - 1]
    if (answer.status !== null && answer.status < 300) Object.assign(delivery, { state: 'delivered', nextAt: null })
    else if (isWorthRetrying(answer) && delay !== undefined) {
      plan(delivery, Math.max(delay, (answer.retryAfterSeconds ?? 0) * 1000))
    } else Object.assign(delivery, { state: 'failed', nextAt: null })
    file.save()
  }

  const enqueue = (delivery: Delivery, isForged = false): Promise<void> => {
    const turn = line.then(() => (isStopped ? undefined : attempt(delivery, isForged)))
    line = turn.catch(() => undefined)
    return turn
  }

  const plan = (delivery: Delivery, delayMs: number): void => {
    delivery.state = 'retrying'
    delivery.nextAt = new Date(now().getTime() + delayMs).toISOString()
    planned.get(delivery.id)?.()
    planned.set(
      delivery.id,
      after(delayMs, () => {
        planned.delete(delivery.id)
        void enqueue(delivery)
      }),
    )
  }

  return {
    async send(connection, { type, record, data }, { isForged = false } = {}) {
      const at = now().toISOString()
      const delivery: Delivery = {
        id: `msg_${randomUUID()}`,
        connectionId: connection.id,
        type,
        record,
        body: JSON.stringify({ type, timestamp: at, data }),
        state: 'sending',
        attempts: [],
        createdAt: at,
        nextAt: null,
      }
      workspace.deliveries.unshift(delivery)
      workspace.deliveries.splice(DELIVERIES_KEPT)
      file.save()
      // What was told must be there after a crash, too.
      await file.written()
      await enqueue(delivery, isForged)
      return delivery
    },
    async again(deliveryId) {
      const delivery = workspace.deliveries.find(({ id }) => id === deliveryId)
      if (!delivery) return undefined
      planned.get(deliveryId)?.()
      planned.delete(deliveryId)
      delivery.state = 'sending'
      await enqueue(delivery)
      return delivery
    },
    start() {
      for (const delivery of [...workspace.deliveries].reverse()) {
        if (delivery.state === 'sending') void enqueue(delivery)
        if (delivery.state === 'retrying') {
          plan(delivery, Math.max(0, new Date(delivery.nextAt ?? 0).getTime() - now().getTime()))
        }
      }
    },
    async stop() {
      isStopped = true
      for (const cancel of planned.values()) cancel()
      planned.clear()
      await line
      await file.written()
    },
  }
}

const answerCode = (text: string, status: number): string => {
  try {
    const { code, outcome } = JSON.parse(text)
    const word = code ?? outcome
    if (typeof word === 'string') return word.slice(0, 80)
  } catch {
    // Not JSON: the status must do.
  }
  return `status_${status}`
}

/** Posts over HTTP with a time limit; the `code` or `outcome` member of a JSON answer becomes the code. */
export const postOverHttp: Post = async ({ url, headers, body }) => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    })
    const code = answerCode(await response.text(), response.status)
    const retryAfterSeconds = Number(response.headers.get('retry-after'))
    return retryAfterSeconds > 0
      ? { status: response.status, code, retryAfterSeconds }
      : { status: response.status, code }
  } catch (error) {
    return { status: null, code: error instanceof Error && error.name === 'TimeoutError' ? 'no_answer' : 'unreachable' }
  }
}

/** The real timer, which does not keep the process alive. */
export const afterTimeout: After = (delayMs, work) => {
  const timer = setTimeout(work, delayMs)
  timer.unref()
  return () => clearTimeout(timer)
}
