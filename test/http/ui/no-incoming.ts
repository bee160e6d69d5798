// For tests of other screens: an account without incoming webhooks. What would change something is not expected to be called.

import type { IncomingDeps } from '../../../server/http/ui/incoming.ts'

const unexpected = (): Promise<never> => Promise.reject(new Error('nothing was expected to change'))
const none = async () => undefined

export const noIncoming: Pick<IncomingDeps, 'incoming'> = {
  incoming: {
    list: async () => [],
    get: none,
    create: unexpected,
    change: none,
    rotate: none,
    setEnabled: none,
    remove: async () => false,
  },
}
