// An account in the simulated CRM with everything on: the app installed over OAuth, a workspace of Rankr connected, the syncs of
// customers, orders and invoices on. What a person does in the settings is done through them.

import { setTimeout as delay } from 'node:timers/promises'
import { createSessionIssuer } from '../server/http/doors/session.ts'
import { createConnections } from '../server/store/connections.ts'
import { createDatabase } from '../server/store/db.ts'
import { createInstallations } from '../server/store/installations.ts'
import { createSeal } from '../server/store/seal.ts'
import { createWorkflows } from '../server/store/workflows.ts'
import { createTemplateService } from '../server/workflows/template-service.ts'
import { customersTemplate } from '../server/workflows/templates/customers.ts'
import { invoicesTemplate } from '../server/workflows/templates/invoices.ts'
import { ordersTemplate } from '../server/workflows/templates/orders.ts'
import type { Template } from '../server/workflows/templates/template.ts'
import type { Tenant } from '../test/live.ts'
import type { Child } from './child.ts'

const PATIENCE_MS = 60_000

type Installed = { locationId: string; companyId: string; userId: string; code: string }

type Options = {
  simulated: Child
  appUrl: string
  publicUrl: string
  databaseUrl: string
  environment: Record<string, string>
}

/** Answers the account with its connection as a tenant, and `press`, which posts a form of the settings as an administrator. */
export const setUpAccount = async ({ simulated, appUrl, publicUrl, databaseUrl, environment }: Options) => {
  const { locationId, companyId, userId, code } = await simulated.ask<Installed>('install')
  const installed = await fetch(`${appUrl}/oauth/callback?code=${code}`)
  if (!installed.ok) throw new Error(`The app was not installed: ${installed.status}`)
  const now = () => new Date()
  const db = createDatabase({ url: databaseUrl })
  let tenant: Tenant
  try {
    const [id, key] = environment.ENCRYPTION_KEYS!.split(':')
    const seal = createSeal([{ id: id!, key: Buffer.from(key!, 'base64') }])
    const installations = createInstallations({ db, seal })
    const deadline = Date.now() + PATIENCE_MS
    while ((await installations.find(locationId))?.status !== 'active') {
      if (Date.now() > deadline) throw new Error('The installation was not completed')
      await delay(100)
    }
    const connections = createConnections({ db, seal, now })
    const { connection, secret } = await connections.create(locationId, { name: 'Generated workspace' })
    tenant = { locationId, connectionId: connection.id, secret }
    const answer = await fetch(`${simulated.url}/rankr/connections`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'Bench',
        webhookUrl: `${publicUrl}/webhooks/rankr/${connection.id}`,
        signingSecret: secret,
      }),
    })
    const { client_id: clientId, client_secret: clientSecret } = (await answer.json()) as Record<string, string>
    await connections.setCredentials(locationId, connection.id, {
      credentials: { clientId: clientId!, clientSecret: clientSecret! },
    })
    const templateService = createTemplateService({ workflows: createWorkflows({ db }) })
    for (const template of [customersTemplate, ordersTemplate, invoicesTemplate] as Template[]) {
      const options = template.options.parse({}) as Record<string, unknown>
      await db.transaction((on) =>
        templateService.change(locationId, template, { use: { isEnabled: true, options }, by: userId, on }),
      )
    }
  } finally {
    await db.close()
  }
  const issue = createSessionIssuer({ secret: environment.SESSION_SECRET!, now })

  return {
    tenant,
    /** `url`: where the app answers now. */
    async press(path: string, form: Record<string, string>, url = appUrl): Promise<void> {
      const { token } = await issue({
        locationId,
        companyId,
        userId,
        userName: 'Bench',
        role: 'admin',
        scope: 'location',
      })
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'hx-request': 'true' },
        body: new URLSearchParams(form),
      })
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    },
  }
}
