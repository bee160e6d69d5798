// The sandbox page as a person uses it, for browser tests.

import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext, Frame, FrameLocator, Locator, Page } from 'playwright-core'
import { PATIENCE_MS } from '../patience.ts'

const SCREENS = ['Overview', 'Rankr', 'Syncs', 'Activity', 'Permissions'] as const

const HEADINGS: Record<(typeof SCREENS)[number], string> = {
  Overview: 'Overview',
  Rankr: 'Connection to Rankr',
  Syncs: 'Syncs',
  Activity: 'Activity',
  Permissions: 'Permissions',
}

/** Asks again and again until it is so. */
export const eventually = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It did not come true: ${what}`)
    await delay(50)
  }
}

export type SandboxPage = ReturnType<typeof sandboxPage>

/** Handles of the page; `faults` fills with whatever the browser complains about. */
export const sandboxPage = (page: Page, context: BrowserContext, origin: string) => {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`script error: ${error.message}`))
  page.on('console', (message) => {
    // Refusals the tests provoke are logged by the browser as failed loads; everything else is a fault of ours.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text())
  })
  const app: FrameLocator = page.frameLocator('#app-frame')

  /** The frame of the app itself. */
  const frame = async (): Promise<Frame> => {
    const handle = await page.locator('#app-frame').elementHandle()
    const found = await handle?.contentFrame()
    if (!found) throw new Error('The app is not shown')
    return found
  }

  return {
    frame,
    page,
    app,
    faults,
    open: (query = ''): Promise<unknown> => page.goto(`${origin}/sandbox${query}`),

    /**
     * By keyboard, as everything in the app must be possible. Also surer: where the browser sends a click that falls into a
     * frame of another process depends on what that process painted last.
     */
    press: (control: Locator): Promise<void> => control.press('Enter'),

    heading: (name: string | RegExp): Locator => app.getByRole('heading', { level: 1, name }),

    async go(screen: (typeof SCREENS)[number]): Promise<void> {
      await app.locator('[data-navigation]').getByRole('link', { name: screen, exact: true }).press('Enter')
      await app.getByRole('heading', { level: 1, name: HEADINGS[screen], exact: true }).waitFor()
      await app.locator('#screen:not([aria-busy=true])').waitFor()
    },

    /** The tab that opens when `press` is done. */
    async tab(press: () => Promise<void>): Promise<Page> {
      const [opened] = await Promise.all([context.waitForEvent('page'), press()])
      await opened.waitForLoadState()
      return opened
    },

    contact: (name: string | RegExp): Locator => page.locator('#contacts li').filter({ hasText: name }),

    /** Presses a button of the simulated Rankr and answers the sentence that came of it. */
    async send(name: string): Promise<string> {
      const panel = page.locator('#rankr-panel')
      await panel.evaluate((element) => element.setAttribute('data-old', ''))
      await panel.getByRole('button', { name, exact: true }).click()
      await page.locator('#rankr-panel:not([data-old])').waitFor()
      return String(await page.locator('#rankr-notice').textContent())
    },

    async breakThings(name: string): Promise<string> {
      const result = page.locator('#faults-result')
      await result.evaluate((element) => element.setAttribute('data-old', ''))
      await page.getByRole('button', { name, exact: true }).click()
      await page.locator('#faults-result:not([data-old])').waitFor()
      return String(await result.textContent())
    },

    /** Gives the frame a size of its own, over the page around it; undefined puts it back. */
    async size(width: number | undefined): Promise<void> {
      const element = page.locator('#app-frame')
      await element.evaluate((iframe, wanted) => {
        const { style } = iframe as HTMLElement
        style.cssText = wanted ? `position:fixed;inset:0 auto auto 0;z-index:99;width:${wanted}px;height:100vh` : ''
      }, width ?? 0)
      // The frame lives in a process of its own and learns of its size a moment later. Asked again and again, because
      // waiting inside the page would need eval, which its policy forbids.
      await eventually(`the frame is ${width ?? 'as before'} px wide`, async () => {
        const outside = await element.evaluate((iframe) => iframe.clientWidth)
        const inside = await (await frame()).evaluate(() => innerWidth)
        return Math.abs(inside - outside) <= 1 && (width === undefined || outside === width)
      })
    },

    /** Lets the simulated Rankr tell of a record, a new one without an id; it must be taken. */
    async tell(type: string, id?: string): Promise<void> {
      const body = new URLSearchParams({ type, count: '1', ...(id === undefined ? {} : { id }) })
      const answer = await (await fetch(`${origin}/sandbox/rankr/send`, { method: 'POST', body })).text()
      if (!new RegExp(`${type} ${id ?? '\\w+'}: 2\\d\\d`).test(answer)) throw new Error(`${type} ${id} was not taken`)
    },

    /** The app on Bright Dental, joined to the sample workspace. */
    async installAndConnect(): Promise<void> {
      await this.open()
      const tab = await this.tab(() =>
        page.locator('#stage').getByRole('link', { name: 'Install from the marketplace' }).click(),
      )
      await tab.getByRole('radio', { name: /Bright Dental/ }).check()
      await tab.getByRole('button', { name: 'Allow' }).click()
      await tab.waitForURL(/127\.0\.0\.1/)
      await tab.close()
      await this.heading('Overview').waitFor()
      await this.go('Rankr')
      await this.press(app.getByRole('button', { name: 'Connect the sample workspace' }))
      await app.getByText('The sample workspace is connected').waitFor()
    },

    /**
     * Switches built-in workflows on, as they are. On a busy machine a key that is pressed while the frame is being painted
     * may get lost: it is pressed again then.
     */
    async switchOn(...ids: string[]): Promise<void> {
      await this.go('Syncs')
      for (const id of ids) {
        const form = app.locator(`#form-${id}`)
        const toggle = form.getByRole('switch').first()
        const isOn = form.locator('.status', { hasText: 'On' })
        await eventually(`${id} is switched on`, async () => {
          if (!(await toggle.isChecked())) await toggle.press('Space')
          return await isOn.waitFor({ timeout: 7_000 }).then(
            () => true,
            () => false,
          )
        })
      }
    },
  }
}
