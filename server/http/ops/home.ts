// The bare address.

import { redirect } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

/** `GET /` redirects to `home`. */
export const homeRoutes = ({ home }: { home: string }): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/',
    door: 'open',
    audit: { none: 'leads on' },
    handler: () => redirect(home),
  }),
]
