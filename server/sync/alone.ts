// Works on a record while nobody else does. Events of one record wait for each other by themselves; a call of our API
// comes from beside them.

import { AppError } from '../errors.ts'
import type { RecordHolds } from '../store/record-holds.ts'
import { isCertain } from './once.ts'

/** Longer than any action takes: its few calls end within the time-out of the client. */
const HOLD_SECONDS = 120
const ASK_AGAIN_SECONDS = 2

type Work<Result> = { locationId: string; record: string; holder: string; work: () => Promise<Result> }

export type Alone = ReturnType<typeof createAlone>

/** Throws `record_busy` when somebody else works on the record, and what the work throws. */
export const createAlone =
  ({ holds }: { holds: RecordHolds }) =>
  async <Result>({ locationId, record, holder, work }: Work<Result>): Promise<Result> => {
    if (!(await holds.take(locationId, { record, holder, seconds: HOLD_SECONDS }))) {
      throw new AppError('record_busy', { retryAfterSeconds: ASK_AGAIN_SECONDS })
    }
    try {
      const result = await work()
      await holds.giveBack(locationId, { record, holder })
      return result
    } catch (error) {
      // A call whose answer was lost may still be at work: then the hold ends by itself.
      if (isCertain(error)) await holds.giveBack(locationId, { record, holder })
      throw error
    }
  }
