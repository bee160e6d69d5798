// Counts over time as stacked columns, in percent of the plot's height. Pure; drawn by views/parts/columns-chart.ejs.

/** The chart's colours, from the bottom up. */
export type PieceKind = 'good' | 'rejected' | 'failed'

export type Counted = { at: Date; counts: Partial<Record<PieceKind, number>> }

export type ColumnsChart = {
  columns: (Counted & {
    total: number
    x: number
    width: number
    pieces: { kind: PieceKind; y: number; height: number }[]
  })[]
  kinds: readonly PieceKind[]
  /** The value at the top of the plot. */
  most: number
  total: number
}

/** 1203 → 1500: the next round number that is easy to halve. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))))
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => Math.ceil(step * power)).find((step) => step >= value)!
}

const sumOf = ({ counts }: Counted): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

/** One column each; columns without counts have no pieces. */
export const columnsChart = (counted: readonly Counted[], kinds: readonly PieceKind[]): ColumnsChart => {
  const most = roundUp(Math.max(0, ...counted.map(sumOf)))
  const slot = 100 / counted.length
  const piecesOf = ({ counts }: Counted) => {
    let top = 100
    return kinds
      .map((kind) => ({ kind, height: ((counts[kind] ?? 0) / most) * 100 }))
      .filter(({ height }) => height > 0)
      .map(({ kind, height }) => {
        top -= height
        return { kind, y: top, height }
      })
  }
  return {
    columns: counted.map((one, index) => ({
      ...one,
      total: sumOf(one),
      x: slot * (index + 0.15),
      width: slot * 0.7,
      pieces: piecesOf(one),
    })),
    kinds,
    most,
    total: counted.reduce((total, one) => total + sumOf(one), 0),
  }
}
