// Stores results of runs; runs that end at about the same time share commits.

import { AppError } from '../errors.ts'
import { isDataFault } from '../store/failures.ts'
import type { ProgressItem, ProgressStore } from '../store/progress.ts'
import { createBatcher } from './batch.ts'

const MAX_BATCH = 200
/** Whoever has the marker may be at work under it for so long (sync/once.ts). */
const UNSETTLED_SECONDS = 5

export type Progress = {
  /**
   * Resolves after the commit; all of the item is kept or none. Rejects when the database fails or refuses it, and with
   * `effect_unsettled` when somebody else has set a marker in place of its pending effect.
   */
  write(item: ProgressItem): Promise<void>
  close(): Promise<void>
}

export const createProgress = ({ store }: { store: Pick<ProgressStore, 'writeEach'> }): Progress => {
  const batcher = createBatcher<ProgressItem, boolean>({
    write: store.writeEach,
    maxItems: MAX_BATCH,
    isItemsFault: isDataFault,
  })
  return {
    async write(item) {
      if (!(await batcher.add(item))) throw new AppError('effect_unsettled', { retryAfterSeconds: UNSETTLED_SECONDS })
    },
    close: batcher.close,
  }
}
