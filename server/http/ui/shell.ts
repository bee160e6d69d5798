// The shell of the settings page: the first thing the CRM's frame loads. It holds no data, so it needs no login; the
// screens inside are fetched with the session's token. Every screen's URL returns the shell to a browser, so that a
// reload reopens the same screen.

import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { chooseLocale, createTexts, type TextKey } from '../../texts/texts.ts'
import { wantsPage } from '../problem.ts'
import { view } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

const NAVIGATION: { path: string; label: TextKey; icon: string; id?: string }[] = [
  { path: '/settings', label: 'navigation.overview', icon: 'house' },
  { path: '/settings/connection', label: 'navigation.connection', icon: 'plug' },
  { path: '/settings/desks', label: 'navigation.desks', icon: 'life-buoy' },
  { path: '/settings/syncs', label: 'navigation.syncs', icon: 'refresh-cw' },
  { path: '/settings/mapping', label: 'navigation.mapping', icon: 'arrow-left-right' },
  { path: '/settings/workflows', label: 'navigation.workflows', icon: 'workflow' },
  { path: '/settings/activity', label: 'navigation.activity', icon: 'activity', id: 'activity' },
  { path: '/settings/revenue', label: 'navigation.revenue', icon: 'receipt' },
  { path: '/settings/integrity', label: 'navigation.integrity', icon: 'list-checks' },
  { path: '/settings/webhooks', label: 'navigation.webhooks', icon: 'webhook' },
  { path: '/settings/incoming', label: 'navigation.incoming', icon: 'inbox' },
  { path: '/settings/routes', label: 'navigation.routes', icon: 'repeat' },
  { path: '/settings/developers', label: 'navigation.developers', icon: 'code' },
  { path: '/settings/permissions', label: 'navigation.permissions', icon: 'shield-check' },
]

export type ShellDeps = {
  /** Origins that may frame this account's page, as in its frame-ancestors. */
  frameAncestors: (locationId: string | undefined) => Promise<string[]>
  platformLabel: string
}

const query = z.looseObject({
  location: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional()
    .catch(undefined),
})

/** URL of the inner screen: the requested one without the account hint, which the page keeps itself. */
const screenPath = ({ originalUrl }: Request): string => {
  const { pathname, searchParams } = new URL(originalUrl, 'http://settings.invalid')
  searchParams.delete('location')
  return `${pathname}${searchParams.size > 0 ? `?${searchParams}` : ''}`
}

const unlessFragment: RequestHandler = (request, _response, next) =>
  request.get('hx-request') === undefined ? next() : next('route')

const onlyPages: RequestHandler = (request, _response, next) => (wantsPage(request) ? next() : next('route'))

/** `GET /settings` and, for browsers, every URL below. Must precede the screens' own routes. */
export const shellRoutes = ({ frameAncestors, platformLabel }: ShellDeps): Route[] =>
  [
    { path: '/settings', before: [unlessFragment] },
    { path: '/settings/*screen', before: [onlyPages] },
  ].map(({ path, before }) =>
    defineRoute({
      method: 'GET',
      path,
      before,
      door: 'open',
      frame: 'tenant',
      input: { query },
      audit: { none: 'shows the empty shell' },
      async handler({ query: { location }, request }) {
        const t = createTexts({ locale: chooseLocale(request.get('accept-language')), platformLabel })
        return view('layout/embedded', {
          parentOrigins: await frameAncestors(location),
          locationHint: location,
          screenPath: screenPath(request),
          navigation: NAVIGATION.map((entry) => ({ ...entry, label: t(entry.label) })),
        })
      },
    }),
  )
