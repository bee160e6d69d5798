// Test files that share processes: each process takes the next file that none has taken, as a test that holds its own, until
// there is none left. Loading the app and getting it up to speed takes longer than most files need after it, and no process is
// left with much to do when the others have ended.
// A file sees no difference: it is loaded when the one before has ended, and its `after` hooks run at its own end. Only
// what it waits for outside of tests must stand before its first test.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { PATIENCE_MS } from './patience.ts'

const POLL_MS = 20

/** What keeps a process alive and is no test's business to leave behind. */
const OPEN = /^(?:Timeout|Immediate|TCP|TLS|HTTP|Process|Worker|MessagePort|FSEvent)/

/**
 * `files`: paths of test files from `root`; `taken`: a folder, the same for all processes and empty when the first one starts.
 * Fails the file that leaves a timer, socket, server or process open.
 */
export const runTogether = async (files: string[], { root, taken }: { root: URL; taken: URL }): Promise<void> => {
  for (const [number, file] of files.entries()) {
    if (!(await take(new URL(String(number), taken)))) continue
    await test(file, async (t) => {
      const before = openResources()
      await import(new URL(file, root).href)
      // Added last, so it runs after the file's own hooks.
      t.after(() => mustBeClosed(before))
    })
  }
}

/** Whoever makes the folder has the file. */
const take = (place: URL): Promise<boolean> =>
  mkdir(place).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )

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
