// `/v1/dead-letters`: list, read, resend and discard events that failed for good. The settings show the same data
// (ui/failures.ts).

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { etagFor } from '../../etag.ts'
import type { FailedEvents } from '../../relay/failed-events.ts'
import { json, type Reply } from '../reply.ts'
import { callOf } from './calls.ts'
import { encodeCursor, positionIn } from './cursors.ts'
import {
  deadLetter,
  deadLetterDetail,
  deadLetterId,
  filterOf,
  filterShape,
  letterOf,
  wouldOf,
} from './dead-letter-schemas.ts'
import type { Once } from './once.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { accepted, cursor, limit, page, queryOf, text } from './schemas.ts'

/** Dependencies of the dead letter operations. */
export type DeadLetterDeps = { failures: FailedEvents; once: Once; publicUrl: string }

const params = z.object({ id: deadLetterId })

const missing = (): AppError => new AppError('not_found', { detail: 'There is no dead letter with this id.' })

/** Operations on dead letters. They throw `not_found`, and `conflict` for a dead letter that was already resent or discarded. */
export const deadLetterRoutes = ({ failures, once, publicUrl }: DeadLetterDeps): OperationRoute[] => {
  const single = async (locationId: string, id: string): Promise<Reply> => {
    const found = await failures.detail(locationId, id)
    if (!found) throw missing()
    const { attempts, rehearsal, status, reason, payload } = found
    const body = {
      ...letterOf({ ...found, attempts: attempts.length }),
      status,
      reason,
      data: payload ?? null,
      tries: attempts.map(({ actionId, number, outcome, code, request, response, startedAt }) => ({
        action: actionId,
        number,
        outcome,
        code,
        request: request ?? null,
        response: response ?? null,
        started_at: startedAt.toISOString(),
      })),
      dry_run: rehearsal ? wouldOf(rehearsal) : null,
    }
    return json(body, { headers: { ETag: etagFor(body) } })
  }

  return [
    defineOperation({
      id: 'listDeadLetters',
      tag: 'Dead letters',
      summary: 'List dead letters',
      description: 'Events that were given up and that nobody has settled yet, the latest first.',
      method: 'GET',
      path: '/v1/dead-letters',
      scopes: ['events.read'],
      input: { query: queryOf({ ...filterShape, limit, cursor }) },
      answers: { 200: { description: 'A page of them.', schema: page(deadLetter).meta({ id: 'DeadLetterPage' }) } },
      errors: [],
      audit: { none: 'reads only' },
      async handler({ caller, query: { limit: size, cursor: from, ...filter } }) {
        const before = positionIn(filter, from)
        const found = await failures.page(caller.locationId, { filter: filterOf(filter), before, limit: size })
        return json({
          data: found.entries.map(letterOf),
          next_cursor: found.next && encodeCursor(filter, [found.next]),
        })
      },
    }),

    defineOperation({
      id: 'getDeadLetter',
      tag: 'Dead letters',
      summary: 'Read a dead letter',
      description: 'With what was sent and answered at each try, and what sending it again would do now.',
      method: 'GET',
      path: '/v1/dead-letters/:id',
      scopes: ['events.read'],
      input: { params },
      answers: { 200: { description: 'The dead letter.', schema: deadLetterDetail, hasEtag: true } },
      errors: ['not_found'],
      audit: { none: 'reads only' },
      handler: ({ caller, params: { id } }) => single(caller.locationId, id),
    }),

    defineOperation({
      id: 'replayDeadLetter',
      tag: 'Dead letters',
      summary: 'Send an event again',
      description: 'It goes on from the step that failed, under the workflow and the mapping of today.',
      method: 'POST',
      path: '/v1/dead-letters/:id/replay',
      scopes: ['events.write'],
      input: { params },
      answers: { 202: { description: 'It is on its way again.', schema: accepted } },
      errors: ['not_found', 'conflict'],
      audit: 'event.replayed',
      once,
      async handler(call) {
        const letter = await failures.replay(callOf(call).locationId, call.params.id, (tx, { eventId, code }) =>
          call.audit({ subjectType: 'event', subjectId: eventId, details: { code } }, tx),
        )
        const status_url = `${publicUrl}/v1/events/${letter.eventId}`
        const body = { status: 'accepted', event_id: letter.eventId, status_url }
        return json(body, { status: 202, headers: { Location: status_url } })
      },
    }),

    defineOperation({
      id: 'discardDeadLetter',
      tag: 'Dead letters',
      summary: 'Put a dead letter aside',
      description: 'It is not tried again. The reason is kept in the audit.',
      method: 'POST',
      path: '/v1/dead-letters/:id/discard',
      scopes: ['events.write'],
      input: {
        params,
        body: z
          .strictObject({ reason: text(200, 'Why it need not be carried out.', 'Entered by hand') })
          .meta({ id: 'Discard' }),
      },
      answers: { 200: { description: 'As it is now.', schema: deadLetterDetail, hasEtag: true } },
      errors: ['not_found', 'conflict'],
      audit: 'event.discarded',
      once,
      async handler(call) {
        const { locationId } = callOf(call)
        const { reason } = call.body
        await failures.discard(locationId, call.params.id, {
          reason,
          record: (tx, { eventId, code }) =>
            call.audit({ subjectType: 'event', subjectId: eventId, details: { code, reason } }, tx),
        })
        return await single(locationId, call.params.id)
      },
    }),
  ]
}
