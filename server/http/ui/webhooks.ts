// Outgoing webhooks: addresses that get the account's events. A secret appears only in the answer to the change that
// created it.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { WebhookEndpoint } from '../../store/webhook-endpoints.ts'
import type { TryWebhook, WebhookTrial } from '../../sync/deliver-webhook.ts'
import type { WebhookService } from '../../workflows/webhook-service.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { Transaction } from './deps.ts'
import { chosenTypes, type EventChoice, eventTypesField, groupedChoices, labelsOf } from './event-choices.ts'
import { defineChange, type Screen, screenData } from './screen.ts'
import { MOST_LETTERS, MOST_WEBHOOKS, type WebhookMessage, webhookChanges, webhookParams } from './webhook-changes.ts'

const MOST_ADDRESS_LETTERS = 2_000
/** A test calls an outside server. */
const TRIALS_PER_MINUTE = 20

export type WebhooksDeps = {
  webhooks: Pick<WebhookService, 'list' | 'get' | 'create' | 'change' | 'rotate' | 'setEnabled' | 'remove'>
  tryWebhook: TryWebhook
  /** Throws `url_not_allowed` with the reason. */
  checkAddress: (address: string) => void
  eventChoices: readonly EventChoice[]
  transaction: Transaction
  now: () => Date
}

const form = z
  .object({
    name: z.string().trim().default(''),
    url: z.string().trim().default(''),
    types: eventTypesField,
  })
  .prefault({})

type Typed = z.output<typeof form>
type FaultyField = 'name' | 'url' | 'types'

type Reveal = { id: string; secret: string; occasion: 'created' | 'rotated' | 'replaced' }
type Outcome = {
  reveal?: Reveal
  trial?: WebhookTrial & { id: string }
  message?: WebhookMessage
}

/** Routes below `/settings/webhooks`. */
export const webhookRoutes = (screen: Screen, deps: WebhooksDeps): Route[] => {
  const { webhooks, tryWebhook, checkAddress, eventChoices, transaction, now } = deps

  const show = async (caller: Session, outcome: Outcome = {}): Promise<Reply> => {
    const shown = (endpoint: WebhookEndpoint) => ({
      ...endpoint,
      labels: labelsOf(endpoint.eventTypes, eventChoices),
      // Users who cannot change it do not see a possible password in the address.
      shownUrl: endpoint.url.replace(/\?.*$/, '?…'),
      isOverlapping: endpoint.previousSecretExpiresAt !== null && endpoint.previousSecretExpiresAt > now(),
    })
    const all = await webhooks.list(caller.locationId)
    return view('screens/webhooks', { ...screenData(caller), webhooks: all.map(shown), ...outcome })
  }

  const showForm = (
    caller: Session,
    { id, typed, faults = [] }: { id?: string; typed: Typed; faults?: FaultyField[] },
  ): Reply =>
    view(
      'screens/webhook',
      { ...screenData(caller), id, typed, faults, groups: groupedChoices(eventChoices) },
      { status: faults.length > 0 ? 422 : 200 },
    )

  const faultsOf = ({ name, url, types }: Typed): FaultyField[] => {
    const isAllowed = (): boolean => {
      try {
        checkAddress(url)
        return url.length <= MOST_ADDRESS_LETTERS
      } catch {
        return false
      }
    }
    return [
      ...(name === '' || name.length > MOST_LETTERS ? (['name'] as const) : []),
      ...(isAllowed() ? [] : (['url'] as const)),
      ...(chosenTypes(types, eventChoices) ? [] : (['types'] as const)),
    ]
  }

  const wishOf = ({ name, url, types }: Typed) => ({ name, url, eventTypes: types })
  /** Audit details: only the host, since an address may contain a password. */
  const detailsOf = ({ name, url, types }: Typed) => ({ name, host: new URL(url).host, types })

  return [
    screen({ path: '/settings/webhooks', handler: ({ caller }) => show(caller) }),

    screen({
      path: '/settings/webhooks/new',
      handler: async ({ caller }) => showForm(caller, { typed: { name: '', url: '', types: [] } }),
    }),

    screen({
      path: '/settings/webhooks/:id',
      input: { params: webhookParams },
      async handler({ caller, params: { id } }) {
        const endpoint = await webhooks.get(caller.locationId, id)
        if (!endpoint) throw new AppError('not_found')
        const { name, url, eventTypes: types } = endpoint
        if (caller.role !== 'admin') return await show(caller)
        return showForm(caller, { id, typed: { name, url, types } })
      },
    }),

    defineChange({
      path: '/settings/webhooks',
      audit: 'webhook.created',
      input: { body: form },
      async handler({ caller, body, audit }) {
        const faults = faultsOf(body)
        if (faults.length > 0) return showForm(caller, { typed: body, faults })
        if ((await webhooks.list(caller.locationId)).length >= MOST_WEBHOOKS) {
          throw new AppError('conflict', { detail: `There are ${MOST_WEBHOOKS} webhooks already.` })
        }
        const { endpoint, secret } = await transaction(async (tx) => {
          const made = await webhooks.create(caller.locationId, wishOf(body), { by: caller.userId, on: tx })
          await audit({ subjectType: 'webhook', subjectId: made.endpoint.id, details: detailsOf(body) }, tx)
          return made
        })
        return await show(caller, { reveal: { id: endpoint.id, secret, occasion: 'created' } })
      },
    }),

    defineChange({
      path: '/settings/webhooks/:id',
      audit: 'webhook.changed',
      input: { params: webhookParams, body: form },
      async handler({ caller, params: { id }, body, audit }) {
        if (!(await webhooks.get(caller.locationId, id))) throw new AppError('not_found')
        const faults = faultsOf(body)
        if (faults.length > 0) return showForm(caller, { id, typed: body, faults })
        await transaction(async (tx) => {
          const by = { by: caller.userId, on: tx }
          if (!(await webhooks.change(caller.locationId, id, { wish: wishOf(body), ...by }))) {
            throw new AppError('not_found')
          }
          await audit({ subjectType: 'webhook', subjectId: id, details: detailsOf(body) }, tx)
        })
        return await show(caller, { message: 'saved' })
      },
    }),

    {
      ...defineChange({
        path: '/settings/webhooks/:id/test',
        audit: 'webhook.tried',
        input: { params: webhookParams },
        async handler({ caller, params: { id }, audit }) {
          const trial = await tryWebhook(caller.locationId, id)
          if (!trial) throw new AppError('not_found')
          const details = trial.isOk ? { status: trial.status } : { code: trial.code, status: trial.status }
          await audit({ subjectType: 'webhook', subjectId: id, details })
          return await show(caller, { trial: { ...trial, id } })
        },
      }),
      perMinute: TRIALS_PER_MINUTE,
    },

    ...webhookChanges({
      here: '/settings/webhooks',
      rotatePath: 'secret',
      subjectType: 'webhook',
      audits: {
        rotated: 'webhook.secret_changed',
        enabled: 'webhook.enabled',
        disabled: 'webhook.disabled',
        removed: 'webhook.removed',
      },
      get: webhooks.get,
      rotate: webhooks.rotate,
      setEnabled: webhooks.setEnabled,
      remove: (locationId, id, on) => webhooks.remove(locationId, id, { on }),
      transaction,
      show: (caller, message) => show(caller, { message }),
      reveal: (caller, { id, rotated, isLeak }) =>
        show(caller, { reveal: { id, secret: rotated.secret, occasion: isLeak ? 'replaced' : 'rotated' } }),
    }),
  ]
}
