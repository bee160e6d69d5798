// What API callers need to know about an account: pipelines, custom fields, tags, users. Read-only.

import { asAppError, type ErrorCode } from '../errors.ts'
import type { Execute } from './actions.ts'

type Named = { id: string; name: string }

export type Metadata = {
  pipelines: (Named & { stages: Named[] })[] | null
  custom_fields: (Named & { key: string | null; type: string | null; of: string | null })[] | null
  tags: Named[] | null
  users: (Named & { email: string | null })[] | null
  /** From the latest invoices, most used first: the platform does not tell which currencies an account has. */
  currencies: string[] | null
  unavailable: { section: Section; code: ErrorCode }[]
}

type Section = 'pipelines' | 'custom_fields' | 'tags' | 'users' | 'currencies'
type Row = Record<string, unknown>

const PAGE = 100
const MOST_PAGES = 10

const named = ({ id, name }: Row): Named => ({ id: String(id), name: String(name ?? '') })
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const rowsIn = (value: unknown): Row[] => (Array.isArray(value) ? value : [])

/** The actions it runs. */
export const METADATA_ACTIONS = [
  'crm.pipelines.list',
  'crm.custom-fields.list',
  'crm.tags.list',
  'crm.users.search',
  'crm.invoices.list',
] as const

/** Unique, most used first. */
const byUse = (codes: (string | null)[]): string[] => {
  const uses = Map.groupBy(
    codes.filter((code) => code !== null),
    (code) => code.toUpperCase(),
  )
  return [...uses].sort(([a, x], [b, y]) => y.length - x.length || a.localeCompare(b)).map(([code]) => code)
}

/** Never rejects: an unreadable part is null, with its code in `unavailable`. */
export const createReadMetadata =
  ({ execute }: { execute: Execute }) =>
  async (locationId: string): Promise<Metadata> => {
    const unavailable: Metadata['unavailable'] = []
    const call = async (
      actionId: (typeof METADATA_ACTIONS)[number],
      input: Record<string, unknown> = {},
    ): Promise<Row> => {
      const { output } = await execute({ locationId, actionId, input, priority: 'interactive' })
      return (output ?? {}) as Row
    }
    const read = async <T>(section: Section, work: () => Promise<T>): Promise<T | null> => {
      try {
        return await work()
      } catch (error) {
        unavailable.push({ section, code: asAppError(error).code })
        return null
      }
    }
    const everybody = async (): Promise<Row[]> => {
      const all: Row[] = []
      for (let page = 0; page < MOST_PAGES; page++) {
        const rows = rowsIn((await call('crm.users.search', { limit: PAGE, skip: page * PAGE })).users)
        all.push(...rows)
        if (rows.length < PAGE) break
      }
      return all
    }

    const [pipelines, custom_fields, tags, users, currencies] = await Promise.all([
      read('pipelines', async () =>
        rowsIn((await call('crm.pipelines.list')).pipelines).map((row) => ({
          ...named(row),
          stages: rowsIn(row.stages).map(named),
        })),
      ),
      read('custom_fields', async () =>
        rowsIn((await call('crm.custom-fields.list')).customFields).map((row) => ({
          ...named(row),
          key: textOf(row.fieldKey),
          type: textOf(row.dataType),
          of: textOf(row.model),
        })),
      ),
      read('tags', async () => rowsIn((await call('crm.tags.list')).tags).map(named)),
      read('users', async () => (await everybody()).map((row) => ({ ...named(row), email: textOf(row.email) }))),
      read('currencies', async () =>
        byUse(
          rowsIn((await call('crm.invoices.list', { limit: PAGE, offset: 0 })).invoices).map((row) =>
            textOf(row.currency),
          ),
        ),
      ),
    ])
    return { pipelines, custom_fields, tags, users, currencies, unavailable }
  }
