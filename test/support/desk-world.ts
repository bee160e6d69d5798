// The simulated desks on a port of their own, and the app's client that calls them.

import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import express from 'express'
import { createLog } from '../../server/log.ts'
import type { PostWebhook } from '../../server/outbound/post-webhook.ts'
import { createSampleDesk, createSimulatedDesk } from '../../server/sandbox/desk/desk.ts'
import type { Status } from '../../server/sandbox/desk/records.ts'
import type { Post } from '../../server/sandbox/rankr/deliveries.ts'
import { createDeskHttp, createOpenDesk } from '../../server/support/client.ts'
import type { DeskAccess } from '../../server/support/desk.ts'
import { listen } from '../listen.ts'
import { PATIENCE_MS } from '../patience.ts'

type Options = { now?: () => Date; post?: PostWebhook }

export type Hosted = 'zendesk' | 'freshdesk'

const notCalled: PostWebhook = () => Promise.reject(new Error('nobody posts here'))

/** `sent` holds what the desks have told; `access` opens an account as somebody who has its key. */
export const createDeskWorld = async (
  t: Pick<TestContext, 'after'>,
  { now = () => new Date(), post = notCalled }: Options = {},
) => {
  const sent: Parameters<Post>[0][] = []
  const app = express()
  const server = createServer(app)
  const origin = await listen(server)
  const desk = createSimulatedDesk({
    appUrl: origin,
    asset: (name) => name,
    file: undefined,
    now,
    onError: (error) => {
      throw error
    },
    after: () => () => {},
    post: async (message) => {
      sent.push(message)
      return { status: 200, code: 'stored' }
    },
    callsPerMinute: 100_000,
  })
  app.use('/sandbox/desk', desk.router)
  const [http, hastyHttp] = [createDeskHttp({ timeoutMs: PATIENCE_MS }), createDeskHttp({ timeoutMs: 100 })]
  const openOver = (over: typeof http) =>
    createOpenDesk({
      http: over,
      post,
      urls: {
        zendesk: `${origin}/sandbox/desk/zendesk/{name}`,
        freshdesk: `${origin}/sandbox/desk/freshdesk/{name}`,
      },
      now,
      log: createLog({ level: 'silent' }),
    })
  t.after(async () => {
    http.close()
    hastyHttp.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await desk.stop()
  })
  const sample = createSampleDesk(origin)
  return {
    desk,
    open: openOver(http),
    /** Gives up at once what is not answered. */
    openHasty: openOver(hastyHttp),
    sent,
    sample,
    origin,
    async access(kind: Hosted, name = 'northwind'): Promise<DeskAccess> {
      const { email, key } = await sample.open({ kind, name })
      return { deskId: 'dsk_1', kind, address: name, credentials: { email, key }, secrets: [] }
    },
    account: (kind: Hosted, name = 'northwind') =>
      desk.state.accounts.find((one) => one.kind === kind && one.name === name)!,
    /** An agent of the desk does it. */
    async agent(kind: Hosted, id: string, status: Status, name = 'northwind') {
      const response = await fetch(`${origin}/sandbox/desk/tickets`, {
        method: 'POST',
        body: new URLSearchParams({ kind, name, id, status }),
      })
      return await response.text()
    },
  }
}
