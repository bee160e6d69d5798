// An account that was never checked, for tests of other screens.

import { AppError } from '../../../server/errors.ts'
import type { IntegrityDeps } from '../../../server/http/ui/integrity.ts'

const missing = async (): Promise<never> => Promise.reject(new AppError('not_found'))

export const noIntegrity: IntegrityDeps = {
  integrity: {
    checks: async () => [],
    check: async () => undefined,
    progress: () => ({ parts: [], read: 0, total: null, secondsLeft: null }),
    finding: async () => undefined,
    page: async () => [],
    count: async () => 0,
    repairable: async () => 0,
    kinds: async () => [],
    settings: async () => ({ isNightly: false, sampleTest: null }),
    setNightly: async () => {},
    standing: async () => undefined,
    start: missing,
    stop: missing,
    resume: missing,
    repairOne: missing,
    repairAll: missing,
    stopRepair: missing,
    accept: missing,
    sampleTest: async () => undefined,
    runSampleTest: missing,
  },
}
