// `npm run catalog`: the catalog as a table, as JSON (`--json`), or counted (`--count`). Words after the options narrow it
// to entries whose id, label, system or resource holds them all.
import { parseArgs } from 'node:util'
import { actions, triggers } from '../catalog/index.ts'
import type { Action, Trigger } from '../catalog/schema.ts'

type Row = { kind: 'action' | 'trigger'; entry: Action | Trigger }
type Output = { write(text: string): unknown }

const rowsFor = (words: string[]): Row[] =>
  [
    ...triggers.map((entry) => ({ kind: 'trigger' as const, entry })),
    ...actions.map((entry) => ({ kind: 'action' as const, entry })),
  ].filter(({ kind, entry }) => {
    const text = `${kind} ${entry.id} ${entry.label} ${entry.system} ${entry.resource}`.toLowerCase()
    return words.every((word) => text.includes(word.toLowerCase()))
  })

const cells = ({ kind, entry }: Row): string[] => {
  if ('event' in entry) return [kind, entry.id, entry.label, entry.event, '', entry.scope.join(' ')]
  const call = entry.method ? `${entry.method} ${entry.path}` : ''
  return [kind, entry.id, entry.label, call, entry.risk, entry.scope.join(' ')]
}

const HEAD = ['', 'id', 'label', 'event or call', 'risk', 'permissions']

const table = (rows: Row[]): string => {
  const lines = [HEAD, ...rows.map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const bySystem = (entries: readonly { system: string }[]): string => {
  const systems = Map.groupBy(entries, ({ system }) => system)
  return [...systems].map(([system, { length }]) => `${system} ${length}`).join(', ')
}

const counts = (rows: Row[]): string =>
  (['trigger', 'action'] as const)
    .map((kind) => {
      const entries = rows.filter((row) => row.kind === kind).map(({ entry }) => entry)
      return `${entries.length} ${kind}s${entries.length > 0 ? ` (${bySystem(entries)})` : ''}`
    })
    .join('\n')

/** Prints what the arguments ask for. Throws on an unknown option. */
export const print = (args: string[], output: Output): void => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, count: { type: 'boolean' } },
  })
  const rows = rowsFor(positionals)
  const entriesOf = (kind: Row['kind']) => rows.filter((row) => row.kind === kind).map(({ entry }) => entry)
  if (values.json) {
    output.write(`${JSON.stringify({ triggers: entriesOf('trigger'), actions: entriesOf('action') }, null, 2)}\n`)
  } else if (values.count) output.write(`${counts(rows)}\n`)
  else output.write(`${table(rows)}\n\n${counts(rows)}\n`)
}

if (import.meta.main) print(process.argv.slice(2), process.stdout)
