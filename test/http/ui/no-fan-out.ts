// For tests of other screens: an account without webhooks, routes and failed events. What would change something is not
// expected to be called.

import type { FailuresDeps } from '../../../server/http/ui/failures.ts'
import type { RelayRoutesDeps } from '../../../server/http/ui/relay-route-view.ts'
import type { WebhooksDeps } from '../../../server/http/ui/webhooks.ts'

const unexpected = (): Promise<never> => Promise.reject(new Error('nothing was expected to change'))
const none = async () => undefined

export const noFanOut: Pick<WebhooksDeps, 'webhooks' | 'tryWebhook' | 'checkAddress' | 'eventChoices'> &
  Pick<RelayRoutesDeps, 'relayRoutes'> &
  Pick<FailuresDeps, 'failures'> = {
  eventChoices: [{ id: 'rankr.customer.created', label: 'Customer created', source: 'rankr' }],
  checkAddress: () => {},
  tryWebhook: none,
  webhooks: {
    list: async () => [],
    get: none,
    create: unexpected,
    change: none,
    rotate: none,
    setEnabled: none,
    remove: none,
  },
  relayRoutes: {
    list: async () => [],
    listOf: async () => [],
    get: none,
    invite: unexpected,
    invitation: none,
    accept: none,
    join: unexpected,
    end: none,
  },
  failures: {
    page: async () => ({ entries: [], next: null }),
    count: async () => 0,
    kinds: async () => ({ codes: [], types: [] }),
    replay: unexpected,
    discard: unexpected,
    replayAll: { latest: none, get: none, start: unexpected, stop: unexpected },
    detail: none,
    rehearseAll: async () => ({ total: 0, rehearsed: [] }),
  },
}
