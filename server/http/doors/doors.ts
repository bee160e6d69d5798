// Who may come in, by the name of the door. Each door is a function that answers the caller or throws; one file each.

import type { Request } from 'express'
import type { ApiCaller } from '../../api/authenticate.ts'
import type { ApiDoor } from './api.ts'
import type { SignedCrmRequest } from './crm-signature.ts'
import type { SignedDeskRequest } from './desk-signature.ts'
import type { HookCaller } from './hook-token.ts'
import type { SignedRankrRequest } from './rankr-signature.ts'
import type { Session } from './session.ts'

/** What a handler is told about who came in. */
export type Callers = {
  /** Nobody in particular. */
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
  /** Another system, at an address that an account has made for it. */
  'hook-token': HookCaller
  /** The CRM's own workflow builder, proven by the secret of the app. */
  'crm-module': undefined
  /** A server app that calls our API. */
  api: ApiCaller
  /** Whoever runs the servers. */
  operator: undefined
}

export type DoorName = keyof Callers

/** Lets a request in, or throws AppError. `rawBody` holds the bytes as received for doors that look at them (BODY_DOORS), else nothing. */
export type Door<Name extends DoorName> = (request: Request, rawBody: Buffer) => Promise<Callers[Name]> | Callers[Name]

/** The door of the API is made for the scopes that a row demands. */
export type Doors = { [Name in Exclude<DoorName, 'api'>]: Door<Name> } & { api: ApiDoor }

/** Doors of senders who sign the body. */
export const SIGNATURE_DOORS: ReadonlySet<DoorName> = new Set([
  'crm-signature',
  'rankr-signature',
  'desk-signature',
  'hook-token',
])

/** Doors that look at the body's bytes: they are read before the door is asked. */
export const BODY_DOORS: ReadonlySet<DoorName> = new Set([...SIGNATURE_DOORS, 'portal'])

export const openDoor: Door<'open'> = () => undefined
