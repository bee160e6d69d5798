// An account that has mapped nothing and never saw an event, for tests of other screens.

import { action, trigger } from '../../../server/catalog/index.ts'
import { AppError } from '../../../server/errors.ts'
import type { MappingDeps } from '../../../server/http/ui/mapping-show.ts'
import { createMappingService } from '../../../server/workflows/mapping-service.ts'

export const noMappings: Pick<MappingDeps, 'mappings'> = {
  mappings: {
    service: createMappingService({
      mappings: {
        current: async () => [],
        get: async () => undefined,
        versions: async () => [],
        save: async () => true,
      },
      action,
      trigger,
      account: async (id) => ({ id }),
    }),
    fields: { list: async () => [], create: () => Promise.reject(new AppError('not_found')) },
    recent: async () => [],
    held: async () => undefined,
    forget() {},
  },
}
