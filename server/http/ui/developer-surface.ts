// The developer screens are shown both in the settings and in the portal. The surface decides the door and the page
// around a screen, nothing else.

import type { defineChange, Screen } from './screen.ts'

export type Surface = {
  screen: Screen
  change: typeof defineChange
  /** `/settings/developers`: the URL of the list; all others are below. */
  base: string
}
