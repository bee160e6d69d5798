// What a simulated CRM is made with.

import type { KeyObject } from 'node:crypto'
import type { Limits } from './rate-limit.ts'
import type { SampleAnswer } from './samples.ts'
import type { Snapshot } from './state.ts'

/** A field of an app's external authentication. */
export type AuthField = { key: string; label: string; type: 'text' | 'password'; required: boolean; helpText?: string }

/** An app of the marketplace, as its portal describes it. */
export type SimulatedApp = {
  /** `<app id>-<suffix>`. */
  clientId: string
  clientSecret: string
  /** Shown on the consent page; "Rankr Connect" when left out. */
  name?: string
  /** Shared secret of the user context. */
  ssoKey: string
  redirectUris: string[]
  /** The default URL for events; lifecycle events always go there. Empty: no webhooks. */
  webhookUrl: string
  /** URLs of single events, by event name (`InvoicePaid`). */
  eventUrls?: Record<string, string>
  /** The events the app has chosen; all that its scopes allow when left out. */
  events?: string[]
  /** Where its triggers and actions for the workflow builder answer (`<url>/triggers/<key>`), and the headers they were given. */
  modules?: { url: string; headers: Record<string, string> }
  /** What a person is asked for while adding the app, and where the app says whether that is right. */
  externalAuth?: { url: string; headers: Record<string, string>; fields: AuthField[] }
  /** The scopes selected in the app version; a link may ask for these or fewer. */
  scopes: string[]
}

/** Sends one webhook and resolves with the HTTP status. Rejects when there was no answer. */
export type SendWebhook = (url: string, body: string, headers: Record<string, string>) => Promise<number>

export type SimulatedCrmOptions = {
  now: () => Date
  apps: SimulatedApp[]
  /** Where this simulation answers; needed for workflows that start with an app's trigger. */
  apiUrl?: string
  /** Answers for operations that keep no state here; those that do go first. */
  samples?: readonly SampleAnswer[]
  /** Ed25519 private key that signs webhooks; made (and kept in `file`) when left out. */
  signingKey?: KeyObject
  limits?: Partial<Limits>
  /** Life of an access token; 86,399. */
  tokenLifeSeconds?: number
  /** A real POST when left out. */
  sendWebhook?: SendWebhook
  /** Waits between the tries of a webhook; twelve of them, from a second to ten minutes, when left out. */
  retryDelaysMs?: readonly number[]
  /** Every API answer waits this long; 0. */
  latencyMs?: number
  /** New and changed contacts and records show up in searches only after this long; 0. */
  searchLagMs?: number
  /** INSTALL and UNINSTALL carry `timestamp` and `webhookId`; true. The platform's samples lack them. */
  lifecycleIds?: boolean
  /** Keeps everything between starts, also over kill -9. In memory only when left out. */
  file?: string
  /** Rows to start from when there is no file yet; the sample company when left out. */
  snapshot?: Snapshot
}
