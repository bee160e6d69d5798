// The catalog reference: a list with search and filters, and a page per entry. Public: it describes the app, not any
// account.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { chooseLocale, createTexts } from '../../texts/texts.ts'
import { defineRoute, type Route } from '../route.ts'
import { catalogEntry } from './catalog-entry.ts'
import { COUNTS, findRows, KINDS, PERMISSIONS, RESOURCES, RISKS, SYSTEMS, titleOf } from './catalog-rows.ts'
import { docsPage } from './navigation.ts'

/** A form sends an empty text for "all"; unknown values count as that too. */
const oneOf = (values: readonly string[]) =>
  z
    .string()
    .refine((value) => values.includes(value))
    .optional()
    .catch(undefined)

const query = z.object({
  q: z.string().trim().max(100).optional().catch(undefined),
  kind: oneOf(KINDS),
  system: oneOf(SYSTEMS),
  resource: oneOf(RESOURCES),
  risk: oneOf(RISKS),
  permission: oneOf(PERMISSIONS.map(({ slug }) => slug)),
})

const params = z.object({ id: z.string().max(200) })

const shared = {
  method: 'GET',
  door: 'open',
  audit: { none: 'reads only' },
  perMinute: 240,
} as const

const here = '/docs/catalog'

/** `GET /docs/catalog` and `GET /docs/catalog/:id`. */
export const catalogDocsRoutes = ({ platformLabel }: { platformLabel: string }): Route[] => [
  defineRoute({
    ...shared,
    path: '/docs/catalog',
    input: { query },
    handler({ query: filter, request }) {
      const rows = findRows(filter)
      const t = createTexts({ locale: chooseLocale(request.get('accept-language')), platformLabel })
      return docsPage('catalog', {
        here,
        title: t('docs.catalog.title'),
        filter,
        isFiltered: Object.values(filter).some(Boolean),
        counts: COUNTS,
        count: rows.length,
        groups: [...Map.groupBy(rows, ({ resource }) => resource)].map(([resource, each]) => ({
          resource,
          title: titleOf(resource),
          rows: each,
        })),
        choices: {
          kinds: KINDS,
          systems: SYSTEMS,
          resources: RESOURCES.map((value) => ({ value, label: titleOf(value) })),
          risks: RISKS,
          permissions: PERMISSIONS.map(({ slug, sentence }) => ({ value: slug, label: sentence })),
        },
      })
    },
  }),
  defineRoute({
    ...shared,
    path: '/docs/catalog/:id',
    input: { params },
    handler({ params: { id } }) {
      const entry = catalogEntry(id)
      if (!entry) throw new AppError('not_found')
      return docsPage('entry', { here, entry, title: entry.row.label, resourceTitle: titleOf(entry.row.resource) })
    },
  }),
]
