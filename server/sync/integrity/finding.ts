// Turns a comparison into a finding, or none. Pure.

import { AppError } from '../../errors.ts'
import { derivedId } from '../../ids.ts'
import type { IntegrityKind } from '../../store/integrity-checks.ts'
import type { FindingRepair, FindingType, NewFinding } from '../../store/integrity-findings.ts'
import type { Duplicate, Shared } from '../../store/integrity-seen.ts'
import type { Link } from '../../store/links.ts'
import type { Recording } from '../../workflows/record-calls.ts'
import { fingerprint } from '../customers/customer-contact.ts'
import { canonical, type Difference, maskedValue } from './compare.ts'
import {
  type Compared,
  type Comparison,
  compareCustomer,
  compareInvoice,
  compareOpportunity,
  compareOrder,
  type Parts,
  type Surroundings,
} from './wanted.ts'
import { compareTicket } from './wanted-ticket.ts'

/** The tag on contacts of deleted customers. */
const DELETED_TAG = 'deleted in rankr'

const COMPARE = {
  customer: compareCustomer,
  order: compareOrder,
  invoice: compareInvoice,
  opportunity: compareOpportunity,
  ticket: compareTicket,
} as const

export type Examined = {
  checkId: string
  kind: keyof typeof COMPARE
  rankrId: string
  /** Undefined when Rankr does not have it (any more). */
  record: Record<string, unknown> | undefined
  /** What the workflow would do with it; none without a record. */
  recording: Recording | undefined
  link: Link | undefined
  contactId: string | undefined
  crm: Record<string, unknown> | undefined
  surroundings: Surroundings
  parts?: Parts | undefined
}

type Draft = {
  type: FindingType
  repair: FindingRepair | null
  crmId?: string | null
  label?: string | null
  code?: string | null
  fields?: Difference[]
}

const textAt = (record: Record<string, unknown>, keys: string[]): string | null =>
  keys.map((key) => record[key]).find((value): value is string => typeof value === 'string' && value !== '') ?? null

const LABELS: Record<Examined['kind'], string[]> = {
  customer: ['name', 'company'],
  order: ['number'],
  invoice: ['number'],
  opportunity: ['number'],
  ticket: ['title'],
}

type About = { checkId: string; kind: IntegrityKind }
type Of = About & { rankrId: string | null; id: string }

const findingOf = (
  { checkId, kind, rankrId, id }: Of,
  { type, repair, crmId = null, label = null, code = null, fields = [] }: Draft,
): NewFinding => ({
  id: derivedId('finding', checkId, kind, id),
  kind,
  type,
  rankrId,
  crmId,
  label,
  fields: fields.map(({ field, rankr, crm, isSensitive }) => ({
    field,
    rankr: isSensitive ? maskedValue(rankr) : rankr,
    crm: isSensitive ? maskedValue(crm) : crm,
  })),
  repair,
  code,
  fingerprint: fingerprint({ kind, type, rankrId, crmId, code, fields: canonical(fields) }),
})

/**
 * Not reported: ids given by clients of our API, contacts addressed by their own id, and merged customers. Tickets
 * opened by people's own workflows may have any number.
 */
const isOfRankr = ({ kind, rankrId, crmId, data }: Link): boolean =>
  rankrId !== crmId &&
  data.isDemanded !== true &&
  data.mergedInto === undefined &&
  (kind !== 'ticket' || 'customerId' in data)

/** A link whose record is gone in Rankr. */
const orphanOf = ({ kind, link, crm }: Examined): Draft | undefined => {
  if (kind === 'opportunity' || link?.state !== 'linked' || !isOfRankr(link)) return undefined
  const { crmId } = link
  if (kind !== 'customer' || !crm) return { type: 'orphan', crmId, repair: 'forget' }
  // The deletion was noted on the contact.
  return link.data.tags?.includes(DELETED_TAG) ? undefined : { type: 'orphan', crmId, repair: 'delete' }
}

const draftOf = (examined: Examined): Draft | undefined => {
  const { kind, record, recording, link, crm } = examined
  if (!record || !recording) return orphanOf(examined)
  // Merged into another one, or its contact was deleted by people and Rankr was told: stays so.
  if (link?.data.mergedInto !== undefined || (kind === 'customer' && link?.state === 'broken')) return undefined
  const label = textAt(record, LABELS[kind])
  const crmId = link?.state === 'linked' ? link.crmId : null
  const { failure, calls } = recording
  // An opportunity is covered by its order.
  if (failure && kind === 'opportunity') return undefined
  if (failure) return { type: 'refused', repair: null, label, crmId, code: failure.code }
  const compared = comparisonOf({ ...examined, record, calls })
  if (compared instanceof AppError) return { type: 'refused', repair: null, label, crmId, code: compared.code }
  if (compared === 'nothing') return undefined
  if (compared === 'missing') {
    const isUnreachable = kind === 'customer' && !crm && !textAt(record, ['email', 'phone'])
    if (isUnreachable) return { type: 'refused', repair: null, label, crmId, code: 'customer_unmatchable' }
    return { type: 'missing', repair: 'write', label, crmId }
  }
  if (compared === 'gone') return { type: 'orphan', repair: 'forget', label, crmId, code: 'support_not_found' }
  if (compared.length === 0) return undefined
  const repair = compared.some(({ isBack }) => isBack)
    ? 'tell'
    : compared.every(({ isFixed }) => isFixed)
      ? null
      : 'write'
  return { type: 'different', repair, label, crmId, fields: compared }
}

/** A finding for data that the actions would refuse, such as an invalid amount. */
const comparisonOf = (compared: Compared & { kind: Examined['kind'] }): Comparison | AppError => {
  try {
    return COMPARE[compared.kind](compared)
  } catch (error) {
    if (error instanceof AppError && error.code === 'action_input_invalid') return error
    throw error
  }
}

/** Undefined when both sides agree, as far as the workflows care. */
export const examine = (examined: Examined): NewFinding | undefined => {
  const draft = draftOf(examined)
  const { checkId, kind, rankrId } = examined
  return draft && findingOf({ checkId, kind, rankrId, id: rankrId }, draft)
}

/** A link whose part is gone in the CRM: once removed, the part is found or created again when needed. */
export const goneOf = (of: About, { rankrId, crmId }: Link): NewFinding =>
  findingOf({ ...of, rankrId, id: `gone ${rankrId}` }, { type: 'orphan', crmId, repair: 'forget' })

const NEVER_REMOVED: ReadonlySet<IntegrityKind> = new Set(['customer', 'business', 'product'])

/** Records made by people are not ours to change; contacts and paid invoices are theirs to sort out. */
export const duplicateOf = (of: About, found: Duplicate): NewFinding => {
  const { crmId, keptId, rankrId, marker } = found
  return findingOf(
    { ...of, rankrId, id: `duplicate ${crmId}` },
    {
      type: 'duplicate',
      repair: NEVER_REMOVED.has(of.kind) ? null : 'remove',
      crmId,
      label: of.kind === 'customer' ? null : marker.slice(marker.indexOf(' ') + 1),
      fields: [{ field: 'kept', rankr: null, crm: keptId }],
    },
  )
}

/** Two Rankr records share one CRM record, which cannot match both. */
export const sharedOf = (of: About, { crmId, rankrIds }: Shared): NewFinding =>
  findingOf(
    { ...of, rankrId: rankrIds[0]!, id: rankrIds[0]! },
    { type: 'shared', repair: null, crmId, fields: [{ field: 'shared', rankr: rankrIds, crm: crmId }] },
  )
