// The catalog for the reference pages: searchable, filterable rows, built once at startup. Pure. Permissions are shown
// by our own sentences, never by the platform's names.

import { actions, triggers } from '../../catalog/index.ts'
import type { Action, Trigger } from '../../catalog/schema.ts'
import { SCOPES } from '../../catalog/scopes.ts'
import { createEveryWay } from '../../texts/say.ts'

export const KINDS = ['trigger', 'action'] as const
export const RISKS = ['read', 'write', 'destroy'] as const

type Kind = (typeof KINDS)[number]
type Risk = (typeof RISKS)[number]
type System = Action['system']

export type Permission = { slug: string; sentence: string }

export type CatalogRow = {
  kind: Kind
  id: string
  label: string
  description: string
  system: System
  resource: string
  /** A trigger has none. */
  risk: Risk | undefined
  permissions: Permission[]
}

export type CatalogFilter = {
  q?: string | undefined
  kind?: string | undefined
  system?: string | undefined
  resource?: string | undefined
  risk?: string | undefined
  /** Slug of a permission. */
  permission?: string | undefined
}

type Entry = Action | Trigger

const isAction = (entry: Entry): entry is Action => 'input' in entry

/** `Read the list of tags` → `read-the-list-of-tags` */
const slugOf = (sentence: string): string =>
  sentence
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .replaceAll(/^-|-$/g, '')

/** `appointment-notes` → `Appointment notes` */
export const titleOf = (resource: string): string => {
  const words = resource.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const permissionsOf = ({ scope }: Entry): Permission[] =>
  scope.map((name) => ({ slug: slugOf(SCOPES[name]), sentence: SCOPES[name] }))

const rowOf = (entry: Entry): CatalogRow => ({
  kind: isAction(entry) ? 'action' : 'trigger',
  id: entry.id,
  label: entry.label,
  description: entry.description,
  system: entry.system,
  resource: entry.resource,
  risk: isAction(entry) ? entry.risk : undefined,
  permissions: permissionsOf(entry),
})

const everyWay = createEveryWay()

const haystackOf = (row: CatalogRow): string =>
  [row.label, row.description, titleOf(row.resource), ...row.permissions.map(({ sentence }) => sentence)]
    .map(everyWay)
    .concat(row.id)
    .join(' ')
    .toLowerCase()

const byResource = (a: CatalogRow, b: CatalogRow): number =>
  a.resource < b.resource ? -1 : a.resource > b.resource ? 1 : 0

/** Keeps the catalog's order within a resource: triggers, then actions. */
const ROWS = [...triggers, ...actions].map(rowOf).toSorted(byResource)
const SEARCHED = ROWS.map((row) => ({ row, haystack: haystackOf(row) }))

const unique = <T>(values: T[]): T[] => [...new Set(values)]

export const SYSTEMS: System[] = unique(ROWS.map(({ system }) => system))
export const RESOURCES: string[] = unique(ROWS.map(({ resource }) => resource))
export const PERMISSIONS: Permission[] = [
  ...new Map(ROWS.flatMap(({ permissions }) => permissions).map((each) => [each.slug, each])).values(),
].toSorted((a, b) => a.sentence.localeCompare(b.sentence, 'en'))

/** Number of entries per kind and system. */
export const COUNTS: { kind: Kind; count: number; systems: { system: System; count: number }[] }[] = KINDS.map(
  (kind) => {
    const rows = ROWS.filter((row) => row.kind === kind)
    const systems = SYSTEMS.map((system) => ({ system, count: rows.filter((row) => row.system === system).length }))
    return { kind, count: rows.length, systems: systems.filter(({ count }) => count > 0) }
  },
)

/** Entries that contain every word and match every filter, by resource in alphabetical order. */
export const findRows = ({ q = '', kind, system, resource, risk, permission }: CatalogFilter): CatalogRow[] => {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  return SEARCHED.filter(
    ({ row, haystack }) =>
      (kind === undefined || row.kind === kind) &&
      (system === undefined || row.system === system) &&
      (resource === undefined || row.resource === resource) &&
      (risk === undefined || row.risk === risk) &&
      (permission === undefined || row.permissions.some(({ slug }) => slug === permission)) &&
      words.every((word) => haystack.includes(word)),
  ).map(({ row }) => row)
}

/** The rows of one resource. */
export const rowsOf = (resource: string): CatalogRow[] => ROWS.filter((row) => row.resource === resource)
