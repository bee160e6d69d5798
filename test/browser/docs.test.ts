// The reference pages in a real browser: what axe finds, how wide they are, and that the form works without scripts.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import test from 'node:test'
import { docsPage } from '../http/docs/docs-page.ts'
import { listen } from '../listen.ts'
import { LONGEST_MS, PATIENCE_MS } from '../patience.ts'
import { openBrowser } from './chromium.ts'
import { assertAccessible, assertFits, picture } from './looks.ts'

const PAGES = {
  catalog: '/docs/catalog?system=rankr',
  'catalog-nothing': '/docs/catalog?q=nothing+like+this',
  action: '/docs/catalog/crm.invoices.create',
  trigger: '/docs/catalog/crm.opportunity.stage-changed',
}

test('the reference is accessible and fits, and its form works without scripts', { timeout: LONGEST_MS }, async (t) => {
  const browser = await openBrowser(t)
  if (!browser) return
  const server = createServer(docsPage().app)
  const origin = await listen(server)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const context = await browser.newContext({ javaScriptEnabled: true, reducedMotion: 'reduce', locale: 'en-US' })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())))

  for (const [name, path] of Object.entries(PAGES)) {
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(`${origin}${path}`)
    for (const width of [1280, 768, 320]) {
      await page.setViewportSize({ width, height: 900 })
      await assertFits(page.mainFrame(), `${name} at ${width}`)
      await picture(page, `docs-${name}-${width}`)
    }
    await assertAccessible(page.mainFrame(), name)
    await page.emulateMedia({ colorScheme: 'dark' })
    await assertAccessible(page.mainFrame(), `${name} in the dark`, { onlyLooks: true })
    await picture(page, `docs-${name}-dark`)
    await page.emulateMedia({ colorScheme: null })
  }
  assert.deepEqual(faults, [])

  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await plain.goto(`${origin}/docs/catalog`)
  await plain.getByLabel('Search').fill('invoice paid')
  await plain.getByLabel('Kind').selectOption('trigger')
  await plain.getByLabel('Search').press('Enter')
  await plain.getByRole('link', { name: 'Invoice paid', exact: true }).first().waitFor()
  assert.equal(await plain.getByLabel('Search').inputValue(), 'invoice paid')
  await plain.getByRole('link', { name: 'Invoice paid', exact: true }).first().click()
  await plain.getByRole('heading', { level: 1, name: 'Invoice paid' }).waitFor()
})
