// The API documentation: pages from the document, the error table and the quick start, and the document itself.

import { z } from 'zod'
import { AppError, ERRORS, type ErrorCode } from '../../errors.ts'
import { createApiDocument, documentRoute } from '../api/document.ts'
import type { OperationRoute } from '../api/operation.ts'
import { callerDetail } from '../api/translate.ts'
import type { Route } from '../route.ts'
import { GLOSSARY_WORDS } from '../ui/glossary.ts'
import { authenticationGuide } from './authentication.ts'
import { readChangelog } from './changelog.ts'
import { defineDocs, docsPage } from './navigation.ts'
import { quickStart } from './quickstart.ts'
import { referenceOf, type TryOperation } from './reference.ts'

const QUICK_START = { title: 'Quick start', lead: 'Create your first customer by copy and paste.' }
const AUTHENTICATION = {
  title: 'Authentication',
  lead: 'How programs authenticate, and what their keys and tokens allow.',
}

const slugOf = (code: string): string => code.replaceAll('_', '-')

const CODES = (Object.keys(ERRORS) as ErrorCode[]).map((code) => ({ code, slug: slugOf(code), ...ERRORS[code] }))

type Docs = {
  /** `GET /v1/openapi.json` and the pages below `/docs` that explain the API. */
  routes: Route[]
  /** Every call of the API with sample values. */
  operations: TryOperation[]
}

/** The public documentation routes. An unknown error code's page throws `not_found`. */
export const docsRoutes = ({ rows, publicUrl }: { rows: OperationRoute[]; publicUrl: string }): Docs => {
  const document = createApiDocument({ rows, publicUrl })
  const groups = referenceOf(document, publicUrl)
  const steps = quickStart(publicUrl)
  const releases = readChangelog()
  const usedBy = (code: ErrorCode) =>
    groups
      .flatMap(({ operations }) => operations)
      .filter(({ errors }) => errors.some(({ codes }) => codes.includes(code)))

  const routes = [
    documentRoute(document),
    defineDocs('/docs', () => docsPage('reference', { title: 'Reference', here: '/docs', groups, publicUrl })),
    defineDocs('/docs/quickstart', () => docsPage('steps', { ...QUICK_START, here: '/docs/quickstart', steps })),
    defineDocs('/docs/authentication', () =>
      docsPage('steps', { ...AUTHENTICATION, here: '/docs/authentication', steps: authenticationGuide(publicUrl) }),
    ),
    defineDocs('/docs/webhooks', () => docsPage('webhooks', { title: 'Webhooks', here: '/docs/webhooks', publicUrl })),
    defineDocs('/docs/glossary', () =>
      docsPage('glossary', { title: 'Glossary', here: '/docs/glossary', words: GLOSSARY_WORDS }),
    ),
    defineDocs('/docs/changelog', () =>
      docsPage('changelog', { title: 'Changelog', here: '/docs/changelog', releases }),
    ),
    defineDocs('/docs/errors', () => docsPage('errors', { title: 'Errors', here: '/docs/errors', codes: CODES })),
    defineDocs(
      '/docs/errors/:code',
      ({ code }) => {
        const found = CODES.find(({ slug }) => slug === code)
        if (!found) throw new AppError('not_found')
        const operations = usedBy(found.code)
        const lead = operations.length > 0 ? callerDetail(found.code) : found.detail
        return docsPage('error', { title: found.title, here: '/docs/errors', found, lead, operations })
      },
      { params: z.object({ code: z.string().regex(/^[a-z-]{1,60}$/) }) },
    ),
  ]
  const operations = groups.flatMap(({ operations: of }) => of.map(({ trial }) => trial))
  return { routes, operations }
}
