// `/v1/events`: received events and their results, including the status of asynchronous calls.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { etagFor } from '../../etag.ts'
import type { createActivityReader } from '../../relay/activity.ts'
import { json } from '../reply.ts'
import { OUTCOMES } from '../ui/deps.ts'
import { encodeCursor, positionIn } from './cursors.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { attempt, cursor, eventId, limit, moment, momentOrNull, page, queryOf } from './schemas.ts'

type Reader = ReturnType<typeof createActivityReader>

/** Dependencies of the event operations. */
export type EventDeps = { activity: Pick<Reader, 'list' | 'detail'>; publicUrl: string }

type Row = Omit<Awaited<ReturnType<Reader['list']>>['entries'][number], 'receivedOn'>

const shape = {
  id: eventId,
  type: z.string().meta({ description: 'What happened.', example: 'customer.updated' }),
  source: z.enum(['rankr', 'crm', 'api', 'app', 'schedule']).meta({ description: 'Where it came from.' }),
  record: z.string().meta({ description: 'The record it is about.', example: 'customer:cus_10482' }),
  outcome: z.enum(OUTCOMES).meta({ description: 'What became of it. done, skipped and discarded are final.' }),
  code: z.string().nullable().meta({ description: 'Why it is not done, as an error code.', example: 'crm_rejected' }),
  received_at: moment('When it came in.'),
  next_attempt_at: momentOrNull('When it is tried again; null when it is not.'),
}

const event = z.object(shape).meta({ id: 'Event', description: 'What arrived, and what became of it.' })

const eventDetail = z
  .object({
    ...shape,
    data: z.unknown().meta({ description: 'The body as it was received.' }),
    resource_url: z.url().nullable().meta({
      description: 'The record in this API, where it has one.',
      example: 'https://connect.example.com/v1/customers/cus_10482',
    }),
    attempts: z
      .array(
        z.object({
          ...attempt,
          detail: z
            .string()
            .nullable()
            .meta({ description: 'The same in words.', example: 'The CRM rejected the data' }),
          duration_ms: z.int().meta({ description: 'How long it took, in milliseconds.', example: 182 }),
        }),
      )
      .meta({ description: 'Every try of every step, in their order.' }),
  })
  .meta({ id: 'EventDetail', description: 'An event with what was received and every attempt.' })

const rowOf = ({ eventId, type, source, recordKey, outcome, code, receivedAt, nextAt }: Row) => ({
  id: eventId,
  type,
  source,
  record: recordKey,
  outcome,
  code,
  received_at: receivedAt.toISOString(),
  next_attempt_at: nextAt?.toISOString() ?? null,
})

/** The paths of the record types that this API offers. */
const RESOURCES: Record<string, string> = { customer: '/v1/customers', order: '/v1/orders', invoice: '/v1/invoices' }

/** Operations on events. They throw `not_found`. */
export const eventRoutes = ({ activity, publicUrl }: EventDeps): OperationRoute[] => [
  defineOperation({
    id: 'listEvents',
    tag: 'Events',
    summary: 'List events',
    description: 'Newest first. With a filter a page may hold fewer events than asked for while there are more.',
    method: 'GET',
    path: '/v1/events',
    scopes: ['events.read'],
    input: {
      query: queryOf({
        type: z
          .string()
          .regex(/^[\w.]{1,100}$/)
          .optional()
          .meta({ description: 'Only of this type.', example: 'customer.updated' }),
        outcome: z.enum(OUTCOMES).optional().meta({ description: 'Only with this outcome.' }),
        limit,
        cursor,
      }),
    },
    answers: { 200: { description: 'A page of events.', schema: page(event).meta({ id: 'EventPage' }) } },
    errors: [],
    audit: { none: 'reads only' },
    async handler({ caller, query }) {
      const { limit: size, cursor: from, ...list } = query
      const before = positionIn(list, from)
      const { entries, next } = await activity.list(caller.locationId, { ...list, limit: size, before })
      return json({ data: entries.map(rowOf), next_cursor: next && encodeCursor(list, [next]) })
    },
  }),

  defineOperation({
    id: 'getEvent',
    tag: 'Events',
    summary: 'Read an event',
    description: 'With every attempt that was made. The status of a call sent with `Prefer: respond-async`.',
    method: 'GET',
    path: '/v1/events/:id',
    scopes: ['events.read'],
    input: { params: z.object({ id: eventId }) },
    answers: { 200: { description: 'The event.', schema: eventDetail, hasEtag: true } },
    errors: ['not_found'],
    audit: { none: 'reads only' },
    async handler({ caller, params }) {
      const found = await activity.detail(caller.locationId, params.id)
      if (!found)
        throw new AppError('not_found', { detail: 'There is no event with this id, or it is no longer kept.' })
      const [kind, id] = found.recordKey.split(/:(.*)/s)
      const path = id && found.source !== 'crm' ? RESOURCES[kind ?? ''] : undefined
      const body = {
        ...rowOf(found),
        data: found.payload,
        resource_url: path ? `${publicUrl}${path}/${encodeURIComponent(id!)}` : null,
        attempts: found.runs
          .flatMap(({ attempts }) => attempts)
          .map(({ actionId, number, outcome, code, detail, startedAt, durationMs }) => ({
            action: actionId,
            number,
            outcome,
            code,
            detail,
            started_at: startedAt.toISOString(),
            duration_ms: durationMs,
          })),
      }
      return json(body, { headers: { ETag: etagFor(body) } })
    },
  }),
]
