// Routes called by the CRM's own workflow builder: our triggers and actions as modules of the app.

import type { Route } from '../route.ts'
import { type ModuleActionDeps, moduleActionRoutes } from './actions.ts'
import { type ModuleTriggerDeps, moduleTriggerRoutes } from './triggers.ts'

export type ModuleDeps = ModuleTriggerDeps & ModuleActionDeps

/** All routes under `/modules` for triggers and actions. */
export const moduleRoutes = (deps: ModuleDeps): Route[] => [...moduleTriggerRoutes(deps), ...moduleActionRoutes(deps)]
