// Shared by operations on single records: the caller, request headers, and responses to asynchronous calls.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { ApiCall } from '../../sync/api-actions.ts'
import { json, type Reply } from '../reply.ts'
import type { Call } from '../route.ts'
import type { OnceCall } from './once.ts'
import { accepted } from './schemas.ts'

/** Converts a call to the form that the resource services take. */
export const callOf = ({ caller, requestId, run }: Call<'api'> & { run: OnceCall }): ApiCall => ({
  locationId: caller.locationId,
  clientId: caller.clientId,
  userId: caller.grant?.userId,
  requestId,
  run,
})

type WithHeaders = Pick<Call, 'request'>

/** Whether the caller asks for an asynchronous response, `Prefer: respond-async` (RFC 7240, 4.1). */
export const wantsLater = ({ request }: WithHeaders): boolean =>
  (request.get('prefer') ?? '').split(',').some((preference) => preference.trim().toLowerCase() === 'respond-async')

/** `*`, or quoted entity tags (RFC 9110, 13.1.1). */
const ENTITY_TAGS = /^(?:\*|(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*)$/

/** The `If-Match` header, undefined when absent. Throws `invalid_request` for a malformed tag, which would never match and look like a conflict. */
export const ifMatchOf = ({ request }: WithHeaders): string | undefined => {
  const header = request.get('if-match')
  if (header === undefined || ENTITY_TAGS.test(header.trim())) return header
  throw new AppError('invalid_request', {
    detail: 'Send If-Match with an ETag as it was answered, in its quotes, or *.',
  })
}

/**
 * Creates replies for a single record, each with its ETag. `created` (201) adds the record's address. `part` contains only the
 * members requested by `fields=`, with the ETag of the whole record.
 */
export const createSingle = <Item extends object>({
  etagOf,
  addressOf,
}: {
  etagOf: (item: Item) => string
  addressOf: (item: Item) => string
}) => ({
  found: (item: Item): Reply => json(item, { headers: { ETag: etagOf(item) } }),
  created: (item: Item): Reply =>
    json(item, { status: 201, headers: { ETag: etagOf(item), Location: addressOf(item) } }),
  part: (item: Item, fields: string | undefined): Reply =>
    json(partOf(item, fields), { headers: { ETag: etagOf(item) } }),
})

/** The 202 reply to a stored call, with the address of its status. */
export const acceptedReply = (publicUrl: string, eventId: string): Reply => {
  const status_url = `${publicUrl}/v1/events/${eventId}`
  return json(
    { status: 'accepted', event_id: eventId, status_url },
    { status: 202, headers: { Location: status_url, 'Preference-Applied': 'respond-async' } },
  )
}

/** The documented 202 response of operations that support `Prefer`. */
export const ACCEPTED = {
  description: 'With `Prefer: respond-async`: stored, and carried out in the background.',
  schema: accepted,
}

/** The audit policy of operations that run our own actions. */
export const BY_ACTION = { none: 'recorded by the action that makes the change, in one transaction with its link' }

/** Schema of the query parameter `fields`, e.g. `id,email`. Unknown members are rejected. */
export const fieldsOf = (names: readonly string[], example: string) =>
  z
    .string()
    .regex(new RegExp(`^(?:${names.join('|')})(?:,(?:${names.join('|')}))*$`), {
      error: `Send names from this list, separated by commas: ${names.join(', ')}.`,
    })
    .optional()
    .meta({ description: 'Names of the members to answer, separated by commas; all when absent.', example })

/** The members named by a valid `fields` value; the whole record when it is absent. */
export const partOf = <Whole extends object>(whole: Whole, wanted: string | undefined): Partial<Whole> => {
  if (wanted === undefined) return whole
  const names = new Set(wanted.split(','))
  return Object.fromEntries(Object.entries(whole).filter(([name]) => names.has(name))) as Partial<Whole>
}
