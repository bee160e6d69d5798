// `/v1/replays`: resends all dead letters that match a filter, at a rate that leaves capacity for the account's other events.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Replay } from '../../store/replays.ts'
import { json } from '../reply.ts'
import { filterOf, filterShape, letterOf, rehearsedLetter, wouldOf } from './dead-letter-schemas.ts'
import type { DeadLetterDeps } from './dead-letters.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { moment, momentOrNull } from './schemas.ts'

// No defaults in bodies: type generators treat a member with a default as required.
const filter = z.strictObject(filterShape).optional().meta({ description: 'All open ones when absent.' })

const PER_MINUTE = 60
const TRIED_DRY = 20

const replayId = z
  .uuid()
  .meta({ description: 'The id of the replay.', example: '01a210c9-9833-76e1-9e5d-31fe901bfb32' })

const replay = z
  .object({
    id: replayId,
    status: z.enum(['running', 'stopped', 'done']).meta({ description: 'How far it is.' }),
    filter: z.object(filterShape).meta({ description: 'Which dead letters were meant.' }),
    per_minute: z.int().meta({ description: 'Events sent again per minute at most.', example: 60 }),
    total: z.int().meta({ description: 'Those that matched when it began.', example: 40 }),
    replayed: z.int().meta({ description: 'Those that were sent again so far.', example: 12 }),
    passed_over: z.int().meta({ description: 'Settled by somebody meanwhile, or no longer kept.', example: 0 }),
    started_at: moment('When it began.'),
    finished_at: momentOrNull('When it ended or was stopped; null while it runs.'),
  })
  .meta({ id: 'Replay', description: 'Dead letters being sent again.' })

const replayOf = ({ filter: { code, type, since }, ...of }: Replay): z.input<typeof replay> => ({
  id: of.id,
  status: of.status,
  filter: { code, type, since: since?.toISOString() },
  per_minute: of.perMinute,
  total: of.total,
  replayed: of.replayed,
  passed_over: of.passedOver,
  started_at: of.startedAt.toISOString(),
  finished_at: of.finishedAt?.toISOString() ?? null,
})

const most = z
  .int()
  .min(1)
  .max(100)
  .optional()
  .meta({ description: `How many of them, 1 to 100; ${TRIED_DRY} when it is not sent.`, example: 20 })

const params = z.object({ id: replayId })

const TAG = { tag: 'Dead letters' } as const

/** Operations on bulk replays. They throw `not_found`, and `conflict` while another replay is running. */
export const replayRoutes = ({ failures, once, publicUrl }: DeadLetterDeps): OperationRoute[] => [
  defineOperation({
    ...TAG,
    id: 'getReplay',
    summary: 'Read how far a replay is',
    description: 'Read each event that was sent again for its own result.',
    method: 'GET',
    path: '/v1/replays/:id',
    scopes: ['events.read'],
    input: { params },
    answers: { 200: { description: 'The replay.', schema: replay } },
    errors: ['not_found'],
    audit: { none: 'reads only' },
    async handler({ caller, params: { id } }) {
      const found = await failures.replayAll.get(caller.locationId, id)
      if (!found) throw new AppError('not_found', { detail: 'There is no replay with this id.' })
      return json(replayOf(found))
    },
  }),

  defineOperation({
    ...TAG,
    id: 'stopReplay',
    summary: 'Stop a replay',
    description: 'Events already being sent continue; the others stay dead letters.',
    method: 'POST',
    path: '/v1/replays/:id/stop',
    scopes: ['events.write'],
    input: { params },
    answers: { 200: { description: 'As it is now.', schema: replay } },
    errors: ['conflict'],
    audit: 'failures.replay_stopped',
    once,
    async handler({ caller, params: { id }, audit }) {
      const stopped = await failures.replayAll.stop(caller.locationId, id, (tx, { replayed, total }) =>
        audit({ subjectType: 'replay', subjectId: id, details: { replayed, total } }, tx),
      )
      return json(replayOf(stopped))
    },
  }),

  defineOperation({
    ...TAG,
    id: 'startReplay',
    summary: 'Send all again that match',
    description:
      'Those that are dead letters now, oldest first, at a rate. Try it dry first. One replay of an account runs at a time.',
    method: 'POST',
    path: '/v1/replays',
    scopes: ['events.write'],
    input: {
      body: z
        .strictObject({
          filter,
          per_minute: z
            .int()
            .min(1)
            .max(600)
            .optional()
            .meta({
              description: `Events sent again per minute at most; ${PER_MINUTE} when it is not sent.`,
              example: 60,
            }),
        })
        .meta({ id: 'ReplayInput' }),
    },
    answers: { 202: { description: 'It has begun.', schema: replay } },
    errors: ['not_found', 'conflict'],
    audit: 'failures.replay_started',
    once,
    async handler({ caller, body: { filter: wanted = {}, per_minute: perMinute = PER_MINUTE }, audit }) {
      const { locationId, clientId } = caller
      const wish = { filter: filterOf(wanted), perMinute, by: clientId }
      const begun = await failures.replayAll.start(locationId, wish, (tx, { id, total }) =>
        audit({ subjectType: 'replay', subjectId: id, details: { filter: wanted, perMinute, total } }, tx),
      )
      return json(replayOf(begun), { status: 202, headers: { Location: `${publicUrl}/v1/replays/${begun.id}` } })
    },
  }),

  defineOperation({
    ...TAG,
    id: 'tryReplay',
    summary: 'Try a replay dry',
    description: 'What sending them again would do now, the latest first. Makes no call and changes nothing.',
    method: 'POST',
    path: '/v1/replays/dry-run',
    scopes: ['events.read'],
    input: { body: z.strictObject({ filter, limit: most }).meta({ id: 'ReplayTrial' }) },
    answers: {
      200: {
        description: 'How many match, and what the latest of them would do.',
        schema: z
          .object({
            total: z.int().meta({ description: 'How many match.', example: 40 }),
            data: z.array(rehearsedLetter).meta({ description: 'The latest of them.' }),
          })
          .meta({ id: 'ReplayDryRun' }),
      },
    },
    errors: [],
    audit: { none: 'changes nothing' },
    async handler({ caller, body }) {
      const wish = { filter: filterOf(body.filter ?? {}), limit: body.limit ?? TRIED_DRY }
      const { total, rehearsed } = await failures.rehearseAll(caller.locationId, wish)
      return json({
        total,
        data: rehearsed.map(({ failure, ...dryRun }) => ({ ...letterOf(failure), dry_run: wouldOf(dryRun) })),
      })
    },
  }),
]
