// The life of a process that a test ends: once it is over nothing leaves the process any more, and what had left it arrives
// before anybody else takes over, as a machine that is slow must not make a dead process live on.

const never = new Promise<never>(() => {})

export type Life = ReturnType<typeof createLife>

export const createLife = () => {
  let isOver = false
  const left = new Set<Promise<unknown>>()
  return {
    end(): void {
      isOver = true
    },
    /** `work` as this process does it: not at all when it is dead, and nobody hears of what ended after its death. */
    lives:
      <Input extends unknown[], Result>(work: (...input: Input) => Promise<Result>) =>
      async (...input: Input): Promise<Result> => {
        if (isOver) return never
        const leaving = work(...input)
        const settled = leaving.then(
          () => {},
          () => {},
        )
        left.add(settled)
        void settled.then(() => left.delete(settled))
        await settled
        return isOver ? never : await leaving
      },
    /** Resolves when all that had left it has arrived. */
    async arrived(): Promise<void> {
      await Promise.all(left)
    },
  }
}
