// For tests of other screens: an account without a support desk. What would change something is not expected to be called.

import type { DesksDeps } from '../../../server/http/ui/desks.ts'

const unexpected = (): Promise<never> => Promise.reject(new Error('nothing was expected to change'))
const none = async () => undefined

export const noDesks: Pick<DesksDeps, 'desks'> = {
  desks: {
    list: async () => [],
    get: none,
    webhookUrl: (id) => `https://connect.example.com/webhooks/support/${id}`,
    addressIn: () => undefined,
    check: unexpected,
    create: unexpected,
    setUpWebhook: unexpected,
    test: unexpected,
    changeKey: unexpected,
    setSecret: none,
    rotate: none,
    takeDownWebhook: async () => {},
    remove: none,
  },
}
