// The reference pages with their real views, styles and middleware. No account stands behind them.

import { createAssets } from '../../../server/http/assets.ts'
import { catalogDocsRoutes } from '../../../server/http/docs/catalog.ts'
import { createIcons } from '../../../server/http/icons.ts'
import { createRender } from '../../../server/http/render.ts'
import { createViewLocals } from '../../../server/http/view-locals.ts'
import { serve } from '../serve.ts'

const root = new URL('../../../', import.meta.url).pathname

/** A supertest agent and the app itself. */
export const docsPage = () => {
  const platformLabel = 'your CRM'
  const assets = createAssets({ root: `${root}public` })
  const localsFor = createViewLocals({ assets, icons: createIcons(), platformLabel })
  return serve(catalogDocsRoutes({ platformLabel }), {
    render: createRender({ folder: `${root}views`, localsFor }),
    assets: assets.router,
  })
}
