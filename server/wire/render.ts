// Wires page rendering.

import { fileURLToPath } from 'node:url'
import type { Config } from '../config.ts'
import type { Assets } from '../http/assets.ts'
import { createIcons } from '../http/icons.ts'
import { createRender } from '../http/render.ts'
import { createViewLocals } from '../http/view-locals.ts'

/** The renderer with its view locals. */
export const wireRender = ({
  config,
  assets,
  clockAhead,
}: {
  config: Config
  assets: Assets
  clockAhead?: (() => number) | undefined
}) => {
  const { platformLabel, notice } = config
  return createRender({
    folder: fileURLToPath(new URL('../../views', import.meta.url)),
    localsFor: createViewLocals({ assets, icons: createIcons(), platformLabel, notice, clockAhead }),
  })
}
