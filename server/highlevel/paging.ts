// Paging of list actions: the input of one page in, the input of the next one out. Pure.

import { readPath } from '../catalog/paths.ts'
import type { Action } from '../catalog/schema.ts'

type List = NonNullable<Action['list']>

/** Input that requests this page size, within what the action allows. */
export const pageSize = ({ paging }: List, wished = Number.POSITIVE_INFINITY): Record<string, unknown> =>
  paging.style === 'none' ? {} : { [paging.sizeKey]: Math.max(1, Math.min(wished, paging.maxSize)) }

/** Input of the first page; some lists require it. */
export const firstPlace = ({ paging }: List): Record<string, unknown> => {
  if (paging.style === 'skip') return { [paging.skipKey]: 0 }
  return paging.style === 'page' ? { [paging.pageKey]: paging.firstPage } : {}
}

/** Undefined after the last page: it was short, the total is reached, or it names no next page. */
export const nextPage = (
  { paging, totalAt }: List,
  { input, output, items }: { input: Record<string, unknown>; output: unknown; items: unknown[] },
): Record<string, unknown> | undefined => {
  if (paging.style === 'none' || items.length === 0) return undefined
  if (paging.style === 'cursor') {
    const last = items.at(-1)
    const next = paging.cursors.map(({ key, of, at }) => [key, readPath(of === 'answer' ? output : last, at)] as const)
    if (next.some(([, value]) => value === undefined || value === null || value === '')) return undefined
    // The same position again would loop forever.
    if (next.every(([key, value]) => JSON.stringify(input[key]) === JSON.stringify(value))) return undefined
    return { ...input, ...Object.fromEntries(next) }
  }
  const size = Number(input[paging.sizeKey])
  const total = totalAt === undefined ? undefined : Number([readPath(output, totalAt)].flat()[0])
  if (paging.style === 'skip') {
    const seen = Number(input[paging.skipKey] ?? 0) + items.length
    if (isLast({ seen, total, count: items.length, size })) return undefined
    return { ...input, [paging.skipKey]: seen }
  }
  const page = Number(input[paging.pageKey] ?? paging.firstPage)
  const seen = (page - paging.firstPage) * size + items.length
  return isLast({ seen, total, count: items.length, size }) ? undefined : { ...input, [paging.pageKey]: page + 1 }
}

type Seen = { seen: number; total: number | undefined; count: number; size: number }

const isLast = ({ seen, total, count, size }: Seen): boolean =>
  total !== undefined && Number.isFinite(total) && total > 0 ? seen >= total : count < size
