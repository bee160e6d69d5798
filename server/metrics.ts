// Prometheus metrics for operators. Labels never name a tenant: their number must stay bounded.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { createObserve } from './observe.ts'

export type BacklogRow = { lane: string; state: string; events: number; oldestSeconds: number }
export type BudgetState = { callsToday: number; blocked: number; nearlySpent: number }
export type PoolState = { total: number; idle: number; waiting: number }

export type Metrics = {
  registry: Registry
  /** An event at the door: `stored`, `duplicate`, `dropped` or `refused`, and how long the sender waited. */
  accepted(entry: { source: string; outcome: string; seconds: number }): void
  /** One try of one step: `ok`, `retry` or `failed`. */
  attempted(entry: { action: string; outcome: string; seconds: number }): void
  /** An event that is over: `done`, `dead`, `skipped`. */
  finished(outcome: string): void
  /** A token refresh: `ok`, `needs_reconnect`, `suspended`, `failed`. */
  refreshed(result: string): void
  /** A mailbox had to wait for its rate budget. */
  throttled(): void
  /** A call that its part of the rate budget had no room for. */
  outOfBudget(priority: string): void
  /** `state` is asked at each scrape: whether all new events are kept out, and of how many accounts live ones and bulk work. */
  keptOut(state: () => { all: boolean; live: number; bulk: number }): void
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

type Sources = {
  backlog(): Promise<BacklogRow[]>
  budget(): Promise<BudgetState>
  pool(): PoolState
  isRedisThere?: (() => boolean) | undefined
}

/** Asks once while an answer is awaited. */
const shared = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let reading: Promise<T> | undefined
  return () => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
}

/**
 * @param backlog read at each scrape; one row per lane and mailbox state.
 * @param budget the rate budgets of all tenants, read at each scrape.
 * @param pool the database pool's counts, read at each scrape.
 * @param isRedisThere read at each scrape; left out where there is none.
 */
export const createMetrics = ({ backlog, budget, pool, isRedisThere }: Sources): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]

  const accepted = new Histogram({
    name: 'rankr_accept_seconds',
    help: 'Time from an event at the door to its answer, by source and outcome',
    labelNames: ['source', 'outcome'],
    buckets: SECONDS,
    registers,
  })
  const attempted = new Histogram({
    name: 'rankr_attempt_seconds',
    help: 'Time of one try of one action, by action and outcome',
    labelNames: ['action', 'outcome'],
    buckets: SECONDS,
    registers,
  })
  const observeAccepted = createObserve(accepted)
  const observeAttempted = createObserve(attempted)
  const finished = new Counter({
    name: 'rankr_events_finished_total',
    help: 'Events that are over',
    labelNames: ['outcome'],
    registers,
  })
  const refreshed = new Counter({
    name: 'rankr_token_refreshes_total',
    help: 'Token refreshes',
    labelNames: ['result'],
    registers,
  })
  // An alert sees that a count grows, not that it appears.
  for (const outcome of ['done', 'dead', 'skipped']) finished.inc({ outcome }, 0)
  for (const result of ['ok', 'needs_reconnect', 'suspended', 'failed']) refreshed.inc({ result }, 0)
  const throttled = new Counter({
    name: 'rankr_throttled_total',
    help: 'Times a mailbox waited for its rate budget',
    registers,
  })
  const outOfBudget = new Counter({
    name: 'rankr_rate_budget_refused_total',
    help: 'Calls to the CRM that were not made, since the rate budget had nothing left for their kind',
    labelNames: ['priority'],
    registers,
  })
  for (const priority of ['interactive', 'live', 'bulk']) outOfBudget.inc({ priority }, 0)

  // All gauges of a scrape are read at the same moment: each asks by itself, and they share one answer.
  const backlogNow = shared(backlog)
  const budgetNow = shared(budget)
  new Gauge({
    name: 'rankr_backlog_oldest_seconds',
    help: 'Age of the oldest event that is not finished',
    labelNames: ['lane', 'state'],
    registers,
    async collect() {
      const rows = await backlogNow()
      this.reset()
      for (const { lane, state, oldestSeconds } of rows) this.set({ lane, state }, oldestSeconds)
    },
  })
  new Gauge({
    name: 'rankr_backlog_events',
    help: 'Events accepted and not finished',
    labelNames: ['lane', 'state'],
    registers,
    async collect() {
      const rows = await backlogNow()
      this.reset()
      for (const { lane, state, events } of rows) this.set({ lane, state }, events)
    },
  })
  new Gauge({
    name: 'rankr_rate_budget_calls_today',
    help: 'Calls to the CRM given out today (UTC), of all accounts',
    registers,
    async collect() {
      this.set((await budgetNow()).callsToday)
    },
  })
  new Gauge({
    name: 'rankr_rate_budget_accounts',
    help: 'Accounts that may not call now (blocked), or have used four fifths of their day (nearly_spent)',
    labelNames: ['state'],
    registers,
    async collect() {
      const { blocked, nearlySpent } = await budgetNow()
      this.set({ state: 'blocked' }, blocked)
      this.set({ state: 'nearly_spent' }, nearlySpent)
    },
  })
  new Gauge({
    name: 'rankr_database_connections',
    help: 'Connections of the database pool',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(pool())) this.set({ state }, count)
    },
  })
  if (isRedisThere) {
    new Gauge({
      name: 'rankr_redis_up',
      help: 'Whether Redis answers (1) or not (0)',
      registers,
      collect() {
        this.set(Number(isRedisThere()))
      },
    })
  }

  return {
    registry,
    accepted: ({ source, outcome, seconds }) => observeAccepted(seconds, source, outcome),
    attempted: ({ action, outcome, seconds }) => observeAttempted(seconds, action, outcome),
    finished: (outcome) => finished.inc({ outcome }),
    refreshed: (result) => refreshed.inc({ result }),
    throttled: () => throttled.inc(),
    outOfBudget: (priority) => outOfBudget.inc({ priority }),
    keptOut(state) {
      new Gauge({
        name: 'rankr_events_kept_out',
        help: 'New events kept out because too many wait: of all (0 or 1), and accounts whose live events or bulk work is',
        labelNames: ['of'],
        registers,
        collect() {
          const { all, live, bulk } = state()
          this.set({ of: 'all' }, Number(all))
          this.set({ of: 'live' }, live)
          this.set({ of: 'bulk' }, bulk)
        },
      })
    },
  }
}
