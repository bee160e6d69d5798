// Where the simulated Rankr sends its events: addresses and secrets that a person, or the settings page's button, hands over.

import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import type { JsonFile } from '../json-file.ts'
import { newCredentials } from './grants.ts'
import type { Connection, Workspace } from './records.ts'

const wishSchema = z.object({
  name: z.string().trim().max(120).catch(''),
  webhookUrl: z.url().trim(),
  signingSecret: z.string().trim().startsWith('whsec_').max(200),
})

export type ConnectResult = { ok: true; connection: Connection } | { ok: false; problem: string }

const canSign = (secret: string): boolean => {
  try {
    new Webhook(secret)
    return true
  } catch {
    return false
  }
}

/**
 * Makes `connect(wish)`: remembers a webhook address with its secret, or gives a known address its new secret.
 * Only addresses of `appUrl` are taken, so that a sandbox cannot be made to call other systems.
 */
export const createConnect =
  ({ file, appUrl, now }: { file: JsonFile<Workspace>; appUrl: string; now: () => Date }) =>
  (wish: unknown): ConnectResult => {
    const parsed = wishSchema.safeParse(wish)
    if (!parsed.success || !canSign(parsed.data.signingSecret)) {
      return { ok: false, problem: 'Paste the whole webhook address and the whole signing secret (whsec_…).' }
    }
    const { name, webhookUrl, signingSecret } = parsed.data
    const { origin, pathname } = new URL(webhookUrl)
    if (origin !== new URL(appUrl).origin) {
      return { ok: false, problem: `This simulated Rankr only sends to ${new URL(appUrl).origin}.` }
    }
    const { connections } = file.value
    const known = connections.find((connection) => connection.webhookUrl === webhookUrl)
    const connection: Connection = known ?? {
      id: pathname.split('/').at(-1) || webhookUrl,
      name: '',
      webhookUrl,
      signingSecret,
      connectedAt: '',
    }
    if (!connection.clientId || !connection.clientSecret) Object.assign(connection, newCredentials())
    Object.assign(connection, { signingSecret, connectedAt: now().toISOString() })
    if (name || !connection.name) connection.name = name || 'Connection'
    if (!known) connections.unshift(connection)
    file.save()
    return { ok: true, connection }
  }
