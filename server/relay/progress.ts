// Results of work, kept durably. Many runs end at about the same time: their results share commits.

import { isDataFault } from '../store/failures.ts'
import type { ProgressItem, ProgressStore } from '../store/progress.ts'
import { createBatcher } from './batch.ts'

const MAX_BATCH = 200

export type Progress = {
  /** Resolves after the commit; all of the item is kept or none. Rejects when the database fails or refuses it. */
  write(item: ProgressItem): Promise<void>
  close(): Promise<void>
}

export const createProgress = ({ store }: { store: Pick<ProgressStore, 'write'> }): Progress => {
  const batcher = createBatcher<ProgressItem, void>({
    write: async (items) => {
      await store.write(items)
      return items.map(() => undefined)
    },
    maxItems: MAX_BATCH,
    isItemsFault: isDataFault,
  })
  return { write: batcher.add, close: batcher.close }
}
