// The account's support desks: connect (after a test call), test, change the key, remove. Our own secret appears only
// in the answer to the change that created it; a key entered by a user never does.

import { z } from 'zod'
import { AppError, type ErrorCode } from '../../errors.ts'
import type { SupportDesk } from '../../store/support-desks.ts'
import type { DeskKind } from '../../support/desk.ts'
import type { DeskService, DeskTrial } from '../../support/desk-service.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import type { Transaction } from './deps.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

const KINDS = ['zendesk', 'freshdesk', 'generic'] as const satisfies DeskKind[]
const MOST_DESKS = 5
const OVERLAP_HOURS = 24
/** Each one calls an outside server. */
const TRIALS_PER_MINUTE = 20

/** Sandbox mode only: desks that can be opened with one click, over HTTP. */
export type SampleDesk = {
  open(wish: { kind: 'zendesk' | 'freshdesk'; name: string }): Promise<{ name: string; email: string; key: string }>
  addRule(wish: { name: string; url: string; secret: string }): Promise<void>
}

export type DesksDeps = {
  desks: DeskService
  sampleDesk?: SampleDesk | undefined
  transaction: Transaction
  now: () => Date
}

const params = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })
const kind = z.enum(KINDS).default('zendesk')
const typed = (most: number) => z.string().trim().max(most).default('')

// An empty form has no body.
const form = z.object({ kind, address: typed(2_000), email: typed(200), key: typed(500) }).prefault({})
const keyForm = z.object({ email: typed(200), key: typed(500) }).prefault({})
const sampleForm = z.object({ kind: z.enum(['zendesk', 'freshdesk']).default('zendesk') }).prefault({})
const secretForm = z.object({ secret: typed(200), now: z.literal('yes').optional().catch(undefined) }).prefault({})

/** Allowed in a header; anything else was copied wrongly. */
const KEY = /^[\x21-\x7e]+$/
const EMAIL = /^[^\s@]+@[^\s@]+$/

type Typed = z.output<typeof form>
type FaultyField = 'address' | 'duplicate' | 'email' | 'key'

type Outcome = {
  reveal?: { id: string; secret: string; occasion: 'created' | 'rotated' | 'replaced' }
  trial?: DeskTrial & { id: string }
  message?: 'connected' | 'removed' | 'keySaved' | 'secretSaved' | 'webhookDone' | 'sampleFailed'
  /** A refused form: the values typed (never the key), and the desk's message when it was called. */
  draft?: { typed: Omit<Typed, 'key'>; faults: FaultyField[]; said?: { code: ErrorCode; detail: string } }
  refusedKey?: { id: string; faults: FaultyField[]; said?: { code: ErrorCode } }
  refusedSecret?: string
}

const nameOf = (deskKind: DeskKind, address: string): string =>
  deskKind === 'generic' ? new URL(address).host : address

const credentialFaults = ({ email, key }: Pick<Typed, 'email' | 'key'>): FaultyField[] => [
  ...(EMAIL.test(email) ? [] : (['email'] as const)),
  ...(KEY.test(key) ? [] : (['key'] as const)),
]

/** One of each kind per account. */
const sampleName = (locationId: string): string =>
  `sample-${locationId.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`.slice(0, 40)

/** Routes below `/settings/desks`. */
export const deskRoutes = (screen: Screen, deps: DesksDeps): Route[] => {
  const { desks, sampleDesk, transaction, now } = deps

  const show = async (caller: Session, outcome: Outcome = {}): Promise<Reply> => {
    const shown = (desk: SupportDesk) => ({
      ...desk,
      webhookUrl: desks.webhookUrl(desk.id),
      // Users who cannot change it do not see a possible password in the address.
      shownAddress: desk.address.replace(/\?.*$/, '?…'),
      isOverlapping: desk.previousSecretExpiresAt !== null && desk.previousSecretExpiresAt > now(),
    })
    const all = await desks.list(caller.locationId)
    const samples = (['zendesk', 'freshdesk'] as const).filter(
      (kindOf) => !all.some((desk) => desk.kind === kindOf && desk.address === sampleName(caller.locationId)),
    )
    const { draft, refusedKey, refusedSecret, message } = outcome
    const isRefused = draft ?? refusedKey ?? refusedSecret ?? (message === 'sampleFailed' || undefined)
    return view(
      'screens/desks',
      { ...screenData(caller), desks: all.map(shown), kinds: KINDS, samples: sampleDesk ? samples : [], ...outcome },
      { status: isRefused ? 422 : 200 },
    )
  }

  /** Whether the desk is connected already. Throws when there is no room for another one. */
  const isKnown = async ({ locationId }: Session, wish: { kind: DeskKind; address: string }): Promise<boolean> => {
    const all = await desks.list(locationId)
    if (all.some((desk) => desk.kind === wish.kind && desk.address === wish.address)) return true
    if (all.length < MOST_DESKS) return false
    throw new AppError('conflict', { detail: `There are ${MOST_DESKS} support desks already.` })
  }

  const connect = async (
    caller: Session,
    wish: { kind: DeskKind; address: string; credentials: { email: string; key: string } | undefined },
    audit: Call<'session'>['audit'],
  ) => {
    const { locationId, userId: createdBy } = caller
    const name = nameOf(wish.kind, wish.address)
    const made = await transaction(async (tx) => {
      const created = await desks.create(locationId, { ...wish, name, createdBy }, tx)
      const details = { kind: wish.kind, name }
      await audit({ subjectType: 'desk', subjectId: created.desk.id, details }, tx)
      return created
    })
    // Where it cannot be done automatically, the screen explains how.
    const webhook = await desks.setUpWebhook(locationId, made.desk.id)
    return { ...made, isWebhookDone: webhook !== 'not_possible' && webhook.isOk }
  }

  return [
    screen({ path: '/settings/desks', handler: ({ caller }) => show(caller) }),

    {
      ...defineChange({
        path: '/settings/desks',
        audit: 'desk.connected',
        input: { body: form },
        async handler({ caller, body, audit }) {
          const { key: _key, ...kept } = body
          const address = desks.addressIn(body)
          const isHosted = body.kind !== 'generic'
          const faults = [...(address ? [] : (['address'] as const)), ...(isHosted ? credentialFaults(body) : [])]
          if (!address || faults.length > 0) return await show(caller, { draft: { typed: kept, faults } })
          if (await isKnown(caller, { kind: body.kind, address })) {
            return await show(caller, { draft: { typed: kept, faults: ['duplicate'] } })
          }
          const credentials = isHosted ? { email: body.email, key: body.key } : undefined
          const trial = isHosted ? await desks.check({ kind: body.kind, address, credentials }) : undefined
          if (trial?.isOk === false) return await show(caller, { draft: { typed: kept, faults: [], said: trial } })
          const { desk, secret } = await connect(caller, { kind: body.kind, address, credentials }, audit)
          return await show(caller, {
            message: 'connected',
            ...(secret ? { reveal: { id: desk.id, secret, occasion: 'created' as const } } : {}),
          })
        },
      }),
      perMinute: TRIALS_PER_MINUTE,
    },

    defineChange({
      path: '/settings/desks/sample',
      audit: 'desk.connected',
      input: { body: sampleForm },
      async handler({ caller, body, audit, nothingChanged }) {
        if (!sampleDesk) throw new AppError('not_found')
        const wanted = sampleName(caller.locationId)
        if (await isKnown(caller, { kind: body.kind, address: wanted })) {
          nothingChanged()
          return await show(caller)
        }
        try {
          const { name: address, email, key } = await sampleDesk.open({ kind: body.kind, name: wanted })
          const { desk, secret } = await connect(
            caller,
            { kind: body.kind, address, credentials: { email, key } },
            audit,
          )
          if (secret) await sampleDesk.addRule({ name: address, url: desks.webhookUrl(desk.id), secret })
          return await show(caller, { message: 'connected' })
        } catch {
          return await show(caller, { message: 'sampleFailed' })
        }
      },
    }),

    {
      ...defineChange({
        path: '/settings/desks/:id/test',
        audit: 'desk.tried',
        input: { params },
        async handler({ caller, params: { id }, audit }) {
          const trial = await desks.test(caller.locationId, id)
          await audit({ subjectType: 'desk', subjectId: id, details: trial.isOk ? {} : { code: trial.code } })
          return await show(caller, { trial: { ...trial, id } })
        },
      }),
      perMinute: TRIALS_PER_MINUTE,
    },

    {
      ...defineChange({
        path: '/settings/desks/:id/key',
        audit: 'desk.key_changed',
        input: { params, body: keyForm },
        async handler({ caller, params: { id }, body, audit }) {
          const faults = credentialFaults(body)
          const desk = await desks.get(caller.locationId, id)
          if (!desk || desk.kind === 'generic') throw new AppError('not_found')
          if (faults.length > 0) return await show(caller, { refusedKey: { id, faults } })
          const trial = await desks.changeKey(caller.locationId, id, {
            credentials: body,
            keep: (save) =>
              transaction(async (tx) => {
                await save(tx)
                await audit({ subjectType: 'desk', subjectId: id }, tx)
              }),
          })
          return await show(
            caller,
            trial.isOk ? { message: 'keySaved' } : { refusedKey: { id, faults: [], said: trial } },
          )
        },
      }),
      perMinute: TRIALS_PER_MINUTE,
    },

    defineChange({
      path: '/settings/desks/:id/secret',
      audit: 'desk.secret_changed',
      // Zendesk's secret is entered; others get a new one, and `now: yes` ends the old one at once.
      input: { params, body: secretForm },
      async handler({ caller, params: { id }, body, audit }) {
        const { locationId } = caller
        const desk = await desks.get(locationId, id)
        if (!desk) throw new AppError('not_found')
        if (desk.kind === 'zendesk' && !KEY.test(body.secret)) return await show(caller, { refusedSecret: id })
        const overlapHours = body.now ? 0 : OVERLAP_HOURS
        const rotated = await transaction(async (tx) => {
          await audit({ subjectType: 'desk', subjectId: id, details: { overlapHours } }, tx)
          if (desk.kind !== 'zendesk') return await desks.rotate(locationId, id, { overlapHours, on: tx })
          await desks.setSecret(locationId, id, { secret: body.secret, on: tx })
          return undefined
        })
        if (!rotated) return await show(caller, { message: 'secretSaved' })
        const occasion = body.now ? 'replaced' : 'rotated'
        return await show(caller, { reveal: { id, secret: rotated.secret, occasion } })
      },
    }),

    defineChange({
      path: '/settings/desks/:id/webhook',
      audit: 'desk.webhook_set_up',
      input: { params },
      async handler({ caller, params: { id }, audit }) {
        const trial = await desks.setUpWebhook(caller.locationId, id)
        if (trial === 'not_possible') throw new AppError('not_found')
        await audit({ subjectType: 'desk', subjectId: id, details: trial.isOk ? {} : { code: trial.code } })
        return await show(caller, trial.isOk ? { message: 'webhookDone' } : { trial: { ...trial, id } })
      },
    }),

    defineChange({
      path: '/settings/desks/:id/remove',
      audit: 'desk.removed',
      input: { params },
      async handler({ caller, params: { id }, audit }) {
        // Before the transaction: a slow desk would keep it open.
        await desks.takeDownWebhook(caller.locationId, id)
        await transaction(async (tx) => {
          const removed = await desks.remove(caller.locationId, id, tx)
          if (!removed) throw new AppError('not_found')
          const details = { kind: removed.kind, name: removed.name }
          await audit({ subjectType: 'desk', subjectId: id, details }, tx)
        })
        return await show(caller, { message: 'removed' })
      },
    }),
  ]
}
