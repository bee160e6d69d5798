// The pages of the documentation as they are served, with their real views.

import { createAssets } from '../../server/http/assets.ts'
import { createIcons } from '../../server/http/icons.ts'
import { createRender } from '../../server/http/render.ts'
import { createViewLocals } from '../../server/http/view-locals.ts'

const root = new URL('../../', import.meta.url).pathname

export const docsRender = () =>
  createRender({
    folder: `${root}views`,
    localsFor: createViewLocals({
      assets: createAssets({ root: `${root}public` }),
      icons: createIcons(),
      platformLabel: 'your CRM',
    }),
  })

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', '#34': '"', '#39': "'" }

const unescaped = (html: string): string => html.replaceAll(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole)

/** What a reader copies: the examples of a page, in their order. */
export const examplesIn = (html: string): { language: string; operation: string; code: string }[] =>
  [...html.matchAll(/<pre[^>]*data-example="(\w+)"(?: data-operation="(\w+)")?[^>]*>([\s\S]*?)<\/pre>/g)].map(
    ([, language, operation = '', code]) => ({
      language: language!,
      operation,
      code: unescaped(code!),
    }),
  )
