// The whole main job in a real browser, against the really started app: install, settings in the frame of another site with
// third-party cookies off, connect Rankr, switch on, send a customer, see the contact.

import assert from 'node:assert/strict'
import test from 'node:test'
import { LONGEST_MS, PATIENCE_MS } from '../patience.ts'
import { start, temporaryFolder } from '../process.ts'
import { openBrowser } from './chromium.ts'
import { inspectScreen, WIDTHS } from './inspect-screen.ts'
import { assertAccessible, assertFits, picture } from './looks.ts'
import { sandboxPage } from './sandbox-page.ts'

test('from the install to the contact, as a person does it', { timeout: LONGEST_MS }, async (t) => {
  const browser = await openBrowser(t)
  if (!browser) return
  const app = await start({ DATA_DIR: await temporaryFolder(t), LOG_LEVEL: 'info' })
  t.after(() => app.end())
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const sandbox = sandboxPage(page, context, `http://localhost:${app.port}`)

  const inspect = (name: string): Promise<void> => inspectScreen(sandbox, name)

  let isBroken = false
  /** One thing after the other: what follows a failure would only fail, too. */
  const step = (name: string, work: () => Promise<void>) =>
    t.test(name, async (inner) => {
      if (isBroken) return inner.skip('an earlier step failed')
      try {
        await work()
      } catch (error) {
        isBroken = true
        await picture(page, 'failed', { isWanted: true })
        throw error
      }
    })

  await step('the sandbox says what to do first', async () => {
    await sandbox.open()
    await page.getByText('The app is not installed for Bright Dental').waitFor()
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      await assertFits(page.mainFrame(), `sandbox at ${width}`)
      if (width !== 768) await assertAccessible(page.mainFrame(), `sandbox at ${width}`)
      await picture(page, `sandbox-first-${width}`)
    }
  })

  await step('the app is installed from the marketplace', async () => {
    const tab = await sandbox.tab(() =>
      page.locator('#stage').getByRole('link', { name: 'Install from the marketplace' }).click(),
    )
    await picture(tab, 'install-consent', { fullPage: true })
    await tab.getByRole('radio', { name: /Bright Dental/ }).check()
    await tab.getByRole('button', { name: 'Allow' }).click()
    await tab.getByRole('heading', { level: 1 }).waitFor()
    await tab.waitForURL(/127\.0\.0\.1/)
    assert.match(String(await tab.locator('main').textContent()), /installed/i)
    for (const width of WIDTHS) {
      await tab.setViewportSize({ width, height: 700 })
      await assertFits(tab.mainFrame(), `installed at ${width}`)
    }
    await assertAccessible(tab.mainFrame(), 'installed')
    await picture(tab, 'install-done')
    await tab.close()
  })

  await step('the settings open in the frame, without any cookie', async () => {
    await sandbox.heading('Overview').waitFor()
    await sandbox.app.getByText('How Bright Dental and Rankr work together').waitFor()
    const frame = await sandbox.frame()
    assert.match(frame.url(), /^http:\/\/127\.0\.0\.1:\d+\/settings\?location=/)
    // The browser's rules are real: a cookie that a frame of another site sets is not kept.
    const kept = await frame.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: that it does not work is what is tried
      document.cookie = 'tried=1; SameSite=None; Secure'
      return document.cookie
    })
    assert.equal(kept, '')
    await inspect('overview-new')
  })

  await step('Rankr is connected with one click', async () => {
    await sandbox.go('Rankr')
    await sandbox.press(sandbox.app.getByRole('button', { name: 'Connect the sample workspace' }))
    await sandbox.app.getByText('The sample workspace is connected').waitFor()
    await inspect('connection')
  })

  await step('customers are switched on, with a tag of our own', async () => {
    await sandbox.go('Syncs')
    await sandbox.app.getByRole('switch', { name: 'Customers become contacts' }).press('Space')
    await sandbox.app.getByText('Switched on. It applies from the next event.').waitFor()
    await sandbox.app.getByRole('textbox', { name: 'Tags on every contact' }).fill('rankr, spring')
    await sandbox.press(sandbox.app.locator('#form-customers').getByRole('button', { name: 'Save' }))
    await sandbox.app.getByText('Saved. It applies from the next event.').waitFor()
    await inspect('syncs')
  })

  await step('a customer of Rankr becomes a contact with its tags and a note', async () => {
    await sandbox.open()
    await sandbox.heading('Overview').waitFor()
    const sentence = await sandbox.send('Send Ana Diaz')
    assert.match(sentence, /customer\.created cus_1001: 2\d\d stored/)
    const contact = sandbox.contact('Ana Diaz')
    await contact.waitFor()
    await contact.getByText('ana.diaz@example.com').waitFor()
    for (const tag of ['rankr', 'spring', 'newsletter']) await contact.getByText(tag, { exact: true }).waitFor()
    await contact.getByText(/^Note/).waitFor()
    await page.getByText('It works: a customer of Rankr became a contact here').waitFor()
    await assertAccessible(page.mainFrame(), 'sandbox with a contact')
    await picture(page, 'sandbox-contact')
    await picture(page, 'sandbox-contact-whole', { fullPage: true })
  })

  await step('the same event twice makes nothing twice', async () => {
    const before = await page.locator('#contacts li').count()
    await page.locator('#rankr-deliveries').getByRole('button', { name: /Again/ }).first().click()
    await page.getByText(/Sent again: 200 duplicate/).waitFor()
    assert.equal(await page.locator('#contacts li').count(), before)
  })

  await step('a field is made and mapped, and its value arrives', async () => {
    const { app, press } = sandbox
    await press(app.locator('[data-navigation] a[href="/settings/mapping"]'))
    await sandbox.heading('Fields').waitFor()
    await press(app.locator('#screen a[href="/settings/mapping/customers"]'))
    await sandbox.heading(/^Fields: /).waitFor()
    await app.getByRole('textbox', { name: 'Name', exact: true }).fill('Plan')
    await press(app.getByRole('button', { name: 'Create field' }))
    const row = app.locator('.mapping-row')
    assert.match(String(await row.locator('[name$=".to"]').inputValue()), /^customFields\./)
    await row.locator('[name$=".from"]').selectOption('trigger.data.plan')
    await row.locator('.mapping-preview strong').filter({ hasText: 'Growth' }).waitFor()
    await inspect('mapping')
    await press(app.locator('#mapping-save'))
    await app.getByText('Saved. It applies from the next event.').waitFor()
    await sandbox.tell('customer.updated', 'cus_1001')
    await sandbox.contact('Ana Diaz').getByText('Plan: Growth', { exact: true }).waitFor()
  })

  await step('what was refused is kept, tried dry, and sent again', async () => {
    const { app, press } = sandbox
    assert.match(await sandbox.breakThings('Refuse the next call'), /refused/)
    await sandbox.tell('customer.created', 'cus_1003')
    await sandbox.go('Overview')
    await press(app.getByRole('link', { name: 'Show them' }))
    await sandbox.heading('Failed events').waitFor()
    await press(app.locator('#screen table').getByRole('link').first())
    await sandbox.heading('Failed event').waitFor()
    const would = app.locator('[aria-labelledby=failure-would]')
    await would.getByText('Bring a customer into the contacts').waitFor()
    assert.equal(await sandbox.contact('Chiara Rossi').count(), 0, 'a dry run does nothing')
    await inspect('failure')
    await press(app.getByRole('button', { name: 'Send again' }))
    await app.getByText('It is on its way again.').waitFor()
    await sandbox.contact('Chiara Rossi').waitFor()
  })

  await step('a missing permission is asked for, and what waited for it goes on', async () => {
    const { app, press } = sandbox
    assert.match(await sandbox.breakThings('Remove a permission'), /no longer/)
    await sandbox.tell('customer.created', 'cus_1004')
    await sandbox.go('Overview')
    await press(app.getByRole('link', { name: 'Show permissions' }).first())
    await app.getByText('One permission is missing').waitFor()
    await inspect('permissions-missing')
    assert.equal(await sandbox.contact('David Cohen').count(), 0)
    const tab = await sandbox.tab(() => press(app.getByRole('link', { name: /^Update permissions/ })))
    await tab.getByRole('radio', { name: /Bright Dental/ }).check()
    await tab.getByRole('button', { name: 'Allow' }).click()
    await tab.waitForURL(/127\.0\.0\.1/)
    await tab.close()
    await sandbox.contact('David Cohen').waitFor()
  })

  await step('the event is shown as done, with what was done', async () => {
    await sandbox.go('Activity')
    const row = sandbox.app.getByRole('row', { name: /Customer created cus_1001/ })
    await row.getByText('Done').waitFor()
    await inspect('activity')
    await sandbox.press(row.getByRole('link', { name: 'Customer created' }))
    await sandbox.heading('Customer created').waitFor()
    await sandbox.app.getByText('Succeeded').first().waitFor()
    await sandbox.go('Overview')
    await sandbox.app.getByText('Customer created').first().waitFor()
    await inspect('overview')
  })

  await step('permissions are shown with their reasons', async () => {
    await sandbox.go('Permissions')
    await sandbox.app.getByText('All permissions are granted').waitFor()
  })

  await step('a reload comes back to the same screen', async () => {
    const frame = await sandbox.frame()
    await frame.evaluate(() => location.reload())
    await sandbox.heading('Permissions').waitFor()
  })

  await step('a user may look and not change', async () => {
    await sandbox.open('?role=user')
    await sandbox.heading('Overview').waitFor()
    await sandbox.app.getByText('Only an administrator of this account can change it').waitFor()
    await sandbox.go('Syncs')
    assert.equal(await sandbox.app.getByRole('button', { name: 'Save' }).count(), 0)
  })

  await step('an account that lost its access asks to be reconnected, and loses nothing', async () => {
    await sandbox.open()
    await sandbox.heading('Overview').waitFor()
    assert.match(await sandbox.breakThings('Kill all tokens'), /All tokens are dead/)
    await sandbox.send('Send Ben Okafor')
    await sandbox.go('Activity')
    await sandbox.app.getByRole('row', { name: /cus_1002/ }).waitFor()
    await sandbox.go('Overview')
    await sandbox.app.getByText('This account needs to be reconnected').first().waitFor()
    await inspect('overview-reconnect')
    const tab = await sandbox.tab(() => sandbox.press(sandbox.app.getByRole('link', { name: /^Reconnect \(/ })))
    await tab.getByRole('radio', { name: /Bright Dental/ }).check()
    await tab.getByRole('button', { name: 'Allow' }).click()
    await tab.waitForURL(/127\.0\.0\.1/)
    await tab.close()
    await sandbox.contact('Ben Okafor').waitFor()
  })

  await step('a company sees its accounts and opens one', async () => {
    await sandbox.open('?account=company')
    const tab = await sandbox.tab(() => page.getByRole('link', { name: 'Install for another account' }).click())
    await tab
      .getByRole('combobox', { name: 'Signed in as' })
      .selectOption({ label: 'Olivia Owner (owner of Acme Growth)' })
    await tab.getByRole('radio', { name: /Acme Growth/ }).check()
    await tab.getByRole('button', { name: 'Allow' }).click()
    await tab.waitForURL(/127\.0\.0\.1/)
    await tab.close()
    await sandbox.open('?account=company')
    await sandbox.heading('Accounts').waitFor()
    await sandbox.app.getByRole('rowheader', { name: 'Harbor Fitness' }).waitFor()
    await inspect('accounts')
    await sandbox.press(sandbox.app.getByRole('link', { name: /Open.*Harbor Fitness/ }))
    await sandbox.app.getByText('How Harbor Fitness and Rankr work together').waitFor()
  })

  await step('after the app was removed the frame says so', async () => {
    await sandbox.open()
    await sandbox.heading('Overview').waitFor()
    const frameUrl = (await sandbox.frame()).url()
    assert.match(await sandbox.breakThings('Remove the app'), /Removed/)
    await page.getByText('The app is not installed for Bright Dental').waitFor()
    assert.match(frameUrl, /settings/)
  })

  await step('opened by itself the page says where it belongs', async () => {
    const alone = await context.newPage()
    await alone.goto(`${app.url}/settings`)
    await alone.getByRole('heading', { name: /Open this page inside your CRM/ }).waitFor()
    await assertAccessible(alone.mainFrame(), 'alone')
    await picture(alone, 'alone')
    await alone.close()
  })

  assert.deepEqual(sandbox.faults, [])
})
