// Authentication by door name. Each door is a function that returns the caller or throws; one file each.

import type { Request } from 'express'
import type { ApiCaller } from '../../api/authenticate.ts'
import type { ApiDoor } from './api.ts'
import type { SignedCrmRequest } from './crm-signature.ts'
import type { SignedDeskRequest } from './desk-signature.ts'
import type { HookCaller } from './hook-token.ts'
import type { SignedRankrRequest } from './rankr-signature.ts'
import type { Session } from './session.ts'

/** The caller a handler receives. */
export type Callers = {
  /** Anonymous. */
  open: undefined
  /** A person in the settings page. */
  session: Session
  /** A person in the developer portal. */
  portal: Session
  /** The CRM, proven by its signature over the body. */
  'crm-signature': SignedCrmRequest
  /** A Rankr workspace, proven by the connection's signing secret. */
  'rankr-signature': SignedRankrRequest
  /** A support desk, proven by its signature or by the secret that it was given. */
  'desk-signature': SignedDeskRequest
  /** Another system, at an address an account has created for it. */
  'hook-token': HookCaller
  /** The CRM's own workflow builder, proven by the secret of the app. */
  'crm-module': undefined
  /** A server app that calls our API. */
  api: ApiCaller
  /** The operator of the servers. */
  operator: undefined
}

export type DoorName = keyof Callers

/**
 * Returns the caller or throws AppError. `rawBody` holds the bytes as received for doors that read them (BODY_DOORS).
 */
export type Door<Name extends DoorName> = (request: Request, rawBody: Buffer) => Promise<Callers[Name]> | Callers[Name]

/** The API's door depends on the scopes a route demands. */
export type Doors = { [Name in Exclude<DoorName, 'api'>]: Door<Name> } & { api: ApiDoor }

/** Doors whose senders sign the body. */
export const SIGNATURE_DOORS: ReadonlySet<DoorName> = new Set([
  'crm-signature',
  'rankr-signature',
  'desk-signature',
  'hook-token',
])

/** Doors that read the body: it is read before they are called. */
export const BODY_DOORS: ReadonlySet<DoorName> = new Set([...SIGNATURE_DOORS, 'portal'])

/** The door of public routes. */
export const openDoor: Door<'open'> = () => undefined
