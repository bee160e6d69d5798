// API schemas of dead letters and of the filter that selects them.

import { z } from 'zod'
import type { FailedEvents } from '../../relay/failed-events.ts'
import type { FailureFilter } from '../../store/dead-letter-search.ts'
import { attempt, eventId, moment, sentMoment } from './schemas.ts'

type Row = Awaited<ReturnType<FailedEvents['page']>>['entries'][number]
type Rehearsed = NonNullable<Awaited<ReturnType<FailedEvents['detail']>>>['rehearsal']

/** Shape of the filter: selects the dead letters that match every given member. */
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
  since: sentMoment('Only those given up then or later.').optional(),
}

/** Converts a validated filter to the form that the failed events service takes. */
export const filterOf = ({ code, type, since }: z.output<z.ZodObject<typeof filterShape>>): FailureFilter => ({
  code,
  type,
  since: since === undefined ? undefined : new Date(since),
})

/** Schema of the id of a dead letter. */
export const deadLetterId = z
  .uuid()
  .meta({ description: 'The id of the dead letter.', example: '01a210c9-9833-76e1-9e5d-31fe901bfb31' })

const shape = {
  id: deadLetterId,
  event_id: eventId,
  type: z.string().nullable().meta({
    description: 'Of the event; null when it is no longer kept.',
    example: 'order.created',
  }),
  source: z
    .enum(['rankr', 'crm', 'api', 'app', 'schedule'])
    .nullable()
    .meta({ description: 'Where the event came from; null when it is no longer kept.' }),
  record: z.string().nullable().meta({ description: 'The record it is about.', example: 'order:ord_2201' }),
  workflow: z.string().nullable().meta({ description: 'The workflow that failed.', example: 'Orders' }),
  code: z.string().meta({ description: 'Why it was given up, as an error code.', example: 'crm_rejected' }),
  detail: z.string().nullable().meta({ description: 'The same in words.', example: 'The CRM rejected the data' }),
  attempts: z.int().meta({ description: 'Tries that were made.', example: 21 }),
  died_at: moment('When it was given up.'),
}

/** Schema of a dead letter in a list. */
export const deadLetter = z
  .object(shape)
  .meta({ id: 'DeadLetter', description: 'An event, or its run, that was given up.' })

const would = z
  .object({
    is_kept: z.boolean().meta({ description: 'Whether the event is still kept, so that it can be sent again.' }),
    calls: z
      .array(
        z.object({
          workflow: z.string().meta({ description: 'The workflow that makes the call.', example: 'Orders' }),
          action: z.string().meta({ description: 'What would be called.', example: 'app.orders.upsert' }),
          input: z
            .record(z.string(), z.unknown())
            .meta({ description: 'What would be sent; sensitive values are masked.' }),
          changes: z
            .array(
              z.object({
                field: z.string().meta({ description: 'The field of the input.', example: 'status' }),
                before: z.unknown().meta({ description: 'What was sent when it failed.' }),
                after: z.unknown().meta({ description: 'What would be sent now.' }),
              }),
            )
            .meta({ description: 'What today’s mapping gives otherwise than the one it failed under.' }),
          fault: z
            .string()
            .nullable()
            .meta({ description: 'Why it would fail before anything is sent.', example: null }),
        }),
      )
      .meta({ description: 'The calls that would be made, in their order.' }),
  })
  .meta({ id: 'DryRun', description: 'What sending it again would do now. Nothing of it was done.' })

/** Converts a dry run to its API form. */
export const wouldOf = ({ isKept, workflows }: NonNullable<Rehearsed>): z.input<typeof would> => ({
  is_kept: isKept,
  calls: workflows.flatMap(({ name, calls }) =>
    calls.map(({ actionId, input, changes, fault }) => ({ workflow: name, action: actionId, input, changes, fault })),
  ),
})

/** Schema of a dead letter with its dry run. */
export const rehearsedLetter = z
  .object({ ...shape, dry_run: would })
  .meta({ id: 'DeadLetterDryRun', description: 'A dead letter, and what sending it again would do now.' })

/** Schema of a dead letter with what was received, sent and answered. */
export const deadLetterDetail = z
  .object({
    ...shape,
    status: z
      .enum(['open', 'replayed', 'discarded'])
      .meta({ description: 'Whether somebody has settled it, and how.' }),
    reason: z.string().nullable().meta({ description: 'Why somebody put it aside.', example: null }),
    data: z.unknown().meta({ description: 'The body of the event as it was received.' }),
    tries: z
      .array(
        z.object({
          ...attempt,
          request: z.unknown().meta({ description: 'What was sent, secrets masked.' }),
          response: z.unknown().meta({ description: 'What was answered, secrets masked.' }),
        }),
      )
      .meta({ description: 'The latest are last.' }),
    dry_run: would.nullable().meta({ description: 'Null when it is settled.' }),
  })
  .meta({ id: 'DeadLetterDetail', description: 'A dead letter with what was received, sent and answered.' })

/** Converts a dead letter to its API form. */
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
