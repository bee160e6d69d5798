// The icons pages may show, read once from lucide. A closed list: a misspelt name fails in the first test that renders
// the page, and no outside name becomes a path. Drawn by views/parts/icon.ejs.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ICONS = [
  'activity',
  'arrow-down',
  'arrow-left',
  'arrow-left-right',
  'arrow-right',
  'arrow-up',
  'badge-check',
  'ban',
  'book-open',
  'building',
  'calendar-clock',
  'check',
  'chevron-down',
  'chevron-left',
  'chevron-right',
  'chevrons-down-up',
  'chevrons-up-down',
  'circle-alert',
  'circle-check',
  'circle-dashed',
  'circle-question-mark',
  'circle-stop',
  'circle-x',
  'clock',
  'code',
  'copy',
  'database',
  'download',
  'ellipsis',
  'external-link',
  'eye',
  'eye-off',
  'file-text',
  'funnel',
  'git-branch',
  'house',
  'inbox',
  'info',
  'key-round',
  'layers',
  'life-buoy',
  'link',
  'link-2-off',
  'list-checks',
  'list-tree',
  'lock',
  'log-in',
  'log-out',
  'mail',
  'menu',
  'monitor',
  'moon',
  'pause',
  'pencil',
  'play',
  'plug',
  'plus',
  'power',
  'receipt',
  'redo-2',
  'refresh-cw',
  'repeat',
  'rotate-ccw-clock',
  'rotate-cw',
  'search',
  'send',
  'settings',
  'shield-check',
  'shopping-cart',
  'skip-forward',
  'split',
  'sun',
  'tag',
  'trash',
  'triangle-alert',
  'undo-2',
  'unplug',
  'user',
  'users',
  'webhook',
  'workflow',
  'x',
  'zap',
] as const

/** One shape of an icon: an SVG element's name and attributes. */
export type IconShape = [tag: string, attributes: Record<string, string>]

/** Returns the look-up; icons are drawn in a 24 × 24 box. The look-up throws for a name outside the list. */
export const createIcons = (): ((name: string) => IconShape[]) => {
  const all: Record<string, IconShape[]> = JSON.parse(
    readFileSync(fileURLToPath(import.meta.resolve('lucide-static/icon-nodes.json')), 'utf8'),
  )
  const shapes = new Map<string, IconShape[]>()
  for (const name of ICONS) {
    const icon = all[name]
    if (!icon) throw new Error(`The icon set has no ${name}`)
    shapes.set(name, icon)
  }
  return (name) => {
    const icon = shapes.get(name)
    if (!icon) throw new Error(`The icon ${name} is not in the list of server/http/icons.ts`)
    return icon
  }
}
