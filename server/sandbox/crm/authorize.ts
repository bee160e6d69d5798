// The consent page of the simulated marketplace: plain HTML and a form, no scripts. White-label links lead here, too.

import { join } from 'node:path'
import express, { type Request, type RequestHandler, type Response, Router } from 'express'
import { refuseOtherSites, renderSandbox } from '../pages.ts'
import type { ExternalAuth } from './external-auth.ts'
import type { Consent, Installs } from './installs.ts'
import type { SimulatedApp } from './options.ts'
import type { User } from './rows.ts'
import { describeScope } from './scope-texts.ts'
import type { State } from './state.ts'

const CSS = join(import.meta.dirname, '../../../public/sandbox/crm.css')

type Link = { app: SimulatedApp; redirectUri: string; scopes: string[]; state: string | undefined }

type AuthorizeOptions = { state: State; apps: readonly SimulatedApp[]; installs: Installs; externalAuth: ExternalAuth }

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string')

const secure = (response: Response, redirectUri?: string): void => {
  // Browsers hold the redirect after a form against form-action, so the app's own origin must be in it.
  const target = redirectUri ? ` ${new URL(redirectUri).origin}` : ''
  response.set({
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      `form-action 'self'${target}`,
    ].join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
}

const returnTo = (link: Link, answer: Record<string, string>): string => {
  const url = new URL(link.redirectUri)
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
  if (link.state !== undefined) url.searchParams.set('state', link.state)
  return url.href
}

/** GET and POST of the consent page, at both paths, and its stylesheet. */
export const createAuthorizePages = ({ state, apps, installs, externalAuth }: AuthorizeOptions): Router => {
  /** The link as it was asked for, or the sentence a person is shown instead. */
  const readLink = ({ query }: Request): Link | string => {
    const clientId = textOf(query.client_id)
    const app = apps.find((each) => each.clientId === clientId)
    if (!app) return `No integration found with the id: ${clientId}`
    const redirectUri = textOf(query.redirect_uri)
    if (!app.redirectUris.includes(redirectUri))
      return 'The redirect address of this link is not registered for the app.'
    if (query.response_type !== 'code') return 'This link asks for an answer that is not supported.'
    const scopes = textOf(query.scope).split(/\s+/).filter(Boolean)
    if (scopes.length === 0 || scopes.some((scope) => !app.scopes.includes(scope))) {
      return 'This integration cannot be added, please contact the developer!'
    }
    return { app, redirectUri, scopes, state: typeof query.state === 'string' ? query.state : undefined }
  }

  const showError = async (request: Request, response: Response, message: string): Promise<void> => {
    secure(response)
    response
      .status(400)
      .type('html')
      .send(await renderSandbox('crm/refused', { base: request.baseUrl, message }))
  }

  const showConsent = async (request: Request, response: Response, link: Link, fault?: string): Promise<void> => {
    secure(response, link.redirectUri)
    const form: Record<string, unknown> = request.body ?? {}
    const companies = [...state.companies.all()].map((company) => ({
      ...company,
      locations: state.locations.by('company', company.id).filter(({ isActive }) => isActive),
      users: state.users.by('company', company.id),
    }))
    const chosen = {
      userId: textOf(form.userId),
      target: textOf(form.target ?? request.query.open),
      locations: form.target === undefined ? undefined : listOf(form.locations),
      future: form.future === 'on',
    }
    response
      .status(fault ? 422 : 200)
      .type('html')
      .send(
        await renderSandbox('crm/consent', {
          base: request.baseUrl,
          action: request.originalUrl,
          app: link.app,
          scopes: link.scopes.map(describeScope),
          companies,
          chosen,
          fault,
        }),
      )
  }

  const mayInstall = (user: User, target: Consent['target']): boolean =>
    user.role === 'admin' &&
    (user.type === 'agency' || (target.kind === 'Location' && user.locationIds.includes(target.locationId)))

  const readTarget = (form: Record<string, unknown>, user: User): Consent['target'] | string => {
    const [kind, id = ''] = textOf(form.target).split(':')
    const isOfCompany = (locationId: string) => state.locations.get(locationId)?.companyId === user.companyId
    if (kind === 'location' && isOfCompany(id)) return { kind: 'Location', locationId: id }
    if (kind !== 'company' || id !== user.companyId) return 'Choose where to add the app.'
    const locationIds = [...new Set(listOf(form.locations))].filter(isOfCompany)
    const installToFuture = form.future === 'on'
    if (locationIds.length === 0 && !installToFuture) return 'Choose at least one account.'
    return { kind: 'Company', companyId: id, locationIds, installToFuture }
  }

  const decide: RequestHandler = async (request, response) => {
    const link = readLink(request)
    if (typeof link === 'string') return showError(request, response, link)
    const form: Record<string, unknown> = request.body ?? {}
    if (form.decision !== 'allow') {
      secure(response, link.redirectUri)
      return response.redirect(303, returnTo(link, { error: 'access_denied' }))
    }
    const user = state.users.get(textOf(form.userId))
    if (!user) return showConsent(request, response, link, 'Choose who you are.')
    const target = readTarget(form, user)
    if (typeof target === 'string') return showConsent(request, response, link, target)
    if (!mayInstall(user, target)) {
      return showConsent(request, response, link, 'Only an administrator can add apps here. Choose another person.')
    }
    const { app, redirectUri, scopes } = link
    // One account only: of a bulk install each account connects by itself, later.
    const values = target.kind === 'Location' ? externalAuth.valuesIn(app, form) : undefined
    if (values && target.kind === 'Location') {
      const { isFine, words } = await externalAuth.check(app, externalAuth.ofAccount(target.locationId), values)
      if (!isFine) return showConsent(request, response, link, words)
    }
    const code = state.change(() => {
      const made = installs.consent({ app, userId: user.id, redirectUri, scopes, target })
      if (values && target.kind === 'Location') externalAuth.connected(app, target.locationId)
      return made
    })
    secure(response, redirectUri)
    response.redirect(303, returnTo(link, { code }))
  }

  const show: RequestHandler = async (request, response) => {
    const link = readLink(request)
    if (typeof link === 'string') return showError(request, response, link)
    await showConsent(request, response, link)
  }

  const router = Router()
  router.use(externalAuth.pages)
  router.get('/assets/crm.css', (_request, response) => {
    response.set({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
    response.sendFile(CSS)
  })
  for (const path of ['/v2/oauth/chooselocation', '/oauth/chooselocation']) {
    router.get(path, show)
    router.post(path, refuseOtherSites, express.urlencoded({ extended: false, limit: '20kb' }), decide)
  }
  return router
}
