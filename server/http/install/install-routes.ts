// `GET /install` and `GET /oauth/callback`. An install that we started comes back with our state and is bound to this
// browser. One that the marketplace started comes without: it is exchanged and kept, but never bound to any browser
// session; whoever opens the settings page proves who they are there.

import type { Request, RequestHandler, Response } from 'express'
import { Passport, type Strategy } from 'passport'
import { z } from 'zod'
import { AppError, type ErrorCode } from '../../errors.ts'
import type { Installer, InstallResult } from '../../highlevel/installer.ts'
import type { OAuth } from '../../highlevel/oauth.ts'
import type { TokenAnswer } from '../../highlevel/token-answer.ts'
import { view } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

const PER_MINUTE = 60

export type InstallDeps = {
  /** By name: `crm` and `crm-branded` (server/highlevel/strategy.ts). */
  strategies: Strategy[]
  browserSession: RequestHandler
  oauth: Pick<OAuth, 'exchangeCode'>
  installer: Pick<Installer, 'exchanged'>
  /** Where the person goes back to; undefined when that is not known. */
  returnUrl: (tenantId: string) => Promise<string | undefined>
  now: () => Date
}

const flag = z.enum(['1', 'true']).optional().catch(undefined)

const callbackQuery = z.looseObject({
  code: z.string().min(1).max(2048).optional().catch(undefined),
  state: z.string().min(1).max(256).optional().catch(undefined),
  error: z.string().max(100).optional().catch(undefined),
})

type Authenticated = { answer?: TokenAnswer | undefined; fault?: { code?: ErrorCode } | undefined }

export const createInstallRoutes = (deps: InstallDeps): Route[] => {
  const { strategies, browserSession, oauth, installer, returnUrl, now } = deps
  const passport = new Passport()
  for (const strategy of strategies) passport.use(strategy)

  /** Undefined when passport answered by itself, with the redirect to the marketplace. */
  const authenticate = (name: string, request: Request, response: Response): Promise<Authenticated | undefined> =>
    new Promise((resolve, reject) => {
      response.once('close', () => resolve(undefined))
      const done = (error: unknown, answer?: TokenAnswer | false, fault?: object) =>
        error ? reject(error) : resolve({ answer: answer || undefined, fault })
      passport.authenticate(name, { session: false }, done)(request, response, reject)
    })

  const installed = async (result: InstallResult) =>
    view(
      'install/installed',
      { result, returnUrl: await returnUrl(result.tenantId), title: undefined },
      { layout: 'layout/page', headers: { 'cache-control': 'no-store' } },
    )

  return [
    defineRoute({
      method: 'GET',
      path: '/install',
      door: 'open',
      perMinute: PER_MINUTE,
      before: [browserSession],
      input: { query: z.looseObject({ branded: flag }) },
      audit: { none: 'nothing is installed yet' },
      async handler({ query, request, response }) {
        await authenticate(query.branded ? 'crm-branded' : 'crm', request, response)
      },
    }),

    defineRoute({
      method: 'GET',
      path: '/oauth/callback',
      door: 'open',
      perMinute: PER_MINUTE,
      before: [browserSession],
      input: { query: callbackQuery },
      audit: { none: 'the installer records it with the tenant it learns' },
      async handler({ query: { code, state, error }, request, response, requestId }) {
        if (error) throw new AppError(error === 'access_denied' ? 'install_denied' : 'install_failed')
        if (!code) throw new AppError('install_code_missing')
        const at = now()
        if (!state) {
          const answer = await oauth.exchangeCode({ code })
          return await installed(await installer.exchanged(answer, { origin: 'marketplace', at, requestId }))
        }
        const outcome = await authenticate('crm', request, response)
        if (!outcome?.answer) throw new AppError(outcome?.fault?.code ?? 'install_state_invalid')
        return await installed(await installer.exchanged(outcome.answer, { origin: 'app', at, requestId }))
      },
    }),
  ]
}
