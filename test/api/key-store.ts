// Signing keys in memory, as several nodes share them.

import type { RingKey } from '../../server/api/key-ring.ts'

export const createMemoryKeyStore = (now: () => Date) => {
  const all: RingKey[] = []
  const living = () =>
    all
      .filter(({ verifiesUntil }) => verifiesUntil > now())
      .sort((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime())
  let turn: Promise<unknown> = Promise.resolve()
  const reads = { count: 0 }
  return {
    all,
    reads,
    list: async () => {
      reads.count += 1
      return living()
    },
    ensure: (next: (keys: RingKey[]) => Promise<RingKey | undefined>): Promise<RingKey[]> => {
      const mine = turn.then(async () => {
        const key = await next(living())
        if (key) all.push(key)
        return living()
      })
      turn = mine
      return mine
    },
  }
}
