// Answers errors with an RFC 9457 problem document, or with a page when a browser navigated here. Texts come from
// errors.ts; causes go to the log only.

import type { ErrorRequestHandler, Request } from 'express'
import { AppError, asAppError, type FieldFault } from '../errors.ts'
import { isDatabaseAway } from '../store/failures.ts'
import { createSay } from '../texts/say.ts'
import { chooseLocale } from '../texts/texts.ts'
import type { Render } from './reply.ts'

export type Problem = {
  /** Address of the page that explains the code. */
  type: string
  title: string
  status: number
  detail: string
  code: string
  requestId: string
  errors?: FieldFault[]
}

/** The problem document of an error, with the error's `extra` members. */
export const problemOf = (
  error: AppError,
  { publicUrl, requestId }: { publicUrl: string; requestId: string },
): Problem => ({
  ...error.extra,
  type: `${publicUrl}/docs/errors/${error.code.replaceAll('_', '-')}`,
  title: error.title,
  status: error.status,
  detail: error.detail,
  code: error.code,
  requestId,
  ...(error.errors ? { errors: error.errors } : {}),
})

/** True when a browser navigates to a page, as opposed to a request by a script, htmx or a server. */
export const wantsPage = (request: Request): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  request.get('hx-request') === undefined &&
  Boolean(request.get('accept')?.includes('text/html')) &&
  request.accepts(['text/html', 'application/json']) === 'text/html'

const BACK_SOON_SECONDS = 5

/** Express throws a URIError for an address that does not decode: the sender's fault. */
const toAppError = (thrown: unknown): AppError => {
  if (thrown instanceof URIError) return new AppError('not_found', { cause: thrown })
  if (isDatabaseAway(thrown)) return new AppError('not_ready', { cause: thrown, retryAfterSeconds: BACK_SOON_SECONDS })
  return asAppError(thrown)
}

/** RFC 9110 requires a 401 to say how to authenticate. */
const CHALLENGES: Partial<Record<string, string>> = {
  unauthenticated: 'Bearer',
  session_expired: 'Bearer error="invalid_token"',
}

/** Prefixes of pages whose script shows problem texts to people, in their language. Programs always get English. */
const PAGES = /^\/(?:settings|developers)(?:\/|$)/

type Deps = { publicUrl: string; render: Render }

/** The last middleware: handles everything thrown. */
export const createErrorHandler = ({ publicUrl, render }: Deps): ErrorRequestHandler => {
  const say = { en: createSay('en'), es: createSay('es') }
  const inWordsFor = (request: Request, problem: Problem): Problem => {
    if (!PAGES.test(request.path)) return problem
    const words = say[chooseLocale(request.get('accept-language'))]
    return { ...problem, title: words(problem.title), detail: words(problem.detail) }
  }
  return async (thrown, request, response, _next) => {
    const error = toAppError(thrown)
    // Not ready is what every restart is, its own or the database's.
    const fault = error.code === 'not_ready' ? 'warn' : 'error'
    const level = error.status >= 500 ? fault : error.cause === undefined ? 'debug' : 'info'
    request.log[level]({ err: error, code: error.code, route: response.locals.route }, error.title)
    // A half-sent answer cannot be replaced; closing the connection tells the other side.
    if (response.headersSent) return void request.socket.destroy()

    response.status(error.status).set('Cache-Control', 'no-store').vary('Accept')
    if (error.retryAfterSeconds !== undefined) response.set('Retry-After', String(Math.ceil(error.retryAfterSeconds)))
    const challenge = CHALLENGES[error.code]
    if (challenge) response.set('WWW-Authenticate', challenge)

    const problem = problemOf(error, { publicUrl, requestId: request.id })
    const page = wantsPage(request) ? await pageOf(problem, render, request) : undefined
    if (page !== undefined) response.type('html').send(page)
    else response.type('application/problem+json').send(JSON.stringify(inWordsFor(request, problem)))
  }
}

/** A page that fails to render must not hide the problem it should show. */
const pageOf = async (problem: Problem, render: Render, request: Request): Promise<string | undefined> => {
  try {
    return await render('layout/page', { ...problem, problem, view: 'problem' }, request)
  } catch (error) {
    request.log.error({ err: error }, 'the problem page could not be drawn')
    return undefined
  }
}
