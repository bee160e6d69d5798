// What every screen is held against: axe finds nothing, and nothing is wider than the page. Pictures for people to look at,
// with PICTURES=1 only: they take their time.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Frame, Locator, Page } from 'playwright-core'

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const PICTURES = fileURLToPath(new URL('../screenshots', import.meta.url))

type Violation = { id: string; help: string; nodes: { target: string[]; html: string; failureSummary?: string }[] }

/** What may turn with colours and with layout; all other rules read the same page the same way. */
const LOOKS = [
  'color-contrast',
  'target-size',
  'link-in-text-block',
  'scrollable-region-focusable',
  'aria-hidden-focus',
]

/** Evaluated in the page's world rather than by a script tag, which our own policy would stop. */
const violations = async (frame: Frame, rules?: readonly string[]): Promise<Violation[]> => {
  if (!(await frame.evaluate(() => 'axe' in globalThis))) await frame.evaluate(AXE)
  return await frame.evaluate(async (values) => {
    // biome-ignore lint/suspicious/noExplicitAny: axe was put into the page's world above
    const { axe } = globalThis as any
    const result = await axe.run(document, {
      iframes: false,
      resultTypes: ['violations'],
      // Of WCAG 2.2 AA, and left out by axe unless one asks for it.
      rules: { 'target-size': { enabled: true } },
      ...(values ? { runOnly: { type: 'rule', values } } : {}),
    })
    return result.violations
  }, rules)
}

/** Fails with each violation in a line. `onlyLooks`: of a page that was held against all rules in another layout. */
export const assertAccessible = async (frame: Frame, name: string, { onlyLooks = false } = {}): Promise<void> => {
  const found = await violations(frame, onlyLooks ? LOOKS : undefined)
  const lines = found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html }) => `${name}: ${id} (${help}) at ${target.join(' ')}: ${html.slice(0, 160)}`),
  )
  assert.deepEqual(lines, [])
}

/** Fails with the elements that stick out when the page can be scrolled sideways. */
export const assertFits = async (frame: Frame, name: string): Promise<void> => {
  const result = await frame.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const wide = [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120))
    return { scrollWidth, clientWidth, wide: scrollWidth > clientWidth ? wide.slice(0, 5) : [] }
  })
  assert.ok(
    result.scrollWidth <= result.clientWidth,
    `${name} is ${result.scrollWidth} px wide in ${result.clientWidth}: ${result.wide.join('\n')}`,
  )
}

/** A picture under test/screenshots, which git ignores. */
export const picture = async (
  page: Page,
  name: string,
  {
    of,
    fullPage = false,
    isWanted = process.env.PICTURES === '1',
  }: { of?: Locator; fullPage?: boolean; isWanted?: boolean } = {},
): Promise<void> => {
  if (!isWanted) return
  mkdirSync(PICTURES, { recursive: true })
  // Whatever else it can do puts a style into the page, which the page's own policy forbids.
  const options = { path: join(PICTURES, `${name}.png`), caret: 'initial' } as const
  if (of) await of.screenshot(options)
  else await page.screenshot({ ...options, fullPage })
}
