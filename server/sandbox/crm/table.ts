// Rows by id, with indexes kept as rows change, so that no lookup on a hot path walks all rows.

export type Row = { readonly id: string }

/** What an index files a row under; undefined leaves it out. */
type Key<R> = (row: R) => string | undefined

export type Table<R extends Row, I extends string = string> = {
  readonly name: string
  readonly size: number
  get(id: string): R | undefined
  /** Inserts or replaces the row. */
  put(row: R): R
  delete(id: string): void
  /** Rows filed under `key`, oldest first. */
  by(index: I, key: string): R[]
  /** The oldest row filed under `key`. */
  first(index: I, key: string): R | undefined
  count(index: I, key: string): number
  all(): IterableIterator<R>
  /** Inserts without telling the journal: for rows that come from it. */
  restore(row: R): void
}

type Options<R extends Row, I extends string> = {
  name: string
  indexes: Record<I, Key<R>>
  record: (table: string, id: string, row: R | null) => void
}

/** An empty table. `record` hears of every change. */
export const createTable = <R extends Row, I extends string>({ name, indexes, record }: Options<R, I>): Table<R, I> => {
  const rows = new Map<string, R>()
  const filed = new Map<string, Map<string, Set<string>>>()
  const keys = Object.entries<Key<R>>(indexes)
  for (const [index] of keys) filed.set(index, new Map())

  const unfile = (index: string, key: string, id: string): void => {
    const ids = filed.get(index)!.get(key)
    ids?.delete(id)
    if (ids?.size === 0) filed.get(index)!.delete(key)
  }

  const file = (index: string, key: string, id: string): void => {
    const byKey = filed.get(index)!
    const ids = byKey.get(key)
    if (ids) ids.add(id)
    else byKey.set(key, new Set([id]))
  }

  const restore = (row: R): void => {
    const old = rows.get(row.id)
    rows.set(row.id, row)
    for (const [index, keyOf] of keys) {
      const [before, after] = [old && keyOf(old), keyOf(row)]
      if (before === after) continue
      if (before !== undefined) unfile(index, before, row.id)
      if (after !== undefined) file(index, after, row.id)
    }
  }

  return {
    name,
    get size() {
      return rows.size
    },
    get: (id) => rows.get(id),
    put(row) {
      restore(row)
      record(name, row.id, row)
      return row
    },
    delete(id) {
      const row = rows.get(id)
      if (!row) return
      for (const [index, keyOf] of keys) {
        const key = keyOf(row)
        if (key !== undefined) unfile(index, key, id)
      }
      rows.delete(id)
      record(name, id, null)
    },
    by: (index, key) => Array.from(filed.get(index)?.get(key) ?? [], (id) => rows.get(id)!),
    first(index, key) {
      for (const id of filed.get(index)?.get(key) ?? []) return rows.get(id)
      return undefined
    },
    count: (index, key) => filed.get(index)?.get(key)?.size ?? 0,
    all: () => rows.values(),
    restore,
  }
}
