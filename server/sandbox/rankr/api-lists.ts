// Lists of the simulated Rankr: by page, or by cursor in the order in which records changed. Pure.

import { z } from 'zod'

type Row = Record<string, unknown>

const listQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(20),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.string().max(400).optional(),
  updated_since: z.iso.datetime({ offset: true }).optional(),
})

/** When a record changed last, as text that sorts. */
const changedAt = (row: Row): string => {
  const at = row.updated_at ?? row.created_at ?? row.signed_up_at ?? row.detected_at
  return new Date(typeof at === 'string' ? at : 0).toISOString()
}

type Place = [at: string, id: string]

const encode = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url')

const placeSchema = z.tuple([z.string(), z.string()])

const decode = (cursor: string): Place | undefined => {
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    return undefined
  }
}

const compare = (a: Place, b: Place): number =>
  a[0] === b[0] ? (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0) : a[0] < b[0] ? -1 : 1

/**
 * With `cursor`, `limit` or `updated_since`: `{ data, next_cursor, total }`, oldest change first, so that a record which changes
 * during the reading comes (again) later and none is missed. Else `{ data, page, per_page, total, next_page }`.
 */
export const listAnswer = (rows: readonly Row[], id: string, query: unknown): { status: number; body: Row } => {
  const parsed = listQuery.safeParse(query)
  if (!parsed.success) return { status: 400, body: { error: 'invalid_page' } }
  const { page, per_page, limit, cursor, updated_since } = parsed.data
  if (cursor === undefined && limit === undefined && updated_since === undefined) {
    const data = rows.slice((page - 1) * per_page, page * per_page)
    const next_page = page * per_page < rows.length ? page + 1 : null
    return { status: 200, body: { data, page, per_page, total: rows.length, next_page } }
  }
  const after = cursor === undefined ? undefined : decode(cursor)
  if (cursor !== undefined && !after) return { status: 400, body: { error: 'invalid_cursor' } }
  const since = updated_since === undefined ? '' : new Date(updated_since).toISOString()
  const wanted = rows
    .map((row): { row: Row; place: Place } => ({ row, place: [changedAt(row), String(row[id])] }))
    .filter(({ place }) => place[0] >= since)
    .sort((a, b) => compare(a.place, b.place))
  const rest = after ? wanted.filter(({ place }) => compare(place, after) > 0) : wanted
  const shown = rest.slice(0, limit ?? 100)
  const last = shown.at(-1)
  const next_cursor = last && shown.length < rest.length ? encode(last.place) : null
  return { status: 200, body: { data: shown.map(({ row }) => row), next_cursor, total: wanted.length } }
}
