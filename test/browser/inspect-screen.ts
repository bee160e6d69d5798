// What a screen of the app must stand: every width, the dark, axe: the wide page in the light against all rules, the narrow one
// in the dark against those that turn with colours and layout.

import { assertAccessible, assertFits, picture } from './looks.ts'
import type { SandboxPage } from './sandbox-page.ts'

export const WIDTHS = [320, 768, 1280] as const

/** Looks at the screen that is open in the app's frame, and leaves the frame as it was. */
export const inspectScreen = async (sandbox: SandboxPage, name: string): Promise<void> => {
  const { page } = sandbox
  const of = page.locator('#app-frame')
  const frame = await sandbox.frame()
  for (const width of [1280, 768, 320] as const) {
    await sandbox.size(width)
    await assertFits(frame, `${name} at ${width}`)
    await picture(page, `${name}-${width}`, { of })
    if (width === 1280) await assertAccessible(frame, `${name} at ${width}`)
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  // The frame has a process of its own, which is told a little later.
  await frame.waitForFunction(() => matchMedia('(prefers-color-scheme: dark)').matches)
  // Colours are the dark ones once they have been painted.
  await frame.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  await picture(page, `${name}-dark`, { of })
  await assertAccessible(frame, `${name} in the dark`, { onlyLooks: true })
  await page.emulateMedia({ colorScheme: null })
  await sandbox.size(undefined)
}
