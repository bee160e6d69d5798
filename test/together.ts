// Several test files in one process, one after the other, each as a test that holds its own. Loading the app takes longer
// than most files need after it, so a whole run (test/run.ts) shares processes between files.
// A file sees no difference: it is loaded when the one before has ended, and its `after` hooks run at its own end. Only
// what it waits for outside of tests must stand before its first test.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { PATIENCE_MS } from './patience.ts'

const POLL_MS = 20

/** What keeps a process alive and is no test's business to leave behind. */
const OPEN = /^(?:Timeout|Immediate|TCP|TLS|HTTP|Process|Worker|MessagePort|FSEvent)/

/** `files`: paths of test files from `root`. Fails the file that leaves a timer, socket, server or process open. */
export const runTogether = (files: string[], root: URL): void => {
  for (const file of files) {
    test(file, async (t) => {
      const before = openResources()
      await import(new URL(file, root).href)
      // Added last, so it runs after the file's own hooks.
      t.after(() => mustBeClosed(before))
    })
  }
}

const openResources = (): string[] => process.getActiveResourcesInfo().filter((kind) => OPEN.test(kind))

const mustBeClosed = async (before: string[]): Promise<void> => {
  const end = Date.now() + PATIENCE_MS
  for (let left = addedTo(before); left.length > 0; left = addedTo(before)) {
    assert.ok(Date.now() < end, `This file left open: ${left.join(', ')}`)
    await delay(POLL_MS)
  }
}

const addedTo = (before: string[]): string[] => {
  const known = [...before]
  return openResources().filter((kind) => {
    const at = known.indexOf(kind)
    if (at !== -1) known.splice(at, 1)
    return at === -1
  })
}
