// Catalog actions about the account's incoming webhooks.

import type { OwnAction } from './action.ts'

type Deps = { list(locationId: string): Promise<{ id: string; name: string; status: string }[]> }

/** The actions by catalog id. */
export const createIncomingActions = ({ list }: Deps): Record<string, OwnAction> => ({
  'app.incoming-webhooks.list': async ({ locationId }) => ({
    output: { webhooks: (await list(locationId)).map(({ id, name, status }) => ({ id, name, status })) },
  }),
})
