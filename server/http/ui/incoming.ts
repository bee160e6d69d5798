// Incoming webhooks: addresses an account creates for other systems, whose calls start workflows. An address is secret,
// so it appears only in the answer to the change that created it.

import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { IncomingWebhook, IncomingWebhooks } from '../../store/incoming-webhooks.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { Transaction } from './deps.ts'
import { defineChange, type Screen, screenData } from './screen.ts'
import { MOST_LETTERS, MOST_WEBHOOKS, type WebhookMessage, webhookChanges, webhookParams } from './webhook-changes.ts'

/** A secret chosen by the other side: long enough not to be guessed. */
const LEAST_SECRET = 16
const MOST_SECRET = 200

export type IncomingDeps = {
  incoming: Pick<IncomingWebhooks, 'list' | 'get' | 'create' | 'change' | 'rotate' | 'setEnabled' | 'remove'>
  publicUrl: string
  transaction: Transaction
  now: () => Date
}

const form = z
  .object({
    name: z.string().trim().default(''),
    signing: z.enum(['none', 'signed']).default('none'),
    secret: z.string().trim().default(''),
  })
  .prefault({})

type Typed = z.output<typeof form>
type FaultyField = 'name' | 'secret'

type Reveal = { id: string; url?: string; secret?: string; occasion: 'created' | 'changed' | 'rotated' | 'replaced' }
type Outcome = { reveal?: Reveal; message?: WebhookMessage }

const HERE = '/settings/incoming'

const faultsOf = ({ name, signing, secret }: Typed): FaultyField[] => [
  ...(name === '' || name.length > MOST_LETTERS ? (['name'] as const) : []),
  ...(signing === 'signed' && secret !== '' && (secret.length < LEAST_SECRET || secret.length > MOST_SECRET)
    ? (['secret'] as const)
    : []),
]

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** What to do with the secret: undefined keeps it, null removes it. `made` is to be shown. */
const secretOf = ({ signing, secret }: Typed, isSigned: boolean): { secret?: string | null; made?: string } => {
  if (signing === 'none') return { secret: null }
  if (secret !== '') return { secret }
  if (isSigned) return {}
  const made = newSecret()
  return { secret: made, made }
}

/** Routes below `/settings/incoming`. */
export const incomingRoutes = (screen: Screen, { incoming, publicUrl, transaction, now }: IncomingDeps): Route[] => {
  const addressOf = (token: string): string => `${publicUrl}/webhooks/in/${token}`

  const show = async (caller: Session, outcome: Outcome = {}): Promise<Reply> => {
    const shown = (webhook: IncomingWebhook) => ({
      ...webhook,
      shownUrl: addressOf(`${webhook.tokenStart}…`),
      isOverlapping: webhook.previousTokenExpiresAt !== null && webhook.previousTokenExpiresAt > now(),
      // The content may be personal: shown only to administrators.
      sampleText: webhook.sample && caller.role === 'admin' ? JSON.stringify(webhook.sample, null, 2) : undefined,
    })
    const all = await incoming.list(caller.locationId)
    return view('screens/incoming', { ...screenData(caller), webhooks: all.map(shown), ...outcome })
  }

  const showForm = (caller: Session, given: { id?: string; typed: Typed; faults?: FaultyField[] }): Reply => {
    const { id, typed, faults = [] } = given
    const data = { ...screenData(caller), id, typed: { ...typed, secret: '' }, faults }
    return view('screens/incoming-form', data, { status: faults.length > 0 ? 422 : 200 })
  }

  const existing = async ({ locationId }: Session, id: string): Promise<IncomingWebhook> => {
    const webhook = await incoming.get(locationId, id)
    if (!webhook) throw new AppError('not_found')
    return webhook
  }

  const subject = (id: string, details: Record<string, unknown> = {}) => ({
    subjectType: 'incoming_webhook',
    subjectId: id,
    details,
  })

  return [
    screen({ path: HERE, handler: ({ caller }) => show(caller) }),

    screen({
      path: `${HERE}/new`,
      handler: async ({ caller }) => showForm(caller, { typed: { name: '', signing: 'none', secret: '' } }),
    }),

    screen({
      path: `${HERE}/:id`,
      input: { params: webhookParams },
      async handler({ caller, params: { id } }) {
        const { name, isSigned } = await existing(caller, id)
        if (caller.role !== 'admin') return await show(caller)
        return showForm(caller, { id, typed: { name, signing: isSigned ? 'signed' : 'none', secret: '' } })
      },
    }),

    defineChange({
      path: HERE,
      audit: 'incoming_webhook.created',
      input: { body: form },
      async handler({ caller, body, audit }) {
        const faults = faultsOf(body)
        if (faults.length > 0) return showForm(caller, { typed: body, faults })
        if ((await incoming.list(caller.locationId)).length >= MOST_WEBHOOKS) {
          throw new AppError('conflict', { detail: `There are ${MOST_WEBHOOKS} incoming webhooks already.` })
        }
        const { secret = null, made } = secretOf(body, false)
        const { webhook, token } = await transaction(async (tx) => {
          const wish = { name: body.name, secret, createdBy: caller.userId }
          const created = await incoming.create(caller.locationId, wish, tx)
          await audit(subject(created.webhook.id, { name: body.name, isSigned: secret !== null }), tx)
          return created
        })
        const secrets = made === undefined ? {} : { secret: made }
        return await show(caller, {
          reveal: { id: webhook.id, url: addressOf(token), ...secrets, occasion: 'created' },
        })
      },
    }),

    defineChange({
      path: `${HERE}/:id`,
      audit: 'incoming_webhook.changed',
      input: { params: webhookParams, body: form },
      async handler({ caller, params: { id }, body, audit }) {
        const { isSigned } = await existing(caller, id)
        const faults = faultsOf(body)
        if (faults.length > 0) return showForm(caller, { id, typed: body, faults })
        const { secret, made } = secretOf(body, isSigned)
        await transaction(async (tx) => {
          const change = { name: body.name, ...(secret === undefined ? {} : { secret }) }
          if (!(await incoming.change(caller.locationId, id, change, tx))) throw new AppError('not_found')
          await audit(subject(id, { name: body.name, isSigned: body.signing === 'signed' }), tx)
        })
        return await show(
          caller,
          made === undefined ? { message: 'saved' } : { reveal: { id, secret: made, occasion: 'changed' } },
        )
      },
    }),

    ...webhookChanges({
      here: HERE,
      rotatePath: 'address',
      subjectType: 'incoming_webhook',
      audits: {
        rotated: 'incoming_webhook.address_changed',
        enabled: 'incoming_webhook.enabled',
        disabled: 'incoming_webhook.disabled',
        removed: 'incoming_webhook.removed',
      },
      get: incoming.get,
      rotate: incoming.rotate,
      setEnabled: incoming.setEnabled,
      remove: incoming.remove,
      transaction,
      show: (caller, message) => show(caller, { message }),
      reveal: (caller, { id, rotated, isLeak }) =>
        show(caller, { reveal: { id, url: addressOf(rotated.token), occasion: isLeak ? 'replaced' : 'rotated' } }),
    }),
  ]
}
