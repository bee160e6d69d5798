// The whole sandbox: the simulated CRM, Rankr and support desks, and the page that shows them with the app between them.

import express, { type Router } from 'express'
import type { MovableClock } from './clock.ts'
import type { SimulatedCrm } from './crm/simulated-crm.ts'
import { createSimulatedDesk, type SimulatedDesk } from './desk/desk.ts'
import { createSimulatedRankr, type SimulatedRankr } from './rankr/rankr.ts'
import { createShell, type ShellDeps } from './shell.ts'

export { createMovableClock, type MovableClock } from './clock.ts'
export { createSampleDesk, sampleDeskUrls } from './desk/desk.ts'
export { shellOriginOf } from './shell.ts'

type Deps = Omit<ShellDeps, 'crm' | 'rankr' | 'clock'> & {
  crm: SimulatedCrm
  /** Where the simulated Rankr keeps its workspace; in memory only when left out. */
  rankrFile?: string | undefined
  /** The same of the simulated support desks. */
  deskFile?: string | undefined
  /** By which everything here goes; `now` of the CRM must be its own. */
  clock: MovableClock
  onError: (error: unknown) => void
}

export type Sandbox = {
  /** To be mounted at `/sandbox`, before any body parser. */
  router: Router
  rankr: SimulatedRankr
  desk: SimulatedDesk
  start(): void
  stop(): Promise<void>
}

/** Puts the parts under one router; `start` takes up unfinished deliveries, `stop` ends sending and closes the files. */
export const createSandbox = ({ crm, rankrFile, deskFile, clock, onError, ...shell }: Deps): Sandbox => {
  const { now, after } = clock
  clock.onMoved(crm.control.retryWebhooksNow)
  const rankr = createSimulatedRankr({ appUrl: shell.appUrl, asset: shell.asset, file: rankrFile, now, after, onError })
  const desk = createSimulatedDesk({ appUrl: shell.appUrl, asset: shell.asset, file: deskFile, now, after, onError })
  const router = express.Router()
  router.use('/crm', crm.router)
  router.use('/rankr', rankr.router)
  router.use('/desk', desk.router)
  router.use(createShell({ crm, rankr, clock, ...shell }))
  router.use((_request, response) => {
    response.status(404).type('text').send('There is nothing here.')
  })
  return {
    router,
    rankr,
    desk,
    start: rankr.start,
    async stop() {
      await rankr.stop()
      await desk.stop()
      await crm.close()
    },
  }
}

/**
 * Hands a connection to the simulated Rankr of the sandbox at `appUrl`, over HTTP; answers the credentials for its API that
 * come back. Throws when it is not taken.
 */
export const createSampleWorkspace = (appUrl: string) => ({
  async connect(wish: {
    name: string
    webhookUrl: string
    signingSecret: string
  }): Promise<{ clientId: string; clientSecret: string }> {
    const response = await fetch(`${appUrl}/sandbox/rankr/connections`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wish),
      signal: AbortSignal.timeout(10_000),
    })
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`The simulated Rankr answered ${response.status}`)
    return { clientId: String(answer.client_id), clientSecret: String(answer.client_secret) }
  },
})
