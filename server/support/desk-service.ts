// Support desks for the settings screen: connect (after a real test call), set up webhooks where the desk's API allows
// it, test, change the key, remove.

import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Tx } from '../store/db.ts'
import type { DeskWish, SupportDesk, SupportDesks } from '../store/support-desks.ts'
import { deskName } from './address.ts'
import { noting, type OpenDesk } from './client.ts'
import type { DeskCredentials } from './desk.ts'

type Deps = {
  desks: SupportDesks
  open: OpenDesk
  /** Throws when an address that people typed in may not be called. */
  checkAddress: (address: string) => void
  /** The address to which a desk reports changes. */
  webhookUrl: (deskId: string) => string
  log: Pick<Log, 'warn'>
}

export type DeskTrial = { isOk: true } | { isOk: false; code: ErrorCode; detail: string }

/** What people see at the desk. */
const WEBHOOK_NAME = 'Rankr Connect'

const tried = async (work: () => Promise<void>): Promise<DeskTrial> => {
  try {
    await work()
    return { isOk: true }
  } catch (error) {
    const { code, detail } = asAppError(error)
    return { isOk: false, code, detail }
  }
}

export type DeskService = ReturnType<typeof createDeskService>

/** The desks of a location. Methods throw `not_found` and what calls throw. */
export const createDeskService = ({ desks, open, checkAddress, webhookUrl, log }: Deps) => {
  const accessOf = async (locationId: string, id: string) => {
    const access = await desks.access(locationId, id)
    if (!access) throw new AppError('not_found')
    return access
  }

  return {
    list: desks.list,
    get: desks.get,
    webhookUrl,

    /** Normalizes a typed address; undefined when it is no desk of that kind, or may not be called. */
    addressIn({ kind, address }: Pick<DeskWish, 'kind' | 'address'>): string | undefined {
      if (kind !== 'generic') return deskName(kind, address)
      try {
        checkAddress(address)
        return address
      } catch {
        return undefined
      }
    },

    /** Tests a desk before it is saved. Generic desks get a test webhook. */
    check: ({ kind, address, credentials }: Pick<DeskWish, 'kind' | 'address' | 'credentials'>): Promise<DeskTrial> =>
      // There is no secret yet, so receivers that verify signatures reject it.
      tried(() => open({ deskId: 'new', kind, address, credentials, secrets: [] }).check()),

    /** In the transaction of its audit entry. The secret, where it is ours, is in the answer and nowhere else. */
    create: (locationId: string, wish: DeskWish, on: Tx): Promise<{ desk: SupportDesk; secret: string | undefined }> =>
      desks.create(locationId, wish, on),

    /** Sets up the webhook at the desk, replacing an older one of ours; `not_possible` where people must do it. */
    async setUpWebhook(locationId: string, id: string): Promise<DeskTrial | 'not_possible'> {
      const [access, desk] = [await accessOf(locationId, id), await desks.get(locationId, id)]
      const { webhooks } = open(access)
      if (!webhooks) return 'not_possible'
      return await tried(async () => {
        if (desk?.webhookId) await webhooks.remove(desk.webhookId)
        const made = await webhooks.add({ name: WEBHOOK_NAME, url: webhookUrl(id) })
        await desks.setSecret(locationId, id, made)
        await desks.noted(locationId, id, null)
      })
    },

    /** Throws `not_found`. */
    async test(locationId: string, id: string): Promise<DeskTrial> {
      const access = await accessOf(locationId, id)
      return await tried(() => noting(desks, { locationId, deskId: id }, async () => open(access).check()))
    },

    /** Saved only if the desk accepts it. Throws `not_found`. */
    async changeKey(
      locationId: string,
      id: string,
      {
        credentials,
        keep,
      }: { credentials: DeskCredentials; keep: (save: (on: Tx) => Promise<unknown>) => Promise<void> },
    ): Promise<DeskTrial> {
      const access = await accessOf(locationId, id)
      const trial = await tried(() => open({ ...access, credentials }).check())
      if (trial.isOk) await keep((on) => desks.setCredentials(locationId, id, { credentials, on }))
      return trial
    },

    setSecret: desks.setSecret,
    rotate: desks.rotate,

    /** Removes our webhook from a desk that is about to be removed; best effort. */
    async takeDownWebhook(locationId: string, id: string): Promise<void> {
      const [access, desk] = [await desks.access(locationId, id), await desks.get(locationId, id)]
      if (!access || !desk?.webhookId) return
      const { webhookId } = desk
      const gone = await tried(async () => await open(access).webhooks?.remove(webhookId))
      if (!gone.isOk) log.warn({ deskId: id, code: gone.code }, 'the webhook could not be removed at the desk')
    },

    /** In the transaction of its audit entry; undefined when there is none. */
    remove: desks.remove,
  }
}
