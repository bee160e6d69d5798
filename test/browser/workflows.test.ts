// Workflows in a real browser, against the really started app: one with a branch and a delay is built by mouse, and again by
// keyboard alone; it is tried out, published, switched on, and seen running on an event of Rankr.

import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Locator } from 'playwright-core'
import { LONGEST_MS, PATIENCE_MS } from '../patience.ts'
import { start, temporaryFolder } from '../process.ts'
import { openBrowser } from './chromium.ts'
import { inspectScreen } from './inspect-screen.ts'
import { assertAccessible, assertFits } from './looks.ts'
import { eventually, sandboxPage } from './sandbox-page.ts'

/** How late the answers to what is filled in come, for whoever presses one key after the other. */
const ANSWER_MS = 100
const BRING = 'Bring a customer into the contacts'

test('a workflow with a branch and a delay, from the first click to its run', { timeout: LONGEST_MS }, async (t) => {
  const browser = await openBrowser(t)
  if (!browser) return
  const app = await start({ DATA_DIR: await temporaryFolder(t), LOG_LEVEL: 'info' })
  t.after(() => app.end())
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const sandbox = sandboxPage(page, context, `http://localhost:${app.port}`)
  const { app: frame, press } = sandbox
  const card = (words: string): Locator => frame.locator('.flow-card[data-step]').filter({ hasText: words })
  const said = (words: RegExp): Promise<void> => frame.locator('#editor-said').filter({ hasText: words }).waitFor()
  /** Names of the steps in the tree, in reading order. */
  const steps = (): Promise<string[]> => frame.locator('.flow-card[data-step] strong').allTextContents()
  const hasSteps = (...names: string[]): Promise<void> =>
    eventually(`the steps are ${names.join(', ')}`, async () => isDeepStrictEqual(await steps(), names))
  /** What is said comes a moment before the focus, which follows the new tree. */
  const hasFocus = (id: string): Promise<void> => frame.locator(`[id="${id}"]:focus`).waitFor()

  const list = async (): Promise<void> => {
    await frame.locator('[data-navigation]').getByRole('link', { name: 'Workflows', exact: true }).press('Enter')
    await sandbox.heading('Workflows').waitFor()
  }
  /** Fills a field of the panel with a value of the event, in the way that is handed in. */
  const choose = async (field: string, path: string, go: (control: Locator) => Promise<void>): Promise<void> => {
    await go(frame.locator(`#step-panel [data-choose="input.${field}"]`))
    await go(frame.getByRole('dialog').locator(`[data-path="${path}"]`))
    await frame.locator(`#step-panel [name="input.${field}.path"][value="${path}"]`).waitFor({ state: 'attached' })
    await frame.locator('form.htmx-request').waitFor({ state: 'detached' })
  }
  const chooseAll = async (go: (control: Locator) => Promise<void>): Promise<void> => {
    await choose('rankrId', 'trigger.data.id', go)
    await choose('email', 'trigger.data.email', go)
    await choose('name', 'trigger.data.name', go)
  }
  /** Publishes and switches on what is open, has Rankr tell of a customer, and finds its run at the delay. */
  const seeItRun = async (customer: string): Promise<void> => {
    await press(frame.locator('#editor-try'))
    await frame.locator('#editor-trial').getByText(BRING).first().waitFor()
    await card(BRING).getByText('would be done').waitFor()
    await press(frame.locator('#editor-publish'))
    await said(/^Published/)
    await press(frame.locator('#editor-switch'))
    await said(/^Switched on/)
    await sandbox.tell('customer.created', customer)
    await press(frame.getByRole('link', { name: 'Runs, versions and more' }))
    const run = frame.locator('section[aria-labelledby=workflow-runs] tbody tr').filter({ hasText: customer })
    await eventually('the run waits at its delay', async () => {
      if (await run.getByText('Waiting').isVisible()) return true
      await press(frame.getByRole('link', { name: 'Edit', exact: true }))
      await press(frame.getByRole('link', { name: 'Runs, versions and more' }))
      await frame.locator('#workflow-runs').waitFor()
      return false
    })
  }

  await sandbox.installAndConnect()

  await t.test('by mouse', async () => {
    await list()
    await frame.getByLabel('Name', { exact: true }).fill('By mouse')
    await frame.getByRole('button', { name: 'Create workflow' }).click()
    await frame.locator('#card-start').waitFor()
    await sandbox.size(320)
    await assertFits(await sandbox.frame(), 'the empty editor')
    await assertAccessible(await sandbox.frame(), 'the empty editor')
    await sandbox.size(undefined)

    await frame.getByRole('combobox', { name: 'Choose what starts it' }).fill('customer created')
    await frame.getByRole('option', { name: /^Customer created Rankr/ }).click()
    await frame.locator('#card-start').getByText('Customer created').waitFor()

    await frame.locator('#add-end-top-top').click()
    await frame.getByRole('button', { name: /^If/ }).click()
    await frame.locator('.flow-condition').waitFor()
    await frame.getByRole('button', { name: /^Add a rule/ }).click()
    await frame.locator('#step-panel [data-choose-path]').first().click()
    await frame.getByRole('dialog').locator('[data-path="trigger.data.email"]').click()
    await frame.locator('#step-panel select[name$=".operator"]').selectOption('exists')
    await card('By email').waitFor()

    await frame.getByRole('link', { name: 'Add a step at the end of “New branch”' }).click()
    await frame.locator('#step-search').fill('bring a customer')
    await frame.getByRole('button', { name: BRING }).click()
    await card(BRING).waitFor()
    await chooseAll((control) => control.click())
    await frame.locator('#add-end-top-top').click()
    await frame.getByRole('button', { name: /^Wait/ }).click()
    await card('One day').waitFor()
    await hasSteps('If', BRING, 'Wait')

    await card('One day').dragTo(frame.locator('#step-if .joint[data-at="if,yes,0"]'))
    await said(/is number 1 of 2 in “New branch”/)
    await hasSteps('If', 'Wait', BRING)
    await frame.locator('#editor-undo').click()
    await said(/was undone/)
    await hasSteps('If', BRING, 'Wait')
    await inspectScreen(sandbox, 'editor')
    await seeItRun('cus_1001')
    await sandbox.contact('Ana Diaz').first().waitFor()
  })

  await t.test('by keyboard alone', async () => {
    const key = (name: string): Promise<void> => page.keyboard.press(name)
    // Answers come while the next value is being chosen: none of them takes it back.
    await page.route(/\/edit\/(form|values)/, async (route) => {
      await delay(ANSWER_MS)
      await route.continue()
    })
    await list()
    await frame.getByLabel('Name', { exact: true }).focus()
    await page.keyboard.type('By keyboard')
    await key('Enter')
    await frame.locator('#card-start').waitFor()

    await frame.locator('#card-start').press('Enter')
    await frame.locator('#step-panel:focus').waitFor()
    await frame.getByRole('combobox', { name: 'Choose what starts it' }).focus()
    await page.keyboard.type('customer created')
    await key('Enter')
    await frame.locator('#card-start').getByText('Customer created').waitFor()

    await frame.locator('#add-end-top-top').press('Enter')
    await frame.locator('#step-search:focus').waitFor()
    await page.keyboard.type('bring a customer')
    await frame.locator('#step-choices').getByRole('button').first().filter({ hasText: BRING }).waitFor()
    await press(frame.locator('#step-choices').getByRole('button', { name: BRING }))
    await card(BRING).waitFor()
    await said(/was added/)
    await hasFocus('step-panel')
    // A moment after it has the focus, in which an answer that draws the list anew would take it away.
    await chooseAll(async (control) => {
      await control.focus()
      await delay(ANSWER_MS)
      await key('Enter')
    })
    await key('Escape')
    const id = String(await card(BRING).getAttribute('id'))
    await hasFocus(id)

    await frame.locator('#add-end-top-top').press('Enter')
    await frame.getByRole('button', { name: /^If/ }).press('Enter')
    await frame.locator('.flow-condition').waitFor()
    await press(frame.getByRole('button', { name: /^Add a rule/ }))
    await press(frame.locator('#step-panel [data-choose-path]').first())
    await press(frame.getByRole('dialog').locator('[data-path="trigger.data.email"]'))
    await frame.locator('#step-panel [name$=".path"][value="trigger.data.email"]').waitFor({ state: 'attached' })
    const operator = frame.locator('#step-panel select[name$=".operator"]')
    // From "is" to "exists".
    for (let downs = 0; downs < 4; downs++) await operator.press('ArrowDown')
    await frame.locator('.flow-condition').getByText('By email').waitFor()
    await frame.locator('.flow-condition.has-problems').waitFor({ state: 'detached' })
    await frame.locator('#add-end-top-top').press('Enter')
    await frame.getByRole('button', { name: /^Wait/ }).press('Enter')
    await card('One day').waitFor()
    await hasSteps(BRING, 'If', 'Wait')

    await frame.locator('#card-start').press('ArrowDown')
    await hasFocus(id)
    await key('Alt+ArrowRight')
    await said(/is number 1 of 1 in “New branch”/)
    await hasSteps('If', BRING, 'Wait')
    await hasFocus(id)
    await key('Control+d')
    await said(/was copied/)
    await key('Delete')
    await said(/was removed/)
    await hasFocus(id)
    await key('Control+z')
    await said(/was undone/)
    await frame.locator('.flow-card[data-step]').nth(3).waitFor()
    await key('Control+z')
    await frame.locator('.flow-card[data-step]').nth(3).waitFor({ state: 'detached' })
    await seeItRun('cus_1002')
    await sandbox.contact('Ben Okafor').first().waitFor()
  })

  assert.deepEqual(sandbox.faults, [])
})
