// Contestants measured in turn, round after round, so that what else happens on the machine hits all of them alike.

import type { Part, Row } from './report.ts'
import { median } from './statistics.ts'

export type Measured = {
  /** Events per second. */
  rate: number
  /** Of the answers. */
  p99Ms?: number
  /** Processor time per event, by process. */
  cpuMicros?: Record<string, number>
}

export type Contestant = { part: Part; name: string; run(round: number): Promise<Measured> }

export type Contest = {
  rows: Row[]
  /** The median over the rounds of one contestant's rate in proportion to another's; NaN when one did not take part. */
  ratio(name: string, of: string): number
}

/** Round 0 warms up and is not counted. */
export const contest = async (
  { rounds, say }: { rounds: number; say(text: string): void },
  contestants: Contestant[],
): Promise<Contest> => {
  const all = contestants.map((contestant) => ({ ...contestant, measured: [] as Measured[] }))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run, measured } of all) {
      const result = await run(round)
      say(`${round === 0 ? 'warming up' : `round ${round}`}: ${name} ${result.rate.toFixed(0)}/s`)
      if (round > 0) measured.push(result)
    }
  }
  return {
    rows: all.flatMap(({ part, name, measured }) => [
      { part, name, unit: 'events/s', values: measured.map(({ rate }) => rate) },
      ...detailsOf(name, measured).map((row): Row => ({ part, ...row })),
    ]),
    ratio(name, of) {
      const ratesOf = (wanted: string) => all.find((one) => one.name === wanted)?.measured.map(({ rate }) => rate) ?? []
      const base = ratesOf(of)
      return median(ratesOf(name).map((rate, round) => rate / base[round]!))
    },
  }
}

const detailsOf = (name: string, measured: Measured[]): Omit<Row, 'part'>[] => [
  ...(measured[0]?.p99Ms === undefined
    ? []
    : [{ name: `${name}: p99 of the answer`, unit: 'ms', values: measured.map(({ p99Ms }) => p99Ms!) }]),
  ...Object.keys(measured[0]?.cpuMicros ?? {}).map((process) => ({
    name: `${name}: processor time, ${process}`,
    unit: 'µs/event',
    values: measured.map(({ cpuMicros }) => cpuMicros![process]!),
  })),
]
