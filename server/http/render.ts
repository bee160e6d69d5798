// Renders views/*.ejs. `<%= %>` escapes; `<%- %>` is for includes only (test/architecture.test.ts).

import { join } from 'node:path'
import ejs from 'ejs'
import type { Render } from './reply.ts'

type Deps = {
  /** Folder of the views; `include('parts/status')` resolves beside the file first, then here. */
  folder: string
  /** What every view can use besides its data, in the reader's language and time zone (view-locals.ts). */
  localsFor: (acceptLanguage: string | undefined, timeZone: string | undefined) => object
  /** Caches the files. Off during development. */
  isCached?: boolean
}

export const createRender =
  ({ folder, localsFor, isCached = true }: Deps): Render =>
  (name, data, request) =>
    ejs.renderFile(
      join(folder, `${name}.ejs`),
      { ...localsFor(request.get('accept-language'), request.get('x-time-zone')), ...data },
      { cache: isCached, root: folder, views: [folder] },
    )
