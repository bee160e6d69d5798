// The settings in a real browser, as measurements need them: pages that measure themselves, with the page around them put in
// its place.

import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { encryptAsCryptoJs } from '../server/sandbox/crm/user-context.ts'
import { openBrowser } from '../test/browser/chromium.ts'
import type { Bench } from './bench.ts'

/** Who looks. */
export const PERSON = { companyId: 'company_1', userId: 'user_1', userName: 'Bench', role: 'admin' } as const

/** In the page: when something was painted first, when the screen was there, and what moved meanwhile. */
const WATCH = `
window.measured = { shift: 0, ready: 0 }
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.measured.shift += entry.value
}).observe({ type: 'layout-shift', buffered: true })
document.addEventListener('DOMContentLoaded', () =>
  new MutationObserver(() => {
    if (!window.measured.ready && document.body.dataset.session === 'ready') window.measured.ready = performance.now()
  }).observe(document.body, { attributes: true, attributeFilter: ['data-session'] }))`

export type Measured = { paint: number; ready: number; shift: number }

/**
 * In the page: the page around it, which answers who is looking. Without `page.route`, which sends every request past the driver
 * and switches the browser's cache off.
 */
const answerFor = (payload: string): string => `{
  const { port1: around } = new MessageChannel()
  const answer = () => dispatchEvent(new MessageEvent('message', {
    source: around,
    origin: document.body.dataset.parents.split(' ')[0].replace('*', 'crm'),
    data: { message: 'REQUEST_USER_DATA_RESPONSE', payload: ${JSON.stringify(payload)} },
  }))
  around.postMessage = () => queueMicrotask(answer)
  Object.defineProperty(window, 'parent', { value: around })
}`

/** In the page: when a key was pressed, and when what it did to the tree was painted (the message comes after the frame). */
const WATCH_KEYS = `
addEventListener('keydown', ({ timeStamp }) => { window.pressed = timeStamp }, true)
window.nextChange = () => {
  const editor = document.getElementById('workflow-editor'), before = editor.dataset.revision
  window.changed = new Promise((done, fail) => {
    const limit = setTimeout(() => fail(new Error('The key changed nothing')), 30_000)
    new MutationObserver((_list, observer) => {
      if (editor.dataset.revision === before) return
      observer.disconnect()
      clearTimeout(limit)
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => done(performance.now() - window.pressed)
        port2.postMessage(null)
      })
    }).observe(editor, { attributes: true, attributeFilter: ['data-revision'] })
  })
}`

/**
 * Chromium keeps a process in reserve for the next site, and begins to start one when another page is there. Whoever measures at
 * once measures that start, on two cores against the page: 50 to 100 ms that no page can do anything about.
 */
const UNTIL_READY_MS = 300

export type SettingsBrowser = {
  page: Page
  /** Of the next visit everything is loaded anew, by a browser that runs already. */
  emptyCache(): Promise<void>
}

/** Undefined where there is no browser. */
export const openSettings = async ({ environment, database, after }: Bench): Promise<SettingsBrowser | undefined> => {
  const browser = await openBrowser({ after, skip: () => {} } as unknown as TestContext)
  if (!browser) return undefined
  const activeLocation = database.tenants[0]!.locationId
  const { userId, companyId, role, userName } = PERSON
  const context = { userId, companyId, role, userName, type: 'location', email: 'bench@example.com', activeLocation }
  const payload = encryptAsCryptoJs(JSON.stringify(context), environment.HIGHLEVEL_SSO_KEY!)
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  for (const script of [WATCH, WATCH_KEYS, answerFor(payload)]) await page.addInitScript(script)
  const devtools = await page.context().newCDPSession(page)
  return {
    page,
    async emptyCache() {
      // What the page holds in memory goes with it.
      await page.goto('about:blank')
      await devtools.send('Network.clearBrowserCache')
      await delay(UNTIL_READY_MS)
    },
  }
}

/** `from` tells visitors apart: of one address only sixty a minute are let in. */
export const visit = async (page: Page, url: string, from = 1): Promise<Measured> => {
  await page.setExtraHTTPHeaders({ 'X-Forwarded-For': `203.0.113.${from % 256}` })
  await page.goto(url)
  await page.locator('body[data-session=ready]').waitFor()
  // Two frames later what moved has moved.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  return (await page.evaluate(`({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    ready: window.measured.ready, shift: window.measured.shift })`)) as Measured
}

/** Milliseconds from a key to the frame that shows what it did. */
export const editByKey = async (page: Page, key: string): Promise<number> => {
  // The promise stays in the page: what `evaluate` is given back it waits for.
  await page.evaluate('void window.nextChange()')
  await page.keyboard.press(key)
  return (await page.evaluate('window.changed')) as number
}
