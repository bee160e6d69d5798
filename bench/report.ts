// What was measured: as a table for people, in Markdown for the repository, in JSON for machines.

import { median } from './statistics.ts'

/** One figure, measured once in each round. */
export type Row = { part: Part; name: string; unit: string; values: number[] }

/** A figure that must be reached. */
export type Goal = { part: Part; name: string; value: number; unit: string; wanted: string; isReached: boolean }

export const PARTS = {
  a: 'Limits of this machine',
  b: 'Accept',
  c: 'Drain, 200 locations',
  d: 'From the acknowledgement to the call, 100 events/s',
  e: 'Fairness',
  f: 'Memory of the process',
  g: 'Other ways to build it',
  h: 'Initial sync of a generated workspace, with faults and a kill -9',
  i: 'API: new customers, 32 connections, CRM answers after 0 ms',
  j: 'Settings with 100,000 events stored, and an editor with 190 steps, in a browser',
} as const

export type Part = keyof typeof PARTS

export type Report = { rows: Row[]; goals: Goal[]; skipped: string[] }

export const atLeast = (part: Part, name: string, { value, limit }: { value: number; limit: number }): Goal => ({
  part,
  name,
  value,
  unit: '',
  wanted: `≥ ${limit}`,
  isReached: value >= limit,
})

export const below = (
  part: Part,
  name: string,
  { value, limit, unit }: { value: number; limit: number; unit: string },
): Goal => ({ part, name, value, unit, wanted: `< ${limit} ${unit}`, isReached: value < limit })

export const none = (part: Part, name: string, value: number): Goal => ({
  part,
  name,
  value,
  unit: '',
  wanted: '0',
  isReached: value === 0,
})

const figure = (value: number): string => {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1)
}

const spread = (values: number[]): string =>
  values.length < 2 ? '' : `${figure(Math.min(...values))} – ${figure(Math.max(...values))}`

const cells = ({ rows, goals }: Report): { title: string; head: string[]; body: string[][] }[] => {
  const parts = (Object.keys(PARTS) as Part[]).filter((part) => rows.some((row) => row.part === part))
  return [
    ...parts.map((part) => ({
      title: `(${part}) ${PARTS[part]}`,
      head: ['', 'median', '', 'lowest – highest'],
      body: rows
        .filter((row) => row.part === part)
        .map(({ name, unit, values }) => [name, figure(median(values)), unit, spread(values)]),
    })),
    {
      title: 'Must reach',
      head: ['', 'measured', 'wanted', ''],
      body: goals.map(({ part, name, value, unit, wanted, isReached }) => [
        `(${part}) ${name}`,
        `${figure(value)} ${unit}`.trim(),
        wanted,
        isReached ? 'reached' : 'NOT REACHED',
      ]),
    },
  ]
}

/** Columns of equal width. */
export const asText = (report: Report): string => {
  const tables = cells(report).map(({ title, head, body }) => {
    const widths = head.map((_, at) => Math.max(...[head, ...body].map((line) => line[at]!.length)))
    const line = (texts: string[]) =>
      texts.map((text, at) => (at === 1 ? text.padStart(widths[at]!) : text.padEnd(widths[at]!))).join('  ')
    return [title, ...[head, ...body].map((texts) => `  ${line(texts).trimEnd()}`)].join('\n')
  })
  return [...tables, ...report.skipped.map((text) => `SKIPPED: ${text}`)].join('\n\n')
}

export const asMarkdown = (report: Report, title: string): string => {
  const tables = cells(report).map(({ title, head, body }) => {
    const line = (texts: string[]) => `| ${texts.join(' | ')} |`
    return [`## ${title}`, '', line(head), '|---|--:|---|---|', ...body.map(line)].join('\n')
  })
  const skipped = report.skipped.map((text) => `Skipped: ${text}`)
  return `${[`# ${title}`, ...tables, ...skipped].join('\n\n')}\n`
}

/** The median of each figure stands beside its values. */
export const asJson = ({ rows, goals, skipped }: Report, about: Record<string, unknown>): string =>
  `${JSON.stringify({ ...about, goals, rows: rows.map((row) => ({ ...row, median: median(row.values) })), skipped }, null, 2)}\n`
