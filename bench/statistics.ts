// Medians and percentiles of what was measured.

const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b)

/** The value below which `share` (0 to 1) of the values lie. */
export const percentile = (values: Iterable<number>, share: number): number => {
  const list = sorted(values)
  return list[Math.min(list.length - 1, Math.floor(share * list.length))] ?? Number.NaN
}

export const median = (values: Iterable<number>): number => percentile(values, 0.5)
