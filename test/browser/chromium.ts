// A real browser for tests: Debian's Chromium, driven by playwright-core. Third-party cookies are off, as they will be
// for many people.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const APT = '/usr/bin/apt-get'
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const found = (): string | undefined => [process.env.CHROMIUM_PATH ?? '', ...PLACES].find((path) => existsSync(path))

// Test files run at the same time and the package manager serves one: the others wait here, also for a program that is
// there already and still being set up.
const INSTALL = `test -x ${PLACES[0]} || { ${APT} update && ${APT} install -y --no-install-recommends chromium; }`
const ONE_AT_A_TIME = join(tmpdir(), 'rankr-connect-chromium.lock')

const isRoot = process.getuid?.() === 0

/** Debian's package, when this machine lets us. Says on the terminal what it does: it takes a while. */
const install = async (): Promise<void> => {
  if (!found()) console.error('Chromium is missing: installing the Debian package for the browser tests…')
  await promisify(execFile)('flock', [ONE_AT_A_TIME, 'sh', '-c', INSTALL], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  })
}

const path = async (): Promise<string | undefined> => {
  if (process.env.CHROMIUM_PATH || !isRoot || !existsSync(APT)) return found()
  try {
    await install()
  } catch (error) {
    console.error(`Installing Chromium failed: ${error instanceof Error ? error.message : error}`)
  }
  return found()
}

/**
 * Starts the browser, closed after the test. Without one the test is skipped, and the terminal says so; with REQUIRE_BROWSER
 * set it fails instead. CHROMIUM_PATH names another program.
 */
export const openBrowser = async (t: TestContext): Promise<Browser | undefined> => {
  const executablePath = await path()
  if (!executablePath) {
    const words = 'NOT RUN: the browser tests need Chromium (apt-get install chromium, or set CHROMIUM_PATH).'
    if (process.env.REQUIRE_BROWSER) throw new Error(words)
    console.error(`\n  ${words}\n`)
    t.skip(words)
    return undefined
  }
  const browser = await chromium.launch({
    executablePath,
    args: ['--test-third-party-cookie-phaseout', ...(isRoot ? ['--no-sandbox'] : [])],
  })
  t.after(() => browser.close())
  return browser
}
