// All routes of the settings page.

import type { Route } from '../route.ts'
import { type AccountsDeps, accountRoutes, createAccountsScreen } from './accounts.ts'
import { type ActivityDeps, activityRoutes } from './activity.ts'
import { type AuditDeps, auditRoutes } from './audit.ts'
import { type BackfillDeps, backfillRoutes } from './backfill.ts'
import { companyRelayRouteRoutes } from './company-relay-routes.ts'
import { type ConnectionDeps, connectionRoutes } from './connection.ts'
import { type DayChartDeps, dayChartRoutes } from './day-chart.ts'
import { type DesksDeps, deskRoutes } from './desks.ts'
import { type DevelopersDeps, developerRoutes } from './developers.ts'
import { type DisconnectDeps, disconnectRoutes } from './disconnect.ts'
import { type EditorDeps, editorRoutes } from './editor/routes.ts'
import { type FailuresDeps, failureRoutes } from './failures.ts'
import { glossaryRoutes } from './glossary.ts'
import { type GoLiveDeps, goLiveRoutes } from './go-live.ts'
import { type IncomingDeps, incomingRoutes } from './incoming.ts'
import { type IntegrityDeps, integrityRoutes } from './integrity.ts'
import { mappingRoutes } from './mapping.ts'
import type { MappingDeps } from './mapping-show.ts'
import { type OrdersDeps, orderRoutes } from './orders.ts'
import { type OverviewDeps, overviewRoutes } from './overview.ts'
import { type OwnWorkflowsDeps, ownWorkflowRoutes } from './own-workflows.ts'
import { type PermissionDeps, permissionRoutes } from './permissions.ts'
import type { RelayRoutesDeps } from './relay-route-view.ts'
import { relayRouteRoutes } from './relay-routes.ts'
import { type RevenueDeps, revenueRoutes } from './revenue.ts'
import { type RunsDeps, runRoutes } from './runs.ts'
import { createScreen, defineChange } from './screen.ts'
import { type SessionDeps, sessionRoute } from './session.ts'
import { type ShellDeps, shellRoutes } from './shell.ts'
import { type SyncDeps, syncRoutes } from './syncs.ts'
import { type WebhooksDeps, webhookRoutes } from './webhooks.ts'

export type SettingsDeps = ShellDeps &
  SessionDeps &
  OverviewDeps &
  DayChartDeps &
  AccountsDeps &
  ConnectionDeps &
  DesksDeps &
  SyncDeps &
  BackfillDeps &
  ActivityDeps &
  AuditDeps &
  OrdersDeps &
  MappingDeps &
  RevenueDeps &
  PermissionDeps &
  IntegrityDeps &
  GoLiveDeps &
  OwnWorkflowsDeps &
  RunsDeps &
  EditorDeps &
  FailuresDeps &
  WebhooksDeps &
  IncomingDeps &
  RelayRoutesDeps &
  DevelopersDeps &
  DisconnectDeps

/** Shell and session routes (open), then the screens (session). The shell's must come first; see shell.ts. */
export const createSettingsRoutes = (deps: SettingsDeps): Route[] => {
  const screen = createScreen(createAccountsScreen(deps))
  return [
    ...shellRoutes(deps),
    sessionRoute(deps),
    ...overviewRoutes(screen, deps),
    ...dayChartRoutes(screen, deps),
    ...accountRoutes(deps),
    ...connectionRoutes(screen, deps),
    ...deskRoutes(screen, deps),
    ...backfillRoutes(screen, deps),
    ...syncRoutes(screen, deps),
    ...orderRoutes(screen, deps),
    ...mappingRoutes(screen, deps),
    ...revenueRoutes(screen, deps),
    ...runRoutes(screen, deps),
    ...integrityRoutes(screen, deps),
    ...goLiveRoutes(screen, deps),
    ...ownWorkflowRoutes(screen, deps),
    ...editorRoutes(screen, deps),
    ...failureRoutes(screen, deps),
    ...auditRoutes(screen, deps),
    ...activityRoutes(screen, deps),
    ...webhookRoutes(screen, deps),
    ...incomingRoutes(screen, deps),
    ...relayRouteRoutes(screen, deps),
    ...companyRelayRouteRoutes(deps),
    ...developerRoutes({ screen, change: defineChange, base: '/settings/developers' }, deps),
    ...permissionRoutes(screen, deps),
    ...glossaryRoutes(screen),
    ...disconnectRoutes(screen, deps),
  ]
}
