// An account that nobody's programs call, for tests of other screens.

import type { DevelopersDeps } from '../../../server/http/ui/developers.ts'

const none = async () => undefined
const noRows = async () => []
const unexpected = () => Promise.reject(new Error('not part of this test'))

type Apps = Omit<DevelopersDeps, 'now' | 'publicUrl' | 'sampleWorkspace'>

export const noApps: Apps = {
  clients: {
    create: unexpected,
    list: noRows,
    get: none,
    edit: none,
    rotateSecret: none,
    setEnabled: none,
    remove: none,
  },
  apiKeys: { create: none, list: noRows, get: none, edit: none, rotate: none, revoke: none },
  clientKeys: { add: none, list: noRows, remove: none },
  oauthGrants: { list: noRows, end: none },
  usage: { read: noRows },
  apiScopes: ['customers.read'],
  trialToken: unexpected,
  tryOperations: [],
}
