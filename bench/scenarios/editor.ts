// (j) what a person waits for in the settings: the first paint of each page with 100,000 events stored, layout shift, opening a
// workflow of 190 steps and changing it, in a real browser; and the processor time that a change takes on the server.

import { createSessionIssuer } from '../../server/http/doors/session.ts'
import { freshDatabase, type Scenario, startApp } from '../bench.ts'
import { cpuPerEvent } from '../cpu.ts'
import { addHistory } from '../history.ts'
import { below, type Goal, type Row } from '../report.ts'
import { editByKey, type Measured, openSettings, PERSON, visit } from '../settings-browser.ts'
import { median } from '../statistics.ts'

const EVENTS = 100_000
/** Of each page, to be divided by: the kernel counts in hundredths of a second. */
const LOOKS = 10
/** Of each page in a browser, at least: the slowest of eighteen pages is the one that was disturbed most when few are looked at. */
const VISITS = 7
const FAILURES = '/settings/activity/failed'

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

  const browser = await openSettings(bench)
  if (!browser) return { rows, goals, skipped: ['(j) pages and editor in a browser: there is no Chromium'] }
  const { page, emptyCache } = browser
  // A browser that runs already, and a server that has compressed its files.
  await visit(page, `${app.url}/settings${place}`)
  const slowest = { first: 0, again: 0 }
  let shift = 0
  for (const [from, path] of paths.entries()) {
    const visits: Record<keyof typeof slowest, Measured[]> = { first: [], again: [] }
    for (let turn = 0; turn < (isQuick ? rounds : Math.max(rounds, VISITS)); turn++) {
      await emptyCache()
      visits.first.push(await visit(page, app.url + path + place, from))
      visits.again.push(await visit(page, app.url + path + place, from))
    }
    for (const [which, words] of [
      ['first', 'nothing in the cache'],
      ['again', 'visited before'],
    ] as const) {
      const [name, measured] = [`${nameOf(path)}, ${words}`, visits[which]]
      const paints = measured.map(({ paint }) => paint)
      slowest[which] = Math.max(slowest[which], note(`${name}: first paint`, 'ms', paints))
      const shown = measured.map(({ ready }) => ready)
      note(`${name}: screen shown`, 'ms', shown)
      shift = Math.max(shift, ...measured.map((one) => one.shift))
    }
  }
  goals.push(
    below('j', 'first paint of the slowest page, nothing in the cache', {
      value: slowest.first,
      limit: 200,
      unit: 'ms',
    }),
    below('j', 'first paint of the slowest page, visited before', { value: slowest.again, limit: 200, unit: 'ms' }),
  )
  note('layout shift, the most of any visit', '', [shift])

  const opened: number[] = []
  for (let round = 0; round < rounds; round++) opened.push((await visit(page, `${app.url}${here}${place}`)).ready)
  const opening = note('editor with 190 steps shown', 'ms', opened)
  goals.push(below('j', 'opening a workflow of 190 steps', { value: opening, limit: 1000, unit: 'ms' }))
  await page.locator('#card-sx').focus()
  const shown: number[] = []
  for (let turn = 0; turn < Math.max(rounds, 5) * 2; turn++) {
    shown.push(await editByKey(page, turn % 2 === 0 ? 'Alt+ArrowDown' : 'Alt+ArrowUp'))
  }
  const change = note('a change of 190 steps, from the key to the screen', 'ms', shown)
  goals.push(below('j', 'a change of 190 steps shown', { value: change, limit: 150, unit: 'ms' }))
  return { rows, goals, skipped: [] }
}
