// The documentation pages in reading order, and the shared head of each page.

import { type Reply, view } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

const DOCS_NAVIGATION = [
  { path: '/docs/quickstart', label: 'Quick start' },
  { path: '/docs/authentication', label: 'Authentication' },
  { path: '/docs', label: 'Reference' },
  { path: '/docs/webhooks', label: 'Webhooks' },
  { path: '/docs/errors', label: 'Errors' },
  { path: '/docs/glossary', label: 'Glossary' },
  { path: '/docs/catalog', label: 'Catalog' },
  { path: '/docs/changelog', label: 'Changelog' },
] as const

export type DocsPath = (typeof DOCS_NAVIGATION)[number]['path']

/** A page of views/docs; `here` is marked in the navigation. */
export const docsPage = (name: string, data: { title: string; here: DocsPath } & Record<string, unknown>): Reply =>
  view(
    `docs/${name}`,
    { ...data, wide: true, navigation: DOCS_NAVIGATION },
    { layout: 'layout/page', headers: { 'Cache-Control': 'public, max-age=300', Vary: 'Accept-Language' } },
  )

type Input = NonNullable<Route['input']>

/** A public documentation route: it shows nothing of any account. */
export const defineDocs = (path: string, handler: (params: Record<string, string>) => Reply, input?: Input): Route =>
  defineRoute({
    method: 'GET',
    path,
    door: 'open',
    perMinute: 240,
    ...(input ? { input } : {}),
    audit: { none: 'reads only' },
    handler: (call) => handler((call.params ?? {}) as Record<string, string>),
  })
