// The screens for developers are shown in two places: inside the settings, and in a portal by itself. Which place it is
// decides the door and what stands around a screen, nothing else.

import type { defineChange, Screen } from './screen.ts'

export type Surface = {
  screen: Screen
  change: typeof defineChange
  /** `/settings/developers`: the address of the list; all others lie below. */
  base: string
}
