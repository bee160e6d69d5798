// Processor time of processes as Linux counts it: unlike rates it does not depend on who else uses the machine.

import { readdirSync, readFileSync } from 'node:fs'

/** Of /proc/<pid>/stat; the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

type Stat = { parent: number; own: number; ofDeadChildren: number }

const statOf = (pid: number | string): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Fields from the third on: the second, the program's name, may hold anything.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    return {
      parent: fields[1]!,
      own: (fields[11]! + fields[12]!) / TICKS_PER_SECOND,
      ofDeadChildren: (fields[13]! + fields[14]!) / TICKS_PER_SECOND,
    }
  } catch {
    return undefined
  }
}

/**
 * Seconds that a process and its children have used so far, also those that have ended; NaN where nobody counts. Of this very
 * process its own alone: its children are what it measures.
 */
const cpuSeconds = (pid: number): number => {
  const self = statOf(pid)
  if (!self) return Number.NaN
  if (pid === process.pid) return self.own
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => stat?.parent === pid)
  return children.reduce((sum, stat) => sum + stat!.own, self.own + self.ofDeadChildren)
}

/** Microseconds of processor time that each of `count` events took in the processes, by name. */
export const cpuPerEvent = async <Name extends string>(
  pids: Record<Name, number>,
  count: number,
  work: () => Promise<unknown>,
): Promise<Record<Name, number>> => {
  const names = Object.keys(pids) as Name[]
  const before = names.map((name) => cpuSeconds(pids[name]))
  await work()
  return Object.fromEntries(
    names.map((name, at) => [name, ((cpuSeconds(pids[name]) - before[at]!) * 1e6) / count]),
  ) as Record<Name, number>
}
