// Batches: many items in one call, each processed independently with its own result. Independent of the resource.

import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { AppError, asAppError } from '../../errors.ts'
import { derivedId } from '../../ids.ts'
import type { ApiCall } from '../../sync/api-actions.ts'
import { faultsOf } from '../input.ts'
import { problemOf } from '../problem.ts'
import { json, type Reply } from '../reply.ts'
import type { Call } from '../route.ts'
import { callOf, wantsLater } from './calls.ts'
import type { OnceCall } from './once.ts'
import { eventId, problem } from './schemas.ts'
import { translated } from './translate.ts'

const MOST_ITEMS = 100
const AT_ONCE = 4
/** The largest body of a batch, in bytes. */
export const BATCH_BODY_BYTES = 512 * 1024
/** A sentence about limits for the descriptions of batch operations. */
export const BATCH_LIMITS =
  'An item that the limits of the CRM leave no room for within some 20 seconds has the status 429: send it again, or send many with Prefer: respond-async.'

/** Schema of a batch body. `itemId` names the items' schema in the API document; items are validated one by one, so faults are reported per item. */
export const batchBody = ({ id, itemId, description }: { id: string; itemId: string; description: string }) =>
  z.strictObject({ items: z.array(z.unknown()).min(1).max(MOST_ITEMS) }).meta({
    id,
    description,
    override: {
      properties: {
        items: {
          type: 'array',
          description: 'The records, each as in a call with a single record.',
          minItems: 1,
          maxItems: MOST_ITEMS,
          items: { $ref: `#/components/schemas/${itemId}` },
        },
      },
    },
  })

/** Schema of a batch response. `record` is the member of each result that holds the record, under the resource's name. */
export const batchResults = (id: string, record: z.ZodRawShape) =>
  z
    .object({
      results: z
        .array(
          z.object({
            index: z.int().meta({ description: 'The place in items, from 0.', example: 0 }),
            status: z
              .int()
              .meta({ description: 'What the call for this item alone would have answered.', example: 201 }),
            ...record,
            event_id: eventId.optional(),
            error: problem.optional(),
          }),
        )
        .meta({ description: 'One per item, in their order.' }),
    })
    .meta({ id })

/** The CRM's limit has a window of ten seconds and items take several calls, so a batch waits for up to two windows. */
const PATIENCE_SECONDS = 20

type Pause = (milliseconds: number) => Promise<unknown>

/** Retries items that exceeded the CRM's limit until the time is up. */
const createPatience = (pause: Pause) => {
  let left = PATIENCE_SECONDS
  return async <T>(work: (isFirstTry: boolean) => Promise<T>): Promise<T> => {
    for (let isFirstTry = true; ; isFirstTry = false) {
      try {
        return await work(isFirstTry)
      } catch (error) {
        const seconds = asAppError(error).code === 'crm_rate_limited' ? asAppError(error).retryAfterSeconds : undefined
        if (!seconds || seconds > left) throw error
        left -= seconds
        await pause(seconds * 1000)
      }
    }
  }
}

type Patience = ReturnType<typeof createPatience>

/** Runs `work` on the groups with limited concurrency; the items of a group run one after the other. */
const inLanes = async <T>(groups: T[][], pause: Pause, work: (item: T, patience: Patience) => Promise<void>) => {
  const waiting = [...groups]
  const lane = async (): Promise<void> => {
    const patience = createPatience(pause)
    for (let group = waiting.shift(); group; group = waiting.shift())
      for (const item of group) await work(item, patience)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

type Work<Item> = {
  publicUrl: string
  item: z.ZodType<Item>
  /** Items with the same key keep their order; undefined for an item that is independent of all others. */
  keyOf(item: Record<string, unknown>): unknown
  /** The response that a call with only this item would get. */
  one(call: ApiCall, item: Item, isLater: boolean): Promise<{ status: number } & Record<string, unknown>>
  pause?: Pause
}

/**
 * Processes the items of a batch, four at a time, and returns 200 with one result per item. A failed item has its error as its result.
 * Items with the same key run one after the other. `Retry-After` is the longest wait of any item, in seconds.
 */
export const runBatch = async <Item>(
  call: Call<'api'> & { body: { items: unknown[] }; run: OnceCall },
  { publicUrl, item: schema, keyOf, one, pause = delay }: Work<Item>,
): Promise<Reply> => {
  const isLater = wantsLater(call)
  const items = call.body.items.map((item, index) => ({ item, index }))
  const results = new Map<number, object>()
  const groups = Map.groupBy(items, ({ item, index }) => keyOf((item ?? {}) as Record<string, unknown>) ?? index)
  let retryAfterSeconds = 0
  await inLanes([...groups.values()], pause, async ({ item, index }, patience) => {
    try {
      const whole = callOf(call)
      const id = derivedId('item', whole.run.id, index)
      const parsed = parsedItem(schema, item)
      const done = await translated(() =>
        patience((isFirstTry) => {
          // A second attempt may find what the first one did.
          const run = { ...whole.run, id, isFresh: whole.run.isFresh && isFirstTry }
          return one({ ...whole, run }, parsed, isLater)
        }),
      )
      results.set(index, { index, ...done })
    } catch (thrown) {
      const error = asAppError(thrown)
      retryAfterSeconds = Math.max(retryAfterSeconds, error.retryAfterSeconds ?? 0)
      if (error.status >= 500) call.log.error({ err: error, index }, 'an item of a batch failed')
      const { status } = error
      results.set(index, { index, status, error: problemOf(error, { publicUrl, requestId: call.requestId }) })
    }
  })
  const headers = {
    ...(retryAfterSeconds > 0 ? { 'Retry-After': String(Math.ceil(retryAfterSeconds)) } : {}),
    ...(isLater ? { 'Preference-Applied': 'respond-async' } : {}),
  }
  return json({ results: items.map(({ index }) => results.get(index)) }, { headers })
}

const parsedItem = <Item>(schema: z.ZodType<Item>, item: unknown): Item => {
  const parsed = schema.safeParse(item)
  if (parsed.success) return parsed.data
  throw new AppError('invalid_body', { errors: faultsOf(parsed.error) })
}
