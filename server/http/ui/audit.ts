// Who changed what: the account's audit, searched and exported.

import { z } from 'zod'
import type { Audit, AuditFilter, AuditRow } from '../../store/audit.ts'
import { toCsv } from '../csv.ts'
import { text, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { Screen } from './screen.ts'
import { screenData } from './screen.ts'

const PAGE_SIZE = 50
/** Rows of one export. */
const MOST_EXPORTED = 20_000

export type AuditDeps = { audit: Pick<Audit, 'list'>; now: () => Date }

const ACTORS = ['user', 'system', 'client', 'crm', 'rankr', 'operator'] as const

const day = z.iso.date().optional().catch(undefined)

const filters = z.object({
  q: z.string().trim().max(100).optional().catch(undefined),
  by: z.enum(ACTORS).optional().catch(undefined),
  from: day,
  to: day,
  before: z.coerce.number().int().positive().optional().catch(undefined),
})

type Wish = z.output<typeof filters>

const filterOf = ({ q, by, from, to }: Wish): AuditFilter => ({
  ...(q ? { text: q } : {}),
  ...(by ? { actorType: by } : {}),
  ...(from ? { from: new Date(`${from}T00:00:00Z`) } : {}),
  ...(to ? { until: new Date(new Date(`${to}T00:00:00Z`).getTime() + 86_400_000) } : {}),
})

const addressOf = (path: string, values: Record<string, string | number | undefined>): string => {
  const query = new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])),
  )
  return `${path}${query.size > 0 ? `?${query}` : ''}`
}

/** `contact.marked-deleted` as "Contact marked deleted". */
const inWords = (action: string): string => {
  const words = action.replaceAll(/[._-]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const shown = (row: AuditRow) => ({ ...row, label: inWords(row.action), details: JSON.stringify(row.details, null, 2) })

const COLUMNS = ['number', 'at', 'by', 'by_id', 'by_name', 'action', 'subject', 'subject_id', 'event_id', 'details']

const lineOf = (row: AuditRow) => [
  row.seq,
  row.at.toISOString(),
  row.actorType,
  row.actorId,
  row.actorName,
  row.action,
  row.subjectType,
  row.subjectId,
  row.eventId,
  JSON.stringify(row.details),
]

/** Routes below `/settings/activity/audit`; before `/settings/activity/:eventId` in the table. */
export const auditRoutes = (screen: Screen, { audit, now }: AuditDeps): Route[] => [
  screen({
    path: '/settings/activity/audit',
    input: { query: filters },
    async handler({ caller, query }) {
      const { before, ...wish } = query
      const rows = await audit.list(caller.locationId, {
        ...filterOf(query),
        limit: PAGE_SIZE + 1,
        ...(before ? { before } : {}),
      })
      const page = rows.slice(0, PAGE_SIZE)
      return view('screens/audit', {
        ...screenData(caller),
        rows: page.map(shown),
        filter: wish,
        actors: ACTORS,
        isFiltered: Object.values(wish).some(Boolean),
        newest: before ? addressOf('/settings/activity/audit', wish) : undefined,
        older:
          rows.length > PAGE_SIZE
            ? addressOf('/settings/activity/audit', { ...wish, before: page.at(-1)!.seq })
            : undefined,
        exported: addressOf('/settings/activity/audit.csv', wish),
      })
    },
  }),

  screen({
    path: '/settings/activity/audit.csv',
    input: { query: filters },
    async handler({ caller, query }) {
      const rows = await audit.list(caller.locationId, { ...filterOf(query), limit: MOST_EXPORTED })
      const name = `audit-${now().toISOString().slice(0, 10)}.csv`
      return text(toCsv(COLUMNS, rows.map(lineOf)), {
        type: 'text/csv; charset=utf-8',
        headers: { 'Content-Disposition': `attachment; filename="${name}"` },
      })
    },
  }),
]
