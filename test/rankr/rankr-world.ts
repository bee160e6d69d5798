// A simulated Rankr on a port of its own, and the client and executor of the app that call it.

import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import express from 'express'
import request from 'supertest'
import { actions } from '../../server/catalog/index.ts'
import { createLog } from '../../server/log.ts'
import { createRankrClient } from '../../server/rankr/client.ts'
import { createRankrExecute } from '../../server/rankr/execute.ts'
import { createRankrHttp } from '../../server/rankr/http.ts'
import { createRankrTokens, type RankrCredentials } from '../../server/rankr/tokens.ts'
import type { Post } from '../../server/sandbox/rankr/deliveries.ts'
import { createSimulatedRankr } from '../../server/sandbox/rankr/rankr.ts'
import type { Records } from '../../server/sandbox/rankr/records.ts'
import { listen } from '../listen.ts'
import { PATIENCE_MS } from '../patience.ts'

const APP = 'http://127.0.0.1:4000'
const SIGNING = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`

export const LOCATION = 'loc_1'

export const createRankrWorld = async (
  t: Pick<TestContext, 'after'>,
  {
    now = () => new Date(),
    locationId: ours = LOCATION,
    records,
  }: { now?: () => Date; locationId?: string; records?: Records } = {},
) => {
  const sent: Parameters<Post>[0][] = []
  const rankr = createSimulatedRankr({
    appUrl: APP,
    asset: (name) => name,
    file: undefined,
    now,
    onError: (error) => {
      throw error
    },
    random: () => 0,
    ...(records ? { records } : {}),
    after: () => () => {},
    post: async (message) => {
      sent.push(message)
      return { status: 200, code: 'stored' }
    },
  })
  const server = createServer(express().use('/sandbox/rankr', rankr.router))
  const origin = await listen(server)
  const { body } = await request(origin)
    .post('/sandbox/rankr/connections')
    .send({ name: 'Harbor', webhookUrl: `${APP}/webhooks/rankr/con_1`, signingSecret: SIGNING })
  const access: { credentials: RankrCredentials | undefined } = {
    credentials: { clientId: body.client_id, clientSecret: body.client_secret },
  }
  const httpWithin = (timeoutMs: number) => createRankrHttp({ apiUrl: `${origin}/sandbox/rankr/api`, timeoutMs })
  const [http, hastyHttp] = [httpWithin(PATIENCE_MS), httpWithin(100)]
  const tokens = createRankrTokens({ http, now })
  const clientOver = (over: typeof http) =>
    createRankrClient({
      http: over,
      tokens,
      access: async (locationId) =>
        locationId === ours && access.credentials
          ? { connectionId: 'con_1', credentials: access.credentials }
          : undefined,
      now,
      log: createLog({ level: 'silent' }),
    })
  const client = clientOver(http)
  t.after(async () => {
    http.close()
    hastyHttp.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rankr.stop()
  })
  /** Gives up at once what is not answered. */
  const hasty = clientOver(hastyHttp)
  return { rankr, client, hasty, execute: createRankrExecute({ client, actions }), access, sent, origin }
}
