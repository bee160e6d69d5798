// Stable pages over a list that only supports offsets. Insertions and deletions before a page shift what follows, so a
// page starts after the records the previous one ended with, wherever they are now.

type Read<Row> = (place: { offset: number; limit: number }) => Promise<{ rows: Row[]; total: number }>

/** The page's offset, the total at that time, and the ids of the last rows before it. */
export type Place = [offset: number, total: number, ...ids: string[]]

type Wish<Row> = {
  read: Read<Row>
  idOf: (row: Row) => string
  limit: number
  /** Cursor from the previous page. */
  after?: Place | undefined
}

/** Number of remembered ids: how many may disappear between two pages at no cost. */
const REMEMBERED = 16
const MOST_ROWS = 100

/** The end of the longest run of known rows: a single moved row does not count. */
const endOfRun = (isKnown: boolean[]): number | undefined => {
  let best: { length: number; end: number } | undefined
  let length = 0
  for (const [index, known] of isKnown.entries()) {
    length = known ? length + 1 : 0
    if (length > (best?.length ?? 0)) best = { length, end: index + 1 }
  }
  return best?.end
}

/**
 * Reads one page with one call, or several when much has changed since the previous page or `limit` is near a hundred.
 * Rows that exist throughout appear once, even when rows before them are added, deleted or moved. `next` is null on the
 * last page. Throws what `read` throws.
 */
export const pageByOffset = async <Row>({ read, idOf, limit, after = [0, 0] }: Wish<Row>) => {
  const [offset, before, ...ids] = after
  const known = new Set(ids)

  /** The start of the rows not yet returned, with what was read to find it. */
  const begin = async () => {
    const start = Math.max(0, offset - ids.length)
    const size = Math.min(MOST_ROWS, limit + ids.length)
    const places = [
      { offset: start, limit: size },
      { offset: start + size, limit: MOST_ROWS },
      { offset: Math.max(0, start - MOST_ROWS), limit: Math.min(MOST_ROWS, start) },
    ]
    let total = 0
    for (const place of places) {
      if (place.limit === 0 || (place !== places[0] && place.offset >= total)) continue
      const found = await read(place)
      total = found.total
      const end = ids.length === 0 ? 0 : endOfRun(found.rows.map((row) => known.has(idOf(row))))
      if (end !== undefined) return { total, position: place.offset + end, rows: found.rows.slice(end) }
    }
    // None is left. Assumes that what is missing was before this page: rather twice than never.
    return { total, position: Math.max(0, offset + Math.min(0, total - before)), rows: [] }
  }

  let { total, position, rows } = await begin()
  const page: Row[] = []
  while (true) {
    for (const row of rows) {
      if (page.length === limit) break
      position += 1
      if (!known.has(idOf(row))) page.push(row)
    }
    if (page.length === limit || position >= total) break
    const more = await read({ offset: position, limit: Math.min(MOST_ROWS, limit - page.length) })
    if (more.rows.length === 0) break
    total = more.total
    rows = more.rows
  }
  const last = [...ids, ...page.map(idOf)].slice(-REMEMBERED)
  const next: Place | null = page.length > 0 && position < total ? [position, total, ...last] : null
  return { rows: page, total, next }
}
