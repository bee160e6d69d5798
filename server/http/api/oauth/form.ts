// The body of an OAuth request: a form whose members come once each (RFC 6749, 3.2). Read here and not by the row, since
// its faults are answered in OAuth's own words.

import type { Request } from 'express'
import { z } from 'zod'
import type { OAuthFault } from '../../../api/oauth-fault.ts'
import { FORM_TYPE, parseBody, readBody } from '../../body.ts'

const LIMIT_BYTES = 32 * 1024

const formSchema = z.record(z.string(), z.string())

export type ReadForm = { ok: true; form: Record<string, string> } | OAuthFault

const invalid = (description: string): OAuthFault => ({ ok: false, error: 'invalid_request', description })

/** Throws what `readBody` throws. Members without a value count as absent, as the standard wants. */
export const readForm = async (request: Request): Promise<ReadForm> => {
  const bytes = await readBody(request, LIMIT_BYTES)
  const type = request.get('content-type') ?? ''
  if (!FORM_TYPE.test(type)) return invalid('Send the request as application/x-www-form-urlencoded.')
  const parsed = formSchema.safeParse(parseBody(bytes, type) ?? {})
  if (!parsed.success) return invalid('Each parameter may be sent once only.')
  return { ok: true, form: Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== '')) }
}
