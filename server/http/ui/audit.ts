// The account's audit log: search and export.

import { z } from 'zod'
import type { Audit, AuditFilter, AuditRow } from '../../store/audit.ts'
import type { Named, NameOf, Names } from '../../store/names.ts'
import { auditEn } from '../../texts/audit-en.ts'
import type { Template } from '../../workflows/templates/template.ts'
import { toCsv } from '../csv.ts'
import { text, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { addressOf } from './address.ts'
import type { Screen } from './screen.ts'
import { screenData } from './screen.ts'

const PAGE_SIZE = 50
/** Maximum rows of one export. */
const MOST_EXPORTED = 20_000

export type AuditDeps = {
  audit: Pick<Audit, 'list'>
  names: Pick<Names, 'of'>
  templates: readonly Pick<Template, 'id' | 'document'>[]
  now: () => Date
}

const ACTORS = ['user', 'system', 'client', 'crm', 'rankr', 'operator'] as const

/** Subject kinds with a label of their own in the texts. */
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

/** Of the kinds of subjects and actors, those whose names are looked up. */
const NAMED = [
  ...(['workflow', 'run', 'installation', 'connection', 'client', 'api_key'] as const),
  ...(['webhook', 'incoming_webhook', 'desk', 'route'] as const),
] satisfies Named['kind'][]

const namedBy = (kind: string, id: string | null): Named | undefined => {
  const named = NAMED.find((one) => one === kind)
  return named && id !== null ? { kind: named, id } : undefined
}

const subjectOf = ({ subjectType, subjectId }: AuditRow) => namedBy(subjectType, subjectId)
const actorOf = ({ actorType, actorId }: AuditRow) => namedBy(actorType, actorId)

/** `builtIn`: names of the built-in workflows by id; syncs and field mappings have the same ids. */
const shown = (row: AuditRow, { nameOf, builtIn }: { nameOf: NameOf; builtIn: ReadonlyMap<string, string> }) => {
  const { subjectId, details } = row
  const [subject, actor] = [subjectOf(row), actorOf(row)]
  const known = subject ? nameOf(subject) : builtIn.get(subjectId ?? '')
  const once = typeof details.name === 'string' && details.name !== '' ? details.name : undefined
  return {
    ...row,
    label: inWords(row.action),
    name: known ?? once,
    isGone: subject !== undefined && known === undefined && subject.kind !== 'installation',
    kind: KINDS.find((one) => one === row.subjectType),
    // Ids that users never see elsewhere are left out.
    id: subjectId && !isOurs(subjectId) && !builtIn.has(subjectId) ? subjectId : undefined,
    actor: row.actorName ?? (actor && nameOf(actor)),
    isActorGone: actor !== undefined && nameOf(actor) === undefined,
    href: row.subjectType === 'event' && subjectId ? `/settings/activity/${subjectId}` : undefined,
    details: JSON.stringify(details, null, 2),
  }
}

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

/** Routes below `/settings/activity/audit`; must precede `/settings/activity/:eventId`. */
export const auditRoutes = (screen: Screen, { audit, names, templates, now }: AuditDeps): Route[] => {
  const builtIn = new Map(templates.map(({ id, document }) => [id, document.name]))
  return [
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
        const wanted = page.flatMap((row) => [subjectOf(row) ?? [], actorOf(row) ?? []].flat())
        const nameOf = await names.of(caller.locationId, wanted)
        return view('screens/audit', {
          ...screenData(caller),
          rows: page.map((row) => shown(row, { nameOf, builtIn })),
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
}
