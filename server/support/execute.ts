// The catalog's ticket actions, for whichever desk the location has.

import { AppError } from '../errors.ts'
import { accessIn, type Desks, noting, type OpenDesk, type Told } from './client.ts'
import type { Desk, NewTicket, TicketChange } from './desk.ts'

export type SupportExecution = {
  locationId: string
  actionId: string
  /** Checked against the action's fields. */
  input: Record<string, unknown>
  eventId?: string | undefined
  onExchange?: ((exchange: Told) => void) | undefined
}

type Run = (desk: Desk, input: Record<string, unknown>) => Promise<unknown>

const ticketId = (input: Record<string, unknown>): string => String(input.ticketId)

const ACTIONS: Record<string, Run> = {
  'support.tickets.create': async (desk, input) => {
    const wish = input as NewTicket
    // One that is closed is gone on with, not taken again.
    const found = await desk.find(wish.externalId)
    if (found && found.status !== 'closed') return { ...found, outcome: 'found' }
    return { ...(await desk.create({ ...wish, followUpOf: found?.ticketId })), outcome: 'created' }
  },
  'support.tickets.update': (desk, input) => desk.update(ticketId(input), input as TicketChange),
  'support.tickets.close': (desk, input) =>
    desk.close(ticketId(input), typeof input.comment === 'string' ? input.comment : undefined),
  'support.tickets.add-comment': async (desk, input) => ({
    ticketId: ticketId(input),
    ...(await desk.comment(ticketId(input), { comment: String(input.comment), isPublic: input.isPublic === true })),
  }),
  'support.tickets.get': (desk, input) => desk.get(ticketId(input)),
  'support.tickets.find': async (desk, input) => ({ ticket: (await desk.find(String(input.externalId))) ?? null }),
}

const deskIdOf = ({ deskId }: Record<string, unknown>): string | undefined =>
  typeof deskId === 'string' && deskId !== '' ? deskId : undefined

/** `execute` throws `action_unknown`, `support_not_connected` and what desks throw. Outputs carry the `deskId`. */
export const createSupportExecute = ({ desks, open }: { desks: Desks; open: OpenDesk }) => {
  const accessOf = accessIn(desks)
  return {
    async execute({
      locationId,
      actionId,
      input,
      eventId,
      onExchange,
    }: SupportExecution): Promise<{ output: unknown }> {
      const run = ACTIONS[actionId]
      if (!run) throw new AppError('action_unknown', { extra: { actionId } })
      const access = await accessOf(locationId, deskIdOf(input))
      const { deskId } = access
      const output = await noting(desks, { locationId, deskId }, async () =>
        run(open(access, { eventId, onExchange }), input),
      )
      return { output: { ...(output as object), deskId } }
    },
    /** What rests when a desk fails, e.g. `support:dsk_1`. */
    circuitOf: async ({ locationId, input }: Pick<SupportExecution, 'locationId' | 'input'>): Promise<string> =>
      `support:${(await accessOf(locationId, deskIdOf(input))).deskId}`,
  }
}
