// The shell of the settings page: what the CRM's frame loads first. It holds no data of anybody, so it needs no login; the
// screens inside it are fetched with the session's token. Every screen's address answers a browser with the shell, so
// that a reload comes back to the same screen.

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
  /** Origins that may frame the page of this account; the same as in its frame-ancestors. */
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

/** The address of the screen inside: the asked address without the hint, which the page keeps by itself. */
const screenPath = ({ originalUrl }: Request): string => {
  const { pathname, searchParams } = new URL(originalUrl, 'http://settings.invalid')
  searchParams.delete('location')
  return `${pathname}${searchParams.size > 0 ? `?${searchParams}` : ''}`
}

const unlessFragment: RequestHandler = (request, _response, next) =>
  request.get('hx-request') === undefined ? next() : next('route')

const onlyPages: RequestHandler = (request, _response, next) => (wantsPage(request) ? next() : next('route'))

/** `GET /settings` and, for browsers that go there, every address below. Must stand before the screens' own rows. */
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
