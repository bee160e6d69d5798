// Orders and invoices in a real browser, against the really started app. Orders wait as notes, a person makes their object in
// the CRM and has the app look again, and what waited is there as records. Invoices are seen in the CRM with their state and
// amounts, and what is paid there is told to Rankr.

import assert from 'node:assert/strict'
import test from 'node:test'
import { createTestDatabase } from '../database.ts'
import { LONGEST_MS, PATIENCE_MS } from '../patience.ts'
import { start, temporaryFolder } from '../process.ts'
import { openBrowser } from './chromium.ts'
import { assertAccessible, assertFits, picture } from './looks.ts'
import { eventually, sandboxPage } from './sandbox-page.ts'

test('orders and invoices of Rankr, as a person sees them in the CRM', { timeout: LONGEST_MS }, async (t) => {
  const browser = await openBrowser(t)
  if (!browser) return
  const { url: DATABASE_URL } = await createTestDatabase()
  const app = await start({ DATABASE_URL, DATA_DIR: await temporaryFolder(t), LOG_LEVEL: 'info' })
  t.after(() => app.end())
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const origin = `http://localhost:${app.port}`
  const sandbox = sandboxPage(page, context, origin)
  const { tell } = sandbox

  await sandbox.installAndConnect()
  await sandbox.switchOn('customers', 'orders', 'invoices', 'invoices-back')
  await assertAccessible(await sandbox.frame(), 'syncs')
  await picture(page, 'syncs', { of: page.locator('#app-frame') })

  await t.test('orders', async () => {
    const order = (number: string) => page.locator('#orders li').filter({ hasText: number })
    const hasStatus = (number: string, status: string) =>
      order(number)
        .locator('.badge')
        .filter({ hasText: new RegExp(`^${status}$`) })
        .waitFor()
    for (const n of [1, 2]) await tell('customer.created', `cus_100${n}`)
    for (const n of [0, 1]) await tell('order.created', `ord_500${n}`)
    await sandbox.contact('Ana Diaz').getByText('Order ord_5000').first().waitFor()
    await sandbox.contact('Ben Okafor').getByText('Order ord_5001').first().waitFor()
    await page.locator('#orders').getByText('no custom object for orders yet').waitFor()

    await sandbox.press(sandbox.app.getByRole('link', { name: 'Create a place for orders' }))
    await sandbox.heading('Place for orders').waitFor()
    // A note is in the CRM a moment before it is remembered that its order waits.
    const check = () => sandbox.press(sandbox.app.getByRole('button', { name: 'Check again' }))
    const both = sandbox.app.getByText('2 orders wait as notes')
    await eventually('two orders wait', async () => {
      if (await both.isVisible()) return true
      await check()
      await sandbox.app.locator('#screen:not([aria-busy=true])').waitFor()
      return false
    })
    for (const width of [320, 1280]) {
      await sandbox.size(width)
      const frame = await sandbox.frame()
      await assertFits(frame, `the place for orders at ${width}`)
      await assertAccessible(frame, `the place for orders at ${width}`, { onlyLooks: width !== 320 })
      await picture(page, `orders-missing-${width}`, { of: page.locator('#app-frame') })
    }
    await sandbox.size(undefined)

    await page.locator('#orders').getByRole('button', { name: 'Create it by hand' }).click()
    await page.locator('#orders-result').getByText('The custom object was created').waitFor()
    await check()
    await hasStatus('ord_5000', 'open')
    await hasStatus('ord_5001', 'open')
    assert.match((await order('ord_5000').textContent()) ?? '', /Ana Diaz · placed 2026-10-01\s+\$149\.00.*Site audit/s)

    await tell('order.cancelled', 'ord_5000')
    await tell('order.refunded', 'ord_5001')
    await hasStatus('ord_5000', 'cancelled')
    await hasStatus('ord_5001', 'refunded')
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      await assertFits(page.mainFrame(), `the sandbox with orders at ${width}`)
      await assertAccessible(page.mainFrame(), `the sandbox with orders at ${width}`, { onlyLooks: width !== 320 })
    }
    await picture(page, 'sandbox-orders', { fullPage: true })
  })

  await t.test('invoices', async () => {
    await page.setViewportSize({ width: 1280, height: 900 })
    const invoice = (number: string) => page.locator('#invoices li').filter({ hasText: number })
    // Four invoices of customers cus_1001 to cus_1004: a draft, one that was sent, one that is paid, one that is void.
    for (const n of [3, 4]) await tell('customer.created', `cus_100${n}`)
    for (const n of [0, 1, 2, 3]) await tell('invoice.created', `inv_800${n}`)
    await invoice('inv_8003').waitFor()
    await tell('invoice.sent', 'inv_8001')
    await tell('invoice.paid', 'inv_8002')
    await tell('invoice.voided', 'inv_8003')
    const states: [string, string, string][] = [
      ['inv_8000', 'draft', '$149.00 · paid $0.00 · open $149.00'],
      ['inv_8001', 'sent', '$174.00 · paid $0.00 · open $174.00'],
      ['inv_8002', 'paid', '$420.00 · paid $420.00 · open $0.00'],
      ['inv_8003', 'void', '$298.00 · paid $0.00 · open $298.00'],
    ]
    for (const [number, state, amounts] of states) {
      await invoice(number)
        .locator('.badge')
        .filter({ hasText: new RegExp(`^${state}$`) })
        .waitFor()
      assert.ok((await invoice(number).textContent())?.replace(/\s+/g, ' ').includes(amounts), number)
    }

    await invoice('inv_8001')
      .getByRole('button', { name: /^Pay half/ })
      .click()
    await page.locator('#invoices-result').getByText('$87.00 was paid for inv_8001.').waitFor()
    await invoice('inv_8001').locator('.badge').filter({ hasText: 'paid in part' }).waitFor()
    // Rankr is told, and what it says of that itself records nothing more.
    const told = async (): Promise<string> => (await fetch(`${origin}/sandbox/rankr/panel?tab=invoices`)).text()
    await eventually('Rankr is told of the payment', async () =>
      /inv_8001 · 174 USD<\/b><span>partially_paid/.test(await told()),
    )
    await tell('invoice.updated', 'inv_8001')
    await invoice('inv_8001')
      .getByRole('button', { name: /^Pay all/ })
      .click()
    await page.locator('#invoices-result').getByText('$87.00 was paid for inv_8001.').waitFor()
    await invoice('inv_8001')
      .locator('.badge')
      .filter({ hasText: /^paid$/ })
      .waitFor()
    await eventually('Rankr is told of the rest', async () => /inv_8001 · 174 USD<\/b><span>paid/.test(await told()))
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      await assertFits(page.mainFrame(), `the sandbox with invoices at ${width}`)
      await assertAccessible(page.mainFrame(), `the sandbox with invoices at ${width}`, { onlyLooks: width !== 320 })
    }
    await picture(page, 'sandbox-invoices', { fullPage: true })
  })

  await t.test(
    'with everything switched on nothing fails, nothing goes round, and both sides hold the same',
    async () => {
      const { app, press } = sandbox
      await press(app.locator('[data-navigation] a[href="/settings/desks"]'))
      await press(app.getByRole('button', { name: 'Connect a sample Zendesk' }))
      await app.getByText('The support desk is connected.').waitFor()
      await sandbox.switchOn('customers-back', 'revenue', 'tickets', 'tickets-back', 'welcome')
      for (const type of ['user.signed_up', 'revenue.recorded', 'issue.detected', 'order.created', 'invoice.created']) {
        await tell(type)
      }
      // Of the time before, and never tickets.
      for (const id of ['iss_300', 'iss_301']) await tell('issue.resolved', id)
      await tell('customer.updated', 'cus_1001')
      await tell('customer.created', 'cus_1005')
      await page.locator('#desk-tickets li').first().waitFor()

      await press(app.locator('#screen a[href="/settings/syncs/initial"]'))
      await press(app.getByRole('button', { name: 'Start', exact: true }))
      await app.getByText('All brought over').waitFor()
      await press(app.locator('[data-navigation] a[href="/settings/integrity"]'))
      await press(app.getByRole('button', { name: 'Start a check' }))
      const found = app.getByText(/^(?:Both sides match|One difference|\d+ differences)$/).first()
      await found.waitFor()
      assert.equal(await found.textContent(), 'Both sides match')

      await sandbox.go('Activity')
      await press(app.locator('#screen a[href="/settings/activity/failed"]'))
      await sandbox.heading('Failed events').waitFor()
      assert.equal(await app.locator('#screen table').count(), 0)
      const updates = page.locator('#rankr-deliveries li').filter({ hasText: 'customer.updated' })
      const whose = (await updates.allTextContents()).map((text) => /cus_\d+/.exec(text)?.[0])
      assert.deepEqual(whose, ['cus_1001'], 'what a sync has written is no news')
    },
  )
  assert.deepEqual(sandbox.faults, [])
})
