// Merges two Rankr customers: what belongs to the removed one passes to the other. The API cannot merge contacts, so
// none is deleted: the remaining one takes over tags, records (move-records.ts) and missing fields, and both get a
// note.

import { AppError } from '../../errors.ts'
import type { Link, Links } from '../../store/links.ts'
import type { LinkWrite } from '../../store/progress.ts'
import type { ActionCall, ActionResult, Keep, OwnAction } from '../action.ts'
import { audited } from '../audited.ts'
import type { FindLink } from '../find-link.ts'
import type { createNoteOnce } from '../note-once.ts'
import type { OrderHome } from '../orders/order-object.ts'
import { contactState } from './contact-state.ts'
import { createMoveRecords, type Moved } from './move-records.ts'
import { asTags } from './tag-contact.ts'

type Deps = {
  findLink: FindLink
  links: Pick<Links, 'ofContact' | 'byCrmId' | 'byCrmIds'>
  noteOnce: ReturnType<typeof createNoteOnce>
  home(locationId: string): Promise<OrderHome | undefined>
  now: () => Date
}

type Contact = { id: string } & Record<string, unknown>

const MERGED_TAG = 'merged in rankr'
const WAIT_MS = 600_000
const ASK_AGAIN_SECONDS = 10
/** Fields the remaining contact takes over when empty; not e-mail and phone, which identify a person. */
const TAKEN_OVER = ['address1', 'city', 'state', 'postalCode', 'website', 'dateOfBirth'] as const

const contactBehind = (link: Link | undefined): string | undefined =>
  link?.state === 'linked' ? (link.crmId ?? undefined) : undefined

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ''

/** What the API cannot move, in words for people. */
const keptText = ({ invoices, opportunities, notes, joined }: Moved['kept']): string => {
  const parts = [
    [invoices.length, 'Invoices that were sent'],
    [opportunities.length, 'Opportunities'],
    [joined, 'Joined records'],
    [notes, 'Older notes'],
  ] as const
  const kept = parts.filter(([count]) => count > 0).map(([count, what]) => `${what}: ${count}`)
  return kept.length > 0 ? `\nKept on the former contact:\n${kept.join('\n')}` : ''
}

const readContact = async ({ crm }: ActionCall, contactId: string): Promise<Contact | undefined> => {
  try {
    return ((await crm('crm.contacts.get', { contactId })) as { contact?: Contact }).contact
  } catch (error) {
    if (error instanceof AppError && error.code === 'crm_not_found') return undefined
    throw error
  }
}

const customFieldsOf = (contact: Contact): { id: string; value: unknown }[] =>
  (Array.isArray(contact.customFields) ? (contact.customFields as { id: string; value: unknown }[]) : []).filter(
    ({ value }) => !isNothing(value),
  )

/** What `to` lacks and `from` has. */
const missingIn = (to: Contact, from: Contact): Record<string, unknown> => {
  const plain = TAKEN_OVER.filter((key) => isNothing(to[key]) && !isNothing(from[key]))
  const held = new Set(customFieldsOf(to).map(({ id }) => id))
  const custom = customFieldsOf(from).filter(({ id }) => !held.has(id))
  return {
    ...Object.fromEntries(plain.map((key) => [key, from[key]])),
    ...(custom.length > 0 ? { customFields: custom.map(({ id, value }) => ({ id, value })) } : {}),
  }
}

/** `app.customers.merge`; output `{ contactId, outcome: 'merged' | 'unchanged' | 'absent' }`. */
export const createMergeCustomers = ({ findLink, links, noteOnce, home, now }: Deps): OwnAction => {
  const moveRecords = createMoveRecords({ links, noteOnce, home })

  const noted = (call: ActionCall, where: 'from' | 'into', note: { contactId: string; body: string }) => {
    const { context } = call
    return noteOnce({ ...call, context: { ...context, stepId: `${context.stepId}/${where}` } }, { ...note, by: 'us' })
  }

  /** Both contacts exist. Returns what to store with the links of both customers. */
  const moveOver = async (call: ActionCall, { from, to }: { from: Contact; to: Contact }) => {
    const { crm, input } = call
    const { rankrId, intoId } = input
    const fill = missingIn(to, from)
    const isFilled = Object.keys(fill).length > 0
    const updated = isFilled
      ? ((await crm('crm.contacts.update', { contactId: to.id, ...fill })) as { contact?: Contact }).contact
      : undefined
    const tags = asTags(from.tags).filter((tag) => tag !== MERGED_TAG && !asTags(to.tags).includes(tag))
    if (tags.length > 0) await crm('crm.contacts.add-tags', { contactId: to.id, tags })
    const { moved, kept, ...more } = await moveRecords(call, { from, to })
    const reach = [from.email, from.phone].filter((one) => !isNothing(one)).join(', ')
    const into = await noted(call, 'into', {
      contactId: to.id,
      body: `Customer ${rankrId} was merged into customer ${intoId} in Rankr. Its contact${reach ? ` (${reach})` : ''} stays as it is.${keptText(kept)}`,
    })
    await crm('crm.contacts.add-tags', { contactId: from.id, tags: [MERGED_TAG] })
    const left = await noted(call, 'from', {
      contactId: from.id,
      body: `Customer ${rankrId} was merged into customer ${intoId} in Rankr. What changes from now on goes to the contact of that customer.`,
    })
    return {
      fields: Object.keys(fill),
      tags,
      moved,
      kept,
      links: more.links,
      fingerprint: updated ? { crmFingerprint: contactState({ ...to, ...updated }), writtenAt: now() } : {},
      effects: [...more.effects, ...(into.keep.effects ?? []), ...(left.keep.effects ?? [])],
      audit: [...more.audit, ...(into.keep.audit ?? []), ...(left.keep.audit ?? [])],
    }
  }

  return async (call) => {
    const { locationId, input, context } = call
    const [rankrId, intoId] = [String(input.rankrId), String(input.intoId)]
    if (rankrId === intoId) return { output: { contactId: null, outcome: 'unchanged' } }
    const [gone, kept] = await Promise.all([
      findLink(locationId, 'customer', rankrId),
      findLink(locationId, 'customer', intoId),
    ])
    const [fromId, toId] = [contactBehind(gone), contactBehind(kept)]
    if (toId && fromId === toId && gone?.data.mergedInto === intoId) {
      return { output: { contactId: toId, outcome: 'unchanged' } }
    }
    if (!fromId && !toId) return { output: { contactId: null, outcome: 'absent' } }
    if (!toId && now().getTime() - context.receivedAt.getTime() < WAIT_MS && context.isDemanded !== true) {
      throw new AppError('customer_awaited', {
        detail: `The customer ${intoId} is not here yet.`,
        retryAfterSeconds: ASK_AGAIN_SECONDS,
      })
    }
    const [from, to] = await Promise.all([
      fromId && fromId !== toId ? readContact(call, fromId) : undefined,
      toId ? readContact(call, toId) : undefined,
    ])
    const contactId = to?.id ?? from?.id ?? toId ?? fromId!
    const moved = from && to ? await moveOver(call, { from, to }) : undefined
    // Customers merged into the removed one earlier follow it.
    const before = fromId ? await links.byCrmId(locationId, 'customer', fromId) : []
    const followers = before.filter(({ rankrId: id, data }) => data.mergedInto === rankrId && id !== intoId)
    const linkOf = (id: string, more: Partial<LinkWrite>): LinkWrite => ({
      ...{ kind: 'customer', rankrId: id, crmId: contactId, state: 'linked' },
      ...more,
    })
    const details = {
      ...{ rankrId, into: intoId, from: from?.id ?? null },
      ...(moved ? { fields: moved.fields, tags: moved.tags, moved: moved.moved, keptOnFormer: moved.kept } : {}),
    }
    const keep: Keep = {
      links: [
        ...[rankrId, ...followers.map(({ rankrId: id }) => id)].map((id) =>
          linkOf(id, { data: { mergedInto: intoId } }),
        ),
        linkOf(intoId, moved?.fingerprint ?? {}),
        // So that the remaining contact does not become a customer again.
        ...(moved && from
          ? [{ kind: 'merged', rankrId: from.id, crmId: from.id, state: 'linked', data: { into: intoId } } as const]
          : []),
        ...(moved?.links ?? []),
      ],
      effects: moved?.effects ?? [],
      audit: [...(moved?.audit ?? []), audited('contact.merged', contactId, context, details)],
    }
    const result: ActionResult = { output: { contactId, outcome: 'merged' }, keep }
    return result
  }
}
