// All doors at once, for wire.ts and tests.

import type { ApiDoor } from './api.ts'
import { type CrmModuleDeps, createCrmModuleDoor } from './crm-module.ts'
import { type CrmSignatureDeps, createCrmSignatureDoor } from './crm-signature.ts'
import { createDeskSignatureDoor, type DeskSignatureDeps } from './desk-signature.ts'
import { type Doors, openDoor } from './doors.ts'
import { createHookTokenDoor, type HookTokenDeps } from './hook-token.ts'
import { createOperatorDoor, type OperatorDoorDeps } from './operator.ts'
import { createPortalDoor, type PortalDoorDeps } from './portal.ts'
import { createRankrSignatureDoor, type RankrSignatureDeps } from './rankr-signature.ts'
import { createSessionDoor, type SessionDoorDeps } from './session.ts'

export type DoorsDeps = {
  session: SessionDoorDeps
  portal: PortalDoorDeps
  crm: CrmSignatureDeps
  rankr: RankrSignatureDeps
  desk: DeskSignatureDeps
  hook: HookTokenDeps
  module: CrmModuleDeps
  operator: OperatorDoorDeps
  api: ApiDoor
}

/** All doors by name, for `createPerform`. */
export const createDoors = ({ session, portal, crm, rankr, desk, hook, module, operator, api }: DoorsDeps): Doors => ({
  open: openDoor,
  session: createSessionDoor(session),
  portal: createPortalDoor(portal),
  'crm-signature': createCrmSignatureDoor(crm),
  'rankr-signature': createRankrSignatureDoor(rankr),
  'desk-signature': createDeskSignatureDoor(desk),
  'hook-token': createHookTokenDoor(hook),
  'crm-module': createCrmModuleDoor(module),
  operator: createOperatorDoor(operator),
  api,
})
