// Integrity checks for screens: start, stop, resume; repair or accept findings. Changes are made in the transaction of
// their audit entry. Knows no HTTP.

import { AppError } from '../../errors.ts'
import { newId } from '../../ids.ts'
import type { Database, Tx } from '../../store/db.ts'
import type { IntegrityCheck, IntegrityChecks } from '../../store/integrity-checks.ts'
import type { FindingFilter, IntegrityFindings } from '../../store/integrity-findings.ts'
import type { IntegrityRepairs } from '../../store/integrity-repairs.ts'
import type { IntegritySettings, SampleTest } from '../../store/integrity-settings.ts'
import { type CheckProgress, progressOf } from './progress.ts'
import type { createIntegrityRepair, RecordRepair, Repaired } from './repair.ts'
import type { SampleTests } from './sample-test.ts'
import type { IntegrityWorkflows } from './workflows.ts'

type Deps = {
  db: Pick<Database, 'transaction'>
  checks: IntegrityChecks
  findings: IntegrityFindings
  repairs: IntegrityRepairs
  settings: IntegritySettings
  workflows: Pick<IntegrityWorkflows, 'kinds'>
  sampleTest: SampleTests
  repair: ReturnType<typeof createIntegrityRepair>['repair']
  now: () => Date
}

/** Called in the transaction of the change, to audit it. */
type RecordCheck = (tx: Tx, check: IntegrityCheck) => Promise<void>

export type IntegrityService = ReturnType<typeof createIntegrityService>

/** Methods throw `not_found` and `conflict` as described on each. */
export const createIntegrityService = (deps: Deps) => {
  const { db, checks, findings, repairs, settings, workflows, sampleTest, repair, now } = deps
  const of = (locationId: string, checkId: string) => ({ locationId, checkId })

  const queued = async (locationId: string, check: IntegrityCheck | undefined, tx: Tx): Promise<IntegrityCheck> => {
    if (!check) throw new AppError('conflict', { detail: 'It has changed meanwhile.' })
    await checks.queue({ locationId, id: check.id }, now(), tx)
    return check
  }

  return {
    checks: (locationId: string, limit: number) => checks.list(locationId, limit),
    check: checks.get,
    progress: (check: IntegrityCheck): CheckProgress => progressOf(check, now()),
    finding: findings.get,
    page: (locationId: string, checkId: string, wish: FindingFilter & { after: number; limit: number }) =>
      findings.page(of(locationId, checkId), wish),
    count: (locationId: string, checkId: string, filter: FindingFilter) =>
      findings.count(of(locationId, checkId), filter),
    repairable: (locationId: string, checkId: string) => findings.countRepairable(of(locationId, checkId)),
    kinds: workflows.kinds,
    settings: settings.read,
    setNightly: settings.setNightly,

    /** Open findings of the last completed check; undefined when there is none. */
    async standing(locationId: string): Promise<{ check: IntegrityCheck; open: number } | undefined> {
      const check = (await checks.list(locationId, 20)).find(({ status }) => status === 'done')
      if (!check) return undefined
      return { check, open: await findings.count(of(locationId, check.id), { state: 'open' }) }
    },

    /** Throws `not_found` when no sync is on, `conflict` while another check of the location is running. */
    async start(locationId: string, by: string, record: RecordCheck): Promise<IntegrityCheck> {
      const kinds = await workflows.kinds(locationId)
      if (kinds.length === 0) throw new AppError('not_found', { detail: 'No sync of records is switched on.' })
      return await db.transaction(async (tx) => {
        const at = now()
        const wish = { id: newId(), kinds, isNightly: false, startedBy: by, at }
        const check = await queued(locationId, await checks.start(locationId, wish, tx), tx)
        await record(tx, check)
        return check
      })
    },

    /** Throws `conflict` when it is not running. */
    stop: (locationId: string, id: string, record: RecordCheck): Promise<void> =>
      db.transaction(async (tx) => {
        const check = await checks.end(locationId, id, { status: 'stopped', at: now() }, tx)
        if (!check) throw new AppError('conflict', { detail: 'It has ended already.' })
        await record(tx, check)
      }),

    /** Continues a check that was stopped or failed. Throws `conflict` when it cannot. */
    resume: (locationId: string, id: string, record: RecordCheck): Promise<void> =>
      db.transaction(async (tx) => {
        const check = await queued(locationId, await checks.resume(locationId, id, now(), tx), tx)
        await record(tx, check)
      }),

    /** Throws `not_found`, and what the repair throws. */
    async repairOne(locationId: string, id: string, by: string, record: RecordRepair): Promise<Repaired> {
      const finding = await findings.get(locationId, id)
      if (!finding) throw new AppError('not_found')
      return await repair(locationId, finding, { by, record })
    },

    /** Throws `not_found` when nothing is repairable, `conflict` while a repair is running. */
    async repairAll(
      locationId: string,
      id: string,
      by: string,
      record: (tx: Tx, total: number) => Promise<void>,
    ): Promise<number> {
      const total = await findings.countRepairable(of(locationId, id))
      if (total === 0) throw new AppError('not_found', { detail: 'There is nothing to repair any more.' })
      await db.transaction(async (tx) => {
        if (!(await repairs.start(locationId, id, { total, by }, tx))) {
          throw new AppError('conflict', { detail: 'A repair is going on already.' })
        }
        await checks.queueRepair({ locationId, id }, now(), tx)
        await record(tx, total)
      })
      return total
    },

    /** Throws `conflict` when it is not running. */
    stopRepair: (locationId: string, id: string, record: (tx: Tx) => Promise<void>): Promise<void> =>
      db.transaction(async (tx) => {
        if (!(await repairs.end(locationId, id, 'stopped', tx))) {
          throw new AppError('conflict', { detail: 'It has ended already.' })
        }
        await record(tx)
      }),

    /** Accepts a finding, also in later checks. Throws `conflict` when it is no longer open. */
    accept: (locationId: string, id: string, by: string, record: (tx: Tx) => Promise<void>): Promise<void> =>
      db.transaction(async (tx) => {
        if (!(await findings.accept(locationId, id, { by, at: now() }, tx))) {
          throw new AppError('conflict', { detail: 'It is not open any more.' })
        }
        await record(tx)
      }),

    /** The last test with sample data; `isCurrent`: it tested the current settings. */
    async sampleTest(locationId: string): Promise<(SampleTest & { isCurrent: boolean }) | undefined> {
      const [{ sampleTest: last }, subject] = await Promise.all([
        settings.read(locationId),
        sampleTest.subject(locationId),
      ])
      return last ? { ...last, isCurrent: last.of === subject } : undefined
    },

    /** Throws `not_found` when no sync is on. */
    async runSampleTest(locationId: string, record: (tx: Tx, test: SampleTest) => Promise<void>): Promise<SampleTest> {
      const test = await sampleTest.run(locationId)
      if (!test) throw new AppError('not_found', { detail: 'No sync is switched on.' })
      await db.transaction(async (tx) => {
        await settings.keepSampleTest(locationId, test, tx)
        await record(tx, test)
      })
      return test
    },
  }
}
