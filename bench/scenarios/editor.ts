// (j) what a person waits for in the settings: the first paint of each page with 100,000 events stored, layout shift, opening a
// workflow of 190 steps and changing it, in a real browser; and the processor time that a change takes on the server.

import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { createSessionIssuer } from '../../server/http/doors/session.ts'
import { encryptAsCryptoJs } from '../../server/sandbox/crm/user-context.ts'
import { openBrowser } from '../../test/browser/chromium.ts'
import { type Bench, freshDatabase, type Scenario, startApp } from '../bench.ts'
import { cpuPerEvent } from '../cpu.ts'
import { addHistory } from '../history.ts'
import { below, type Goal, type Row } from '../report.ts'
import { median } from '../statistics.ts'

const EVENTS = 100_000
/** Of each page, to be divided by: the kernel counts in hundredths of a second. */
const LOOKS = 10
const FAILURES = '/settings/activity/failed'
const PERSON = { companyId: 'company_1', userId: 'user_1', userName: 'Bench', role: 'admin' } as const

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

type Measured = { paint: number; ready: number; shift: number }

/** The page by itself: what the page around it would answer is put in its place. */
const openPages = async (bench: Bench): Promise<Page | undefined> => {
  const { environment, database, after } = bench
  const browser = await openBrowser({ after, skip: () => {} } as unknown as TestContext)
  if (!browser) return undefined
  const activeLocation = database.tenants[0]!.locationId
  const { userId, companyId, role, userName } = PERSON
  const context = { userId, companyId, role, userName, type: 'location', email: 'bench@example.com', activeLocation }
  const payload = encryptAsCryptoJs(JSON.stringify(context), environment.HIGHLEVEL_SSO_KEY!)
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  await page.addInitScript(WATCH)
  await page.route(/handshake[\w.-]*\.js/, (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `export class ParentSilent extends Error {}\nexport const isAllowedOrigin = () => true\nexport const askParent = async () => ${JSON.stringify(payload)}`,
    }),
  )
  return page
}

const visit = async (page: Page, url: string): Promise<Measured> => {
  await page.goto(url)
  await page.locator('body[data-session=ready]').waitFor()
  // Two frames later what moved has moved.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  return (await page.evaluate(`({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    ready: window.measured.ready, shift: window.measured.shift })`)) as Measured
}

/** Milliseconds from a key to the tree that shows what it did. */
const editByKey = async (page: Page, key: string): Promise<number> => {
  await page.evaluate(`window.changed = new Promise((done, fail) => {
    setTimeout(() => fail(new Error('The key changed nothing')), 30_000)
    const editor = document.getElementById('workflow-editor'), from = performance.now(), before = editor.dataset.revision
    new MutationObserver((_list, observer) => {
      if (editor.dataset.revision === before) return
      observer.disconnect()
      requestAnimationFrame(() => done(performance.now() - from))
    }).observe(editor, { attributes: true, attributeFilter: ['data-revision'] })
  })`)
  await page.keyboard.press(key)
  return (await page.evaluate('window.changed')) as number
}

export const editor: Scenario = async (bench) => {
  const { database, isQuick, rounds, say } = bench
  const rows: Row[] = []
  const goals: Goal[] = []
  const note = (name: string, unit: string, values: number[]): number => {
    rows.push({ part: 'j', name, unit, values })
    say(`${name}: ${median(values).toFixed(unit === '' ? 4 : 0)} ${unit}`)
    return median(values)
  }
  const databaseUrl = await freshDatabase(bench)
  const tenant = database.tenants[0]!
  const workflow = await addHistory({ databaseUrl, tenant, events: isQuick ? EVENTS / 10 : EVENTS })
  const app = await startApp(bench, { databaseUrl, role: 'web' })
  const here = `/settings/workflows/${workflow}/edit`

  // By itself, without a browser: processor time does not depend on who else uses the machine.
  const issue = createSessionIssuer({ secret: bench.environment.SESSION_SECRET!, now: () => new Date() })
  const { token } = await issue({ ...PERSON, locationId: tenant.locationId, scope: 'location' })
  const headers = { authorization: `Bearer ${token}`, 'hx-request': 'true' }
  const drawnIn = (html: string): string => (/data-drawn="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&amp;', '&')
  let drawn = drawnIn(await (await fetch(`${app.url}${here}?selected=sx`, { headers })).text())
  let bytes = 0
  const edit = async (turn: number): Promise<void> => {
    const revision = new URLSearchParams(drawn).get('revision') ?? '1'
    const response = await fetch(`${app.url}${here}/step`, {
      method: 'POST',
      headers: { ...headers, 'editor-drawn': drawn },
      body: new URLSearchParams({ step: 'sx', do: turn % 2 === 0 ? 'down' : 'up', revision, selected: 'sx' }),
    })
    const html = await response.text()
    if (!response.ok) throw new Error(`A change was answered ${response.status}`)
    drawn = drawnIn(html)
    bytes = html.length
  }
  for (let turn = 0; turn < 20; turn++) await edit(turn)
  const edits = isQuick ? 20 : 60
  const cpu: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { app: spent } = await cpuPerEvent({ app: app.child.pid! }, edits, async () => {
      for (let turn = 0; turn < edits; turn++) await edit(turn)
    })
    cpu.push(spent / 1000)
  }
  const spent = note('processor time of the server for a change of 190 steps', 'ms', cpu)
  goals.push(below('j', 'a change of 190 steps, processor time of the server', { value: spent, limit: 60, unit: 'ms' }))
  note('answer to a change of 190 steps', 'bytes', [bytes])

  const place = `?location=${tenant.locationId}`
  const shell = await (await fetch(`${app.url}/settings${place}`)).text()
  const links = shell.slice(shell.indexOf('data-navigation')).split('</nav>')[0]!
  const paths = [
    ...new Set([...links.matchAll(/href="(\/settings[^"?]*)/g)].map(([, path]) => path!)),
    ...[
      '/settings/activity/audit',
      FAILURES,
      `/settings/workflows/${workflow}`,
      `/settings/workflows/${workflow}/runs`,
    ],
  ]
  const nameOf = (path: string): string => path.replace(workflow, 'WORKFLOW')
  const costs: number[] = []
  for (const path of paths) {
    const look = async (): Promise<void> => {
      const response = await fetch(app.url + path, { headers })
      await response.text()
      if (!response.ok) throw new Error(`${path} was answered ${response.status}`)
    }
    await look()
    const each: number[] = []
    for (let round = 0; round < rounds; round++) {
      const spent = await cpuPerEvent({ app: app.child.pid!, database: database.pid }, LOOKS, async () => {
        for (let turn = 0; turn < LOOKS; turn++) await look()
      })
      each.push((spent.app + spent.database) / 1000)
    }
    costs.push(note(`${nameOf(path)}, processor time of server and database`, 'ms', each))
  }
  goals.push(below('j', 'the dearest page, processor time', { value: Math.max(...costs), limit: 100, unit: 'ms' }))

  const page = await openPages(bench)
  if (!page) return { rows, goals, skipped: ['(j) pages and editor in a browser: there is no Chromium'] }
  await visit(page, `${app.url}/settings${place}`)
  const paints: number[] = []
  const shifts: number[] = []
  for (const path of paths) {
    const visits: Measured[] = []
    for (let round = 0; round < rounds; round++) visits.push(await visit(page, app.url + path + place))
    const name = nameOf(path)
    paints.push(
      note(
        `${name}, first paint`,
        'ms',
        visits.map(({ paint }) => paint),
      ),
    )
    note(
      `${name}, screen shown`,
      'ms',
      visits.map(({ ready }) => ready),
    )
    shifts.push(...visits.map(({ shift }) => shift))
  }
  goals.push(below('j', 'first paint of the slowest page', { value: Math.max(...paints), limit: 200, unit: 'ms' }))
  note('layout shift, the most of any visit', '', [Math.max(...shifts)])

  const opened: number[] = []
  for (let round = 0; round < rounds; round++) opened.push((await visit(page, `${app.url}${here}${place}`)).ready)
  const open = note('editor with 190 steps shown', 'ms', opened)
  goals.push(below('j', 'opening a workflow of 190 steps', { value: open, limit: 1000, unit: 'ms' }))
  await page.locator('#card-sx').focus()
  const shown: number[] = []
  try {
    for (let turn = 0; turn < Math.max(rounds, 5) * 2; turn++) {
      shown.push(await editByKey(page, turn % 2 === 0 ? 'Alt+ArrowDown' : 'Alt+ArrowUp'))
    }
  } catch (error) {
    // The other figures are good without this one.
    const reason = error instanceof Error ? error.message : String(error)
    return { rows, goals, skipped: [`(j) a change of 190 steps, from the key to the screen: ${reason}`] }
  }
  const change = note('a change of 190 steps, from the key to the screen', 'ms', shown)
  goals.push(below('j', 'a change of 190 steps shown', { value: change, limit: 150, unit: 'ms' }))
  return { rows, goals, skipped: [] }
}
