// All operations of our API, for the route table and for its document.

import { type AccountDeps, accountRoutes } from './account.ts'
import { customerListRoutes } from './customer-list.ts'
import { type CustomerDeps, customerRoutes } from './customers.ts'
import { type EventDeps, eventRoutes } from './events.ts'
import type { OperationRoute } from './operation.ts'

export type ApiDeps = CustomerDeps & EventDeps & AccountDeps

export const apiRoutes = (deps: ApiDeps): OperationRoute[] => [
  ...customerRoutes(deps),
  ...customerListRoutes(deps),
  ...eventRoutes(deps),
  ...accountRoutes(deps),
]
