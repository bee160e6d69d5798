// Runs of one workflow over a real database, with the service that shows, ends and repeats them.

import { action, trigger } from '../../server/catalog/index.ts'
import type { Database } from '../../server/store/db.ts'
import { createEvents } from '../../server/store/events.ts'
import { createRunSearch } from '../../server/store/run-search.ts'
import { checkedInput } from '../../server/sync/checked-input.ts'
import type { Step } from '../../server/workflows/document.ts'
import { createRunService } from '../../server/workflows/run-service.ts'
import { setUpEngine } from './engine-kit.ts'

export const setUpRuns = async (
  db: Database,
  steps: Step[],
  answer?: (actionId: string) => Record<string, unknown>,
  checkRoom = () => {},
) => {
  const engine = await setUpEngine(db, steps, answer)
  const node = engine.start()
  const runService = createRunService({
    search: createRunSearch({ db }),
    runs: engine.runs,
    waiting: engine.waiting,
    events: createEvents({ db }),
    workflows: engine.workflows,
    accept: engine.kit.accept.accept,
    checkRoom,
    callable: node.registry.callable,
    account: async (id) => ({ id }),
    ...{ action, trigger, check: checkedInput, now: engine.clock.now },
  })
  return { ...engine, node, runService }
}
