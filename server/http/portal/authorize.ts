// `/oauth/authorize`: asks a signed-in person whether an app may act on their behalf, and redirects back to it with a
// code. Consent is asked every time.

import { z } from 'zod'
import {
  type AskingClient,
  answerAt,
  type ReadAuthorization,
  readAuthorization,
  scopesToAgreeTo,
} from '../../api/authorization-request.ts'
import type { CredentialMode } from '../../api/credential-text.ts'
import { formActionOf } from '../../api/redirect-uris.ts'
import type { Role } from '../../api/scopes.ts'
import { AppError } from '../../errors.ts'
import type { RecordChange } from '../../store/credential-change.ts'
import { type Reply, redirect, view } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import { keepReturn, visitOf } from './portal-session.ts'
import { type PortalParts, toPortal } from './portal-surface.ts'

const PATH = '/oauth/authorize'
const PER_MINUTE = 60

export type AuthorizeDeps = PortalParts & {
  findClient: (id: string) => Promise<AskingClient | undefined>
  consent: (
    locationId: string,
    wish: {
      clientId: string
      mode: CredentialMode
      person: { id: string; name: string; role: Role }
      scopes: readonly string[]
      redirectUri: string
      codeChallenge: string
    },
    record: RecordChange,
  ) => Promise<{ code: string }>
  publicUrl: string
}

const word = z.string().max(4_000).optional().catch(undefined)

/** As sent in the address, and again in the form. */
const parameters = z.object({
  response_type: word,
  client_id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional()
    .catch(undefined),
  redirect_uri: word,
  scope: word,
  state: word,
  code_challenge: word,
  code_challenge_method: word,
  response_mode: word,
})
type Parameters = z.output<typeof parameters>

type Asked = { client: AskingClient; request: Extract<ReadAuthorization, { kind: 'asked' }> }

const given = (values: Parameters) =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ) as Record<string, string>

/** The consent page and its form. The form throws `form_outdated` and `forbidden`. */
export const authorizeRoutes = (deps: AuthorizeDeps): Route[] => {
  const { browserSession, installations, findClient, consent, publicUrl, now } = deps

  const refused = (reason: 'client' | 'redirect'): Reply =>
    view('portal/refused', { title: undefined, reason }, { layout: 'layout/page', status: 400 })

  /** The request, or the answer when it is invalid. */
  const read = async (values: Parameters): Promise<Asked | Reply> => {
    const client = values.client_id === undefined ? undefined : await findClient(values.client_id)
    const request = readAuthorization(given(values), client)
    if (request.kind === 'refused') return refused(request.reason)
    if (request.kind === 'asked') return { client: client!, request }
    const { redirectUri, error, description, state } = request
    return redirect(answerAt(redirectUri, { error, error_description: description, state }, publicUrl))
  }

  /** Browsers check the redirect after the form against form-action, so the app's own address must be allowed. */
  const policyFor = (policy: unknown, redirectUri: string): Record<string, string> => ({
    'Content-Security-Policy': String(policy).replace(
      "form-action 'self'",
      `form-action 'self' ${formActionOf(redirectUri)}`,
    ),
  })

  return [
    defineRoute({
      method: 'GET',
      path: PATH,
      door: 'open',
      perMinute: PER_MINUTE,
      before: [browserSession],
      input: { query: parameters },
      audit: { none: 'asks; nothing is agreed to yet' },
      async handler({ query, request, response }) {
        const asked = await read(query)
        if ('kind' in asked) return asked
        const visit = visitOf(request, now())
        if (!visit || visit.person.scope === 'company') {
          keepReturn(request)
          return toPortal()
        }
        const { person, csrf } = visit
        const { redirectUri, state } = asked.request
        const scopes = scopesToAgreeTo(asked.request.scopes, person.role)
        const { name } = (await installations.find(person.locationId)) ?? {}
        return view(
          'portal/consent',
          {
            title: asked.client.name,
            client: asked.client,
            isForeign: asked.client.locationId !== person.locationId,
            scopes,
            person,
            account: name ?? person.locationId,
            returnHost: new URL(redirectUri).host || new URL(redirectUri).protocol,
            denied: answerAt(redirectUri, { error: 'access_denied', state }, publicUrl),
            parameters: given(query),
            csrf,
          },
          {
            layout: 'layout/page',
            headers: policyFor(response.getHeader('Content-Security-Policy'), redirectUri),
          },
        )
      },
    }),

    defineRoute({
      method: 'POST',
      path: PATH,
      door: 'portal',
      before: [browserSession],
      input: { body: parameters },
      audit: 'oauth_grant.given',
      async handler({ caller, body, audit }) {
        if (caller.scope === 'company') throw new AppError('forbidden')
        const asked = await read(body)
        if ('kind' in asked) throw new AppError('form_outdated')
        const { client, request } = asked
        const { redirectUri, codeChallenge, state } = request
        const { locationId, userId: id, userName: name, role } = caller
        const scopes = scopesToAgreeTo(request.scopes, role)
        const wish = { clientId: client.id, mode: client.mode, person: { id, name, role }, scopes }
        const { code } = await consent(locationId, { ...wish, redirectUri, codeChallenge }, audit)
        return redirect(answerAt(redirectUri, { code, state }, publicUrl), { status: 303 })
      },
    }),
  ]
}
