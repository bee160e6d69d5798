// Routes shared by outgoing and incoming webhooks: rotate the secret, enable, disable, delete. Each screen defines its
// own fields.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Tx } from '../../store/db.ts'
import type { Session } from '../doors/session.ts'
import type { Reply } from '../reply.ts'
import type { Route } from '../route.ts'
import type { Transaction } from './deps.ts'
import { defineChange } from './screen.ts'

const OVERLAP_HOURS = 24
export const MOST_WEBHOOKS = 20
export const MOST_LETTERS = 80

export const webhookParams = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })

export type WebhookMessage = 'saved' | 'removed' | 'switchedOn' | 'switchedOff'

type Kind<Rotated> = {
  /** Path of the list; the changes are below it. */
  here: string
  /** Last path part of the route that creates a new secret or address. */
  rotatePath: string
  subjectType: string
  audits: { rotated: string; enabled: string; disabled: string; removed: string }
  get(locationId: string, id: string): Promise<{ name: string } | undefined>
  /** Undefined when there is none with that id. */
  rotate(locationId: string, id: string, how: { overlapHours: number; on: Tx }): Promise<Rotated | undefined>
  /** Undefined when it was so already. */
  setEnabled(locationId: string, id: string, how: { isEnabled: boolean; on: Tx }): Promise<unknown>
  remove(locationId: string, id: string, on: Tx): Promise<unknown>
  transaction: Transaction
  show(caller: Session, message: WebhookMessage): Promise<Reply>
  /** `isLeak`: the old one ended at once. */
  reveal(caller: Session, made: { id: string; rotated: Rotated; isLeak: boolean }): Promise<Reply>
}

/** Routes below `/:id`. Throw `not_found`. */
export const webhookChanges = <Rotated>(kind: Kind<Rotated>): Route[] => {
  const { here, audits, subjectType, transaction, show } = kind

  const existing = async ({ locationId }: Session, id: string): Promise<{ name: string }> => {
    const found = await kind.get(locationId, id)
    if (!found) throw new AppError('not_found')
    return found
  }

  return [
    defineChange({
      path: `${here}/:id/${kind.rotatePath}`,
      audit: audits.rotated,
      // `now: yes` ends the old one at once, after a leak.
      input: {
        params: webhookParams,
        body: z.object({ now: z.literal('yes').optional().catch(undefined) }).prefault({}),
      },
      async handler({ caller, params: { id }, body, audit }) {
        const overlapHours = body.now ? 0 : OVERLAP_HOURS
        const rotated = await transaction(async (tx) => {
          const changed = await kind.rotate(caller.locationId, id, { overlapHours, on: tx })
          if (!changed) throw new AppError('not_found')
          await audit({ subjectType, subjectId: id, details: { overlapHours } }, tx)
          return changed
        })
        return await kind.reveal(caller, { id, rotated, isLeak: body.now !== undefined })
      },
    }),

    ...([true, false] as const).map((isEnabled) =>
      defineChange({
        path: `${here}/:id/${isEnabled ? 'on' : 'off'}`,
        audit: isEnabled ? audits.enabled : audits.disabled,
        input: { params: webhookParams },
        async handler({ caller, params: { id }, audit }) {
          await existing(caller, id)
          await transaction(async (tx) => {
            const changed = await kind.setEnabled(caller.locationId, id, { isEnabled, on: tx })
            // Pressed twice: recorded although nothing has changed.
            await audit({ subjectType, subjectId: id, details: { isChanged: changed !== undefined } }, tx)
          })
          return await show(caller, isEnabled ? 'switchedOn' : 'switchedOff')
        },
      }),
    ),

    defineChange({
      path: `${here}/:id/remove`,
      audit: audits.removed,
      input: { params: webhookParams },
      async handler({ caller, params: { id }, audit }) {
        const { name } = await existing(caller, id)
        await transaction(async (tx) => {
          if (!(await kind.remove(caller.locationId, id, tx))) throw new AppError('not_found')
          await audit({ subjectType, subjectId: id, details: { name } }, tx)
        })
        return await show(caller, 'removed')
      },
    }),
  ]
}
