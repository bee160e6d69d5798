// Keeps the simulation's rows over restarts: one JSON-lines file, a line per change, written before the change is
// answered. What a killed process had acknowledged is in the file (the kernel keeps written bytes; no fsync needed for
// that). Knows nothing of what the rows mean.

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** One changed row: table, id, and the new row, or null when it was deleted. */
export type Entry = [table: string, id: string, row: unknown]

/** Rows by table. */
export type Rows = Record<string, unknown[]>

export type Journal = {
  /** What the file holds, or undefined when there is no file yet. */
  load(): Map<string, Map<string, unknown>> | undefined
  /** Notes a change; outside `change` it is written at once. */
  record(table: string, id: string, row: unknown): void
  /** Everything noted while `work` runs becomes one line: a restart sees all of it or nothing. */
  change<T>(work: () => T): T
  close(): void
}

const FORMAT = '{"format":"simulated-crm/1"}'

/** The file is rewritten once it holds this many lines more than rows. */
const SLACK_LINES = 20_000

const parseLine = (line: string, isLast: boolean): Entry[] => {
  try {
    return JSON.parse(line)
  } catch (error) {
    // A process killed while writing leaves half a last line; that change was never answered.
    if (isLast) return []
    throw error
  }
}

const replay = (text: string): Map<string, Map<string, unknown>> => {
  const [head, ...lines] = text.split('\n').filter((line) => line !== '')
  if (head !== FORMAT) throw new Error('The file of the simulated CRM has another format; delete it to start anew.')
  const tables = new Map<string, Map<string, unknown>>()
  for (const [index, line] of lines.entries()) {
    for (const [table, id, row] of parseLine(line, index === lines.length - 1)) {
      const rows = tables.get(table) ?? new Map<string, unknown>()
      tables.set(table, rows)
      if (row === null) rows.delete(id)
      else rows.set(id, row)
    }
  }
  return tables
}

/**
 * A journal in `file` (mode 0600), or one that keeps nothing when there is no file. `rows` gives every live row when
 * the file is rewritten.
 */
export const createJournal = ({ file, rows }: { file: string | undefined; rows: () => Iterable<Entry> }): Journal => {
  let descriptor: number | undefined
  let lines = 0
  let liveLines = 0
  let pending: Entry[] | undefined

  const rewrite = (target: string): void => {
    if (descriptor !== undefined) closeSync(descriptor)
    const entries = [...rows()]
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(`${target}.new`, `${[FORMAT, ...entries.map((entry) => JSON.stringify([entry]))].join('\n')}\n`, {
      mode: 0o600,
    })
    renameSync(`${target}.new`, target)
    descriptor = openSync(target, 'a')
    lines = liveLines = entries.length
  }

  const write = (entries: Entry[]): void => {
    if (!file || entries.length === 0) return
    if (descriptor === undefined || lines - liveLines > SLACK_LINES + liveLines) {
      rewrite(file)
      return
    }
    writeSync(descriptor, `${JSON.stringify(entries)}\n`)
    lines += 1
  }

  return {
    load: () => (file && existsSync(file) ? replay(readFileSync(file, 'utf8')) : undefined),
    record(table, id, row) {
      if (!file) return
      if (pending) pending.push([table, id, row])
      else write([[table, id, row]])
    },
    change(work) {
      if (pending) return work()
      const entries: Entry[] = []
      pending = entries
      try {
        return work()
      } finally {
        pending = undefined
        write(entries)
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor)
      descriptor = undefined
    },
  }
}
