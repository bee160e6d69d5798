// An account without workflows of its own, for tests of other screens.

import { AppError } from '../../../server/errors.ts'
import type { SettingsDeps } from '../../../server/http/ui/settings-routes.ts'

const missing = async (): Promise<never> => Promise.reject(new AppError('not_found'))

export const noWorkflows: Pick<SettingsDeps, 'workflowService' | 'runService' | 'folded'> = {
  folded: { read: async () => [], write: async () => {} },
  workflowService: {
    list: async () => [],
    get: missing,
    check: async () => [],
    checkEach: async () => [],
    create: missing,
    createFromTemplate: missing,
    duplicate: missing,
    importJson: missing,
    exportJson: missing,
    saveDraft: missing,
    draftAt: async () => undefined,
    states: async () => ({ undo: 0, redo: 0 }),
    go: missing,
    publish: missing,
    versions: async () => [],
    restore: missing,
    diff: async () => [],
    setEnabled: missing,
    remove: missing,
  },
  runService: {
    list: async () => [],
    workflow: missing,
    detail: missing,
    repeat: missing,
    runOnPast: missing,
    cancel: missing,
    sampleEvent: () => {
      throw new AppError('not_found')
    },
    tryOut: missing,
  },
}
