// Dead letters as callers of our API see them, and which of them are meant.

import { z } from 'zod'
import type { FailureDesk } from '../../relay/failure-desk.ts'
import type { FailureFilter } from '../../store/dead-letter-search.ts'
import { moment } from './schemas.ts'

type Row = Awaited<ReturnType<FailureDesk['page']>>['entries'][number]
type Rehearsed = NonNullable<Awaited<ReturnType<FailureDesk['detail']>>>['rehearsal']

/** Which dead letters are meant: those that fit every member that is sent. */
export const filterShape = {
  code: z
    .string()
    .regex(/^[a-z][a-z_]{0,63}$/)
    .optional()
    .meta({ description: 'Only those given up for this reason, an error code.', example: 'crm_rejected' }),
  type: z
    .string()
    .regex(/^[\w.]{1,100}$/)
    .optional()
    .meta({ description: 'Only events of this type.', example: 'order.created' }),
  since: moment.optional().meta({ description: 'Only those given up then or later.' }),
}

export const filterOf = ({ code, type, since }: z.output<z.ZodObject<typeof filterShape>>): FailureFilter => ({
  code,
  type,
  since: since === undefined ? undefined : new Date(since),
})

const shape = {
  id: z.uuid(),
  event_id: z.uuid(),
  type: z.string().nullable().meta({ description: 'Of the event; null when it is no longer kept.' }),
  source: z.enum(['rankr', 'crm', 'api', 'app', 'schedule']).nullable(),
  record: z.string().nullable().meta({ description: 'The record it is about.', example: 'order:ord_2201' }),
  workflow: z.string().nullable().meta({ description: 'The workflow that failed.' }),
  code: z.string().meta({ description: 'Why it was given up, as an error code.', example: 'crm_rejected' }),
  detail: z.string().nullable(),
  attempts: z.int().meta({ description: 'Tries that were made.' }),
  died_at: moment,
}

export const deadLetter = z
  .object(shape)
  .meta({ id: 'DeadLetter', description: 'An event, or its run, that was given up.' })

const would = z
  .object({
    is_kept: z.boolean().meta({ description: 'Whether the event is still kept, so that it can be sent again.' }),
    calls: z.array(
      z.object({
        workflow: z.string(),
        action: z.string().meta({ example: 'app.orders.upsert' }),
        input: z
          .record(z.string(), z.unknown())
          .meta({ description: 'What would be sent; sensitive values are masked.' }),
        changes: z
          .array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() }))
          .meta({ description: 'What today’s mapping gives otherwise than the one it failed under.' }),
        fault: z.string().nullable().meta({ description: 'Why it would fail before anything is sent.' }),
      }),
    ),
  })
  .meta({ id: 'DryRun', description: 'What sending it again would do now. Nothing of it was done.' })

export const wouldOf = ({ isKept, workflows }: NonNullable<Rehearsed>): z.input<typeof would> => ({
  is_kept: isKept,
  calls: workflows.flatMap(({ name, calls }) =>
    calls.map(({ actionId, input, changes, fault }) => ({ workflow: name, action: actionId, input, changes, fault })),
  ),
})

export const rehearsedLetter = z.object({ ...shape, dry_run: would }).meta({ id: 'DeadLetterDryRun' })

export const deadLetterDetail = z
  .object({
    ...shape,
    status: z.enum(['open', 'replayed', 'discarded']),
    reason: z.string().nullable().meta({ description: 'Why somebody put it aside.' }),
    data: z.unknown().meta({ description: 'The body of the event as it was received.' }),
    tries: z
      .array(
        z.object({
          action: z.string(),
          number: z.int(),
          outcome: z.enum(['ok', 'retry', 'failed']),
          code: z.string().nullable(),
          request: z.unknown().meta({ description: 'What was sent, secrets masked.' }),
          response: z.unknown().meta({ description: 'What was answered, secrets masked.' }),
          started_at: moment,
        }),
      )
      .meta({ description: 'The latest are last.' }),
    dry_run: would.nullable().meta({ description: 'Null when it is settled.' }),
  })
  .meta({ id: 'DeadLetterDetail' })

export const letterOf = (row: Row): z.input<typeof deadLetter> => ({
  id: row.id,
  event_id: row.eventId,
  type: row.type,
  source: row.source,
  record: row.recordKey,
  workflow: row.workflowName,
  code: row.code,
  detail: row.detail,
  attempts: row.attempts,
  died_at: row.diedAt.toISOString(),
})
