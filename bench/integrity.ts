// The app's own check of both sides, begun as a person begins it and followed to its end.

import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../server/store/db.ts'
import { createIntegrityChecks } from '../server/store/integrity-checks.ts'
import { createMailboxes } from '../server/store/mailboxes.ts'

const LOOK_MS = 500
const PATIENCE_MS = 3_600_000

type Options = {
  db: Database
  locationId: string
  press(path: string, form: Record<string, string>): Promise<void>
}

const until = async <Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> => {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await delay(LOOK_MS)) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(`${what} in vain`)
}

/** Answers the differences found, by type, and how many records of either side were compared. */
export const checkBothSides = async ({ db, locationId, press }: Options) => {
  const mailboxes = createMailboxes({ db })
  const checks = createIntegrityChecks({ db })
  // What is still on its way is no difference.
  await until('Waited for the mailboxes to be empty', async () => {
    const boxes = await mailboxes.of(locationId)
    return boxes.every(({ state, waiting }) => state === 'idle' && waiting === 0) || undefined
  })
  await press('/settings/integrity/check', {})
  const check = await until('Waited for the check', async () => {
    const [latest] = await checks.list(locationId, 1)
    return latest && latest.status !== 'running' ? latest : undefined
  })
  if (check.status !== 'done') throw new Error(`The check has ${check.status}: ${check.code}`)
  const counts = Object.values(check.counts)
  return {
    seconds: (check.finishedAt!.getTime() - check.startedAt.getTime()) / 1_000,
    differences: check.differences,
    open: Object.values(check.differences).reduce((sum, count) => sum + count, 0),
    rankr: counts.reduce((sum, { rankr }) => sum + rankr, 0),
    crm: counts.reduce((sum, { crm }) => sum + crm, 0),
  }
}
