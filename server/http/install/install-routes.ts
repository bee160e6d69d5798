// `GET /install` and `GET /oauth/callback`. An install that we started returns with our state and is bound to this
// browser. One started by the marketplace has no state: its code is exchanged and stored, but never bound to a browser
// session; the settings page identifies its user itself.

import type { RequestHandler } from 'express'
import type { Strategy } from 'passport'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Installer, InstallResult } from '../../highlevel/installer.ts'
import type { OAuth } from '../../highlevel/oauth.ts'
import { view } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import { createRunStrategy } from './run-strategy.ts'

const PER_MINUTE = 60

export type InstallDeps = {
  /** By name: `crm` and `crm-branded` (server/highlevel/strategy.ts). */
  strategies: Strategy[]
  browserSession: RequestHandler
  oauth: Pick<OAuth, 'exchangeCode'>
  installer: Pick<Installer, 'exchanged'>
  /** Where to send the person back; undefined when unknown. */
  returnUrl: (tenantId: string) => Promise<string | undefined>
  now: () => Date
}

const flag = z.enum(['1', 'true']).optional().catch(undefined)

const callbackQuery = z.looseObject({
  code: z.string().min(1).max(2048).optional().catch(undefined),
  state: z.string().min(1).max(256).optional().catch(undefined),
  error: z.string().max(100).optional().catch(undefined),
})

/** The two routes. A callback without a code throws `install_code_missing`. */
export const createInstallRoutes = (deps: InstallDeps): Route[] => {
  const { strategies, browserSession, oauth, installer, returnUrl, now } = deps
  const runStrategy = createRunStrategy(strategies)

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
        await runStrategy(query.branded ? 'crm-branded' : 'crm', request, response)
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
        const outcome = await runStrategy('crm', request, response)
        if (!outcome?.answer) throw new AppError(outcome?.fault?.code ?? 'install_state_invalid')
        return await installed(await installer.exchanged(outcome.answer, { origin: 'app', at, requestId }))
      },
    }),
  ]
}
