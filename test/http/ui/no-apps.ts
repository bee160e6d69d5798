// An account that nobody's programs call, for tests of other screens.

import type { DevelopersDeps } from '../../../server/http/ui/developers.ts'

const none = async () => undefined

export const noApps: Pick<DevelopersDeps, 'clients' | 'apiKeys' | 'usage' | 'apiScopes'> = {
  clients: {
    create: () => Promise.reject(new Error('not part of this test')),
    list: async () => [],
    get: none,
    rotateSecret: none,
    setEnabled: none,
    remove: none,
  },
  apiKeys: { create: none, list: async () => [], rotate: none, revoke: none },
  usage: { read: async () => [] },
  apiScopes: ['customers.read'],
}
