// Wires support desks: calls as a target of actions, our own ticket actions, webhooks, and the settings screen.

import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { createPostWebhook } from '../outbound/post-webhook.ts'
import { signingKey, verifyRankrWebhook } from '../rankr/webhook.ts'
import { createSampleDesk, sampleDeskUrls } from '../sandbox/create-sandbox.ts'
import type { Database } from '../store/db.ts'
import type { Links } from '../store/links.ts'
import type { Seal } from '../store/seal.ts'
import { createSupportDesks } from '../store/support-desks.ts'
import { createDeskHttp, createOpenDesk } from '../support/client.ts'
import { createDeskService } from '../support/desk-service.ts'
import { createSupportExecute } from '../support/execute.ts'
import { createLeaveDesks } from '../support/leave-desks.ts'
import { createReadTickets } from '../support/read-tickets.ts'
import { createVerifyDesk, readDeskEvent } from '../support/webhook.ts'
import type { Once } from '../sync/once.ts'
import type { Target } from '../sync/targets.ts'
import { ticketKey } from '../sync/tickets/ticket-link.ts'
import { createTicketActions } from '../sync/tickets/tickets.ts'
import { traced } from '../telemetry.ts'
import type { Outbound } from './outbound.ts'

type Deps = {
  config: Pick<Config, 'mode' | 'deskUrls'>
  publicUrl: string
  db: Database
  seal: Seal
  links: Links
  once: Once
  outbound: Pick<Outbound, 'http' | 'guard'>
  now: () => Date
  log: Log
}

/** Rankr and generic desks report changes by webhook in the same form. */
const verify = createVerifyDesk(({ secrets, ...signed }) =>
  verifyRankrWebhook({ ...signed, keys: secrets.map(signingKey) }),
)

/** Call `close` before the process ends. */
export const wireSupport = ({ config, publicUrl, db, seal, links, once, outbound, now, log }: Deps) => {
  const isSandbox = config.mode === 'sandbox'
  const desks = createSupportDesks({ db, seal, now })
  const deskHttp = createDeskHttp()
  const open = createOpenDesk({
    http: {
      send: traced('desk call', deskHttp.send, ({ method, path }) => ({ 'http.method': method, 'http.path': path })),
    },
    post: createPostWebhook({ http: outbound.http, now }),
    urls: isSandbox ? sampleDeskUrls(publicUrl) : config.deskUrls,
    now,
    log,
  })
  const leaving = createLeaveDesks({ desks, open, now, log })
  const target: Target = { ...createSupportExecute({ desks, open }), resting: 'support_unreachable' }
  return {
    target,
    /** For the data check. */
    desks: {
      names: async (locationId: string) => new Map((await desks.list(locationId)).map(({ id, name }) => [id, name])),
      read: createReadTickets({ desks, open }),
    },
    own: createTicketActions({ links, once, now }),
    /** Call it before the keys of the desks are erased. */
    leave: leaving.leave,
    tasks: [
      {
        name: 'leave_desks',
        cron: '*/5 * * * *',
        handler: (_payload: unknown, { signal }: { signal: AbortSignal }) => leaving.leaveEnded(signal),
      },
    ],
    door: { find: desks.findForWebhook, verify, now },
    webhooks: {
      read: readDeskEvent,
      issueOf: async (locationId: string, { deskId, ticketId }: { deskId: string; ticketId: string }) =>
        (await links.byCrmId(locationId, 'ticket', ticketKey(deskId, ticketId)))[0]?.rankrId,
      nameOf: async (locationId: string, deskId: string) => (await desks.get(locationId, deskId))?.name,
      touch: desks.touch,
    },
    settings: {
      desks: createDeskService({
        desks,
        open,
        checkAddress: (address) => void outbound.guard.check(address),
        webhookUrl: (deskId) => `${publicUrl}/webhooks/support/${deskId}`,
        log,
      }),
      sampleDesk: isSandbox ? createSampleDesk(publicUrl) : undefined,
    },
    close: deskHttp.close,
  }
}

export type Support = ReturnType<typeof wireSupport>
