// The search index of the platform lags behind its writes; lookups by id do not. Remembers what searches should still
// see while a change is younger than the lag.

export type SearchIndex<R extends { id: string }> = {
  /** Notes a change: the row before it and after it, undefined when there was or is none. */
  changed(before: R | undefined, after: R | undefined): void
  /** `rows` as a search sees them now; `belongs` tells deleted rows that the search still sees. */
  seen(rows: R[], belongs: (row: R) => boolean): R[]
  /** Whether searches see every change already. */
  isCurrent(): boolean
}

/** An index that lags by `lagMs`; with 0 it never does. */
export const createSearchIndex = <R extends { id: string }>({
  now,
  lagMs,
}: {
  now: () => Date
  lagMs: number
}): SearchIndex<R> => {
  const young = new Map<string, { before: R | undefined; at: number }>()

  const forgetOld = (): void => {
    const limit = now().getTime() - lagMs
    for (const [id, { at }] of young) if (at <= limit) young.delete(id)
  }

  return {
    changed(before, after) {
      const id = (after ?? before)?.id
      if (lagMs <= 0 || !id) return
      forgetOld()
      young.set(id, { before: young.has(id) ? young.get(id)!.before : before, at: now().getTime() })
    },
    seen(rows, belongs) {
      forgetOld()
      if (young.size === 0) return rows
      const stable = rows.filter((row) => !young.has(row.id))
      const old = [...young.values()].flatMap(({ before }) => (before && belongs(before) ? [before] : []))
      return [...stable, ...old]
    },
    isCurrent() {
      forgetOld()
      return young.size === 0
    },
  }
}
