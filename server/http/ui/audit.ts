// Who changed what: the account's audit, searched and exported.

import { z } from 'zod'
import type { Audit, AuditFilter, AuditRow } from '../../store/audit.ts'
import { auditEn } from '../../texts/audit-en.ts'
import type { WorkflowBook } from '../../workflows/book.ts'
import type { Template } from '../../workflows/templates/template.ts'
import { toCsv } from '../csv.ts'
import { text, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { addressOf } from './address.ts'
import type { Screen } from './screen.ts'
import { screenData } from './screen.ts'

const PAGE_SIZE = 50
/** Rows of one export. */
const MOST_EXPORTED = 20_000

export type AuditDeps = {
  audit: Pick<Audit, 'list'>
  workflowBook: Pick<WorkflowBook, 'list'>
  templates: readonly Pick<Template, 'id' | 'document'>[]
  now: () => Date
}

const ACTORS = ['user', 'system', 'client', 'crm', 'rankr', 'operator'] as const

/** Kinds of subjects that have a word of their own in the texts. */
const KINDS = Object.keys(auditEn.kinds)

const isOurs = (id: string): boolean => z.guid().safeParse(id).success

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

/** `contact.marked-deleted` as "Contact marked deleted". */
const inWords = (action: string): string => {
  const words = action.replaceAll(/[._-]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Built-in workflows by their ids, the account's own by theirs. */
type Names = ReadonlyMap<string, string>

/** What an entry is about in words; undefined where there are none but its id. */
const nameOf = ({ subjectId, details }: AuditRow, names: Names): string | undefined =>
  (subjectId ? names.get(subjectId) : undefined) ??
  (typeof details.name === 'string' && details.name !== '' ? details.name : undefined)

const shown = (row: AuditRow, names: Names) => ({
  ...row,
  label: inWords(row.action),
  name: nameOf(row, names),
  kind: KINDS.find((one) => one === row.subjectType),
  // An id that nobody has seen elsewhere says nothing.
  id: row.subjectId && !isOurs(row.subjectId) && !names.has(row.subjectId) ? row.subjectId : undefined,
  details: JSON.stringify(row.details, null, 2),
})

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
export const auditRoutes = (screen: Screen, { audit, workflowBook, templates, now }: AuditDeps): Route[] => [
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
      const isAboutOwn = page.some(({ subjectType }) => subjectType === 'workflow')
      const own = isAboutOwn ? await workflowBook.list(caller.locationId) : []
      const names = new Map([
        ...templates.map(({ id, document }) => [id, document.name] as const),
        ...own.map(({ id, name }) => [id, name] as const),
      ])
      return view('screens/audit', {
        ...screenData(caller),
        rows: page.map((row) => shown(row, names)),
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
