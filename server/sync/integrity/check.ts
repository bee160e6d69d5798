// Runs a check turn by turn: reads and compares pages until the turn's time is up. Each page is committed with its
// cursor, so that a crash repeats one page at most.

import { asAppError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { outcomeOf } from '../../relay/outcome.ts'
import type { Database } from '../../store/db.ts'
import type { IntegrityCheck, IntegrityChecks, IntegrityJob } from '../../store/integrity-checks.ts'
import type { KindCounts } from '../../store/integrity-counts.ts'
import type { IntegrityFindings } from '../../store/integrity-findings.ts'
import type { IntegritySeen } from '../../store/integrity-seen.ts'
import type { Links } from '../../store/links.ts'
import type { CallCrm } from '../action.ts'
import type { Execute } from '../actions.ts'
import type { OrderHome } from '../orders/order-object.ts'
import { type CheckStep, stepsOf } from './check-plan.ts'
import type { CheckSteps, Page } from './check-steps.ts'
import { linkKindOf } from './parts.ts'
import type { TicketDesks } from './ticket-side.ts'
import type { Surroundings } from './wanted.ts'
import type { IntegrityWorkflows } from './workflows.ts'

type Deps = {
  db: Pick<Database, 'transaction'>
  checks: IntegrityChecks
  findings: IntegrityFindings
  seen: IntegritySeen
  links: Pick<Links, 'knownToRankr'>
  steps: CheckSteps
  workflows: IntegrityWorkflows
  desks: Pick<TicketDesks, 'names'>
  execute: Execute
  /** The account's place for orders. */
  home(locationId: string): Promise<OrderHome | undefined>
  /** Called with a check that found something, before it ends; possibly more than once. */
  drifted(
    locationId: string,
    drift: { checkId: string; checked: number; differences: Record<string, number> },
  ): Promise<void>
  now: () => Date
  log: Log
  /** Called before and after every commit, so that tests can end the process there. */
  fault?: (point: string) => void | Promise<void>
}

const TURN_MS = 5_000
const CONFIRMED_AT_ONCE = 20
const MOST_FAILURES = 20
const LONGEST_REST_MS = 60_000

const NONE: KindCounts = { rankr: 0, crm: 0, rankrTotal: null, crmTotal: null }

/** The check was stopped, or another turn of it is ahead of this one. */
class Overtaken extends Error {}

/** Returns the function that runs one turn. */
export const createIntegrityCheck = (deps: Deps) => {
  const { db, checks, findings, seen, links, steps, workflows, desks, execute, home, drifted, now, log } = deps
  const { fault = () => {} } = deps

  const crmOf =
    (locationId: string): CallCrm =>
    async (actionId, input) =>
      (await execute({ locationId, actionId, input, priority: 'bulk' })).output

  const surroundingsOf = async (locationId: string, { kinds }: IntegrityCheck): Promise<Surroundings> => ({
    place: kinds.includes('order') ? await home(locationId) : undefined,
    back: await workflows.back(locationId),
    tickets: kinds.includes('ticket')
      ? { hasDesk: (await desks.names(locationId)).size > 0, isBack: await workflows.ticketsBack(locationId) }
      : undefined,
  })

  const countedIn = ({ counts }: IntegrityCheck, { counted }: Page): IntegrityCheck['counts'] => {
    if (!counted) return counts
    const { rankr = 0, crm = 0, ...totals } = counted.change
    const before = counts[counted.kind] ?? NONE
    return { ...counts, [counted.kind]: { ...before, ...totals, rankr: before.rankr + rankr, crm: before.crm + crm } }
  }

  type Kept = Pick<IntegrityCheck, 'place' | 'counts'>

  const commit = async (
    locationId: string,
    check: IntegrityCheck,
    { place, counts }: Kept,
    write: (tx: Parameters<Parameters<Database['transaction']>[0]>[0]) => Promise<void>,
  ): Promise<IntegrityCheck> => {
    await fault('before commit')
    await db.transaction(async (tx) => {
      if (!(await checks.advance(locationId, check, { place, counts }, tx))) throw new Overtaken()
      await write(tx)
    })
    await fault('after commit')
    return { ...check, place, counts, turn: check.turn + 1, failures: 0 }
  }

  type Given = Parameters<CheckSteps['read']>[0]

  const readPage = async (given: Given, step: CheckStep & { do: Exclude<CheckStep['do'], 'confirm'> }) => {
    const { locationId, check } = given
    const { place } = check
    const page = await steps.read(given, step as Parameters<CheckSteps['read']>[1], place.cursor)
    const next = page.next === null ? { step: place.step + 1, cursor: null } : { ...place, cursor: page.next }
    const of = { locationId, checkId: check.id }
    return await commit(locationId, check, { place: next, counts: countedIn(check, page) }, async (tx) => {
      await seen.add(of, page.seen ?? [], tx)
      for (const replaced of page.replaced ?? []) await findings.replace(of, replaced, tx)
      const [own] = page.replaced ?? []
      if (own && step.do === 'rankr') await links.knownToRankr(locationId, linkKindOf(step.kind), own.rankrIds, tx)
    })
  }

  /** Undefined when every candidate was verified. */
  const confirmSome = async (given: Given): Promise<IntegrityCheck | undefined> => {
    const { locationId, check } = given
    const of = { locationId, checkId: check.id }
    const candidates = await findings.candidates(of, CONFIRMED_AT_ONCE)
    if (candidates.length === 0) return undefined
    const results: Parameters<IntegrityFindings['confirm']>[1] = []
    for (const candidate of candidates) {
      results.push({ id: candidate.id, found: await steps.confirm(given, candidate) })
    }
    return await commit(locationId, check, check, (tx) => findings.confirm(of, results, tx))
  }

  const end = async (locationId: string, check: IntegrityCheck): Promise<void> => {
    const of = { locationId, checkId: check.id }
    const differences: Record<string, number> = {}
    for (const { type, state, count } of await findings.kinds(of)) {
      if (state === 'open') differences[type] = Number(count)
    }
    const checked = Object.values(check.counts).reduce((sum, { rankr }) => sum + rankr, 0)
    if (Object.keys(differences).length > 0) await drifted(locationId, { checkId: check.id, checked, differences })
    await fault('before end')
    await db.transaction((tx) => checks.end(locationId, check.id, { status: 'done', differences, at: now() }, tx))
    log.info({ locationId, check: check.id, checked, differences }, 'a check has ended')
  }

  /** Until it ends or the time is up; returns whether there is more. */
  const goOn = async (locationId: string, begun: IntegrityCheck, signal: AbortSignal): Promise<boolean> => {
    const until = now().getTime() + TURN_MS
    const [crm, surroundings, all] = [crmOf(locationId), await surroundingsOf(locationId, begun), stepsOf(begun.kinds)]
    let check = begun
    if (Object.keys(begun.counts).length === 0) {
      const counts = await steps.totals({ locationId, check, crm, surroundings, signal })
      check = await commit(locationId, check, { place: check.place, counts }, async () => {})
    }
    while (!signal.aborted && now().getTime() <= until) {
      const given = { locationId, check, crm, surroundings, signal }
      const step = all[check.place.step]
      if (step && step.do !== 'confirm') {
        check = await readPage(given, step)
        continue
      }
      const confirmed = await confirmSome(given)
      if (!confirmed) {
        await end(locationId, check)
        return false
      }
      check = confirmed
    }
    return true
  }

  const failed = async (job: IntegrityJob, check: IntegrityCheck, thrown: unknown): Promise<void> => {
    const { locationId, id } = job
    const { code, retryAfterSeconds = 0 } = asAppError(thrown)
    const outcome = outcomeOf(thrown)
    const failures = check.failures + (outcome.kind === 'wait' ? 0 : 1)
    if (outcome.kind === 'person' || outcome.kind === 'held' || outcome.kind === 'dead' || failures > MOST_FAILURES) {
      log.warn({ locationId, check: id, err: thrown }, 'a check has failed')
      await checks.end(locationId, id, { status: 'failed', code, at: now() })
      return
    }
    const backoffMs = outcome.kind === 'wait' ? 1_000 : Math.min(LONGEST_REST_MS, 1_000 * 2 ** failures)
    const until = new Date(now().getTime() + Math.max(backoffMs, retryAfterSeconds * 1_000))
    await checks.waits(locationId, id, { code, until, failures })
    await checks.queue(job, until)
  }

  /** One turn. The job that called it is done; the next turn is another job. */
  const turn = async (job: IntegrityJob, signal: AbortSignal): Promise<void> => {
    const check = await checks.get(job.locationId, job.id)
    if (check?.status !== 'running') return
    try {
      if (await goOn(job.locationId, check, signal)) await checks.queue(job, now())
    } catch (thrown) {
      if (thrown instanceof Overtaken) return
      // Progress is kept; only the failure count goes on.
      await failed(job, (await checks.get(job.locationId, job.id)) ?? check, thrown)
    }
  }

  return { turn }
}
