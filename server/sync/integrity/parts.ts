// Records derived from Rankr records where an account wants them: the business of a customer's company, products of an
// order's items, the opportunity of an order. Rankr has no record of them, so they are compared with what the workflows
// would write.

import type { IntegrityCheck, IntegrityKind, PartKind, RecordKind } from '../../store/integrity-checks.ts'
import type { NewFinding } from '../../store/integrity-findings.ts'
import type { IntegritySeen } from '../../store/integrity-seen.ts'
import type { Link, LinkKind, Links } from '../../store/links.ts'
import type { Recording } from '../../workflows/record-calls.ts'
import type { CallCrm } from '../action.ts'
import { articlesIn } from '../orders/articles.ts'
import { examine, goneOf } from './finding.ts'
import { readCrm } from './read.ts'
import type { Parts, Surroundings } from './wanted.ts'

export const PARTS: Record<RecordKind, readonly PartKind[]> = {
  customer: ['business'],
  order: ['product', 'opportunity'],
  invoice: [],
  ticket: [],
}

/** Whether the kind is derived from other records. */
export const isPart = (kind: IntegrityKind): kind is PartKind =>
  Object.values(PARTS).some((parts) => parts.includes(kind as PartKind))

/** The kind of link a kind of record has. */
export const linkKindOf = (kind: IntegrityKind): LinkKind => (kind === 'opportunity' ? 'order-opportunity' : kind)

/** The Rankr record it is derived from. */
export const recordKindOf = (kind: IntegrityKind): RecordKind =>
  kind === 'opportunity' ? 'order' : (kind as RecordKind)

type Deps = {
  links: Pick<Links, 'find' | 'findAll' | 'linked' | 'sharedCrmIds'>
  seen: IntegritySeen
}

type Given = {
  locationId: string
  check: IntegrityCheck
  crm: CallCrm
  surroundings: Surroundings
  /** Re-read one by one, not from what was seen. */
  isLive?: boolean
}

/** A Rankr record with what its workflow would do. */
type Recorded = { rankrId: string; record: Record<string, unknown>; recording: Recording; link: Link | undefined }

const PAGE = 100

const inputOf = ({ calls }: Recording, actionId: string) => calls.find((call) => call.actionId === actionId)?.input

/** Reads and compares derived records. */
export const createParts = ({ links, seen }: Deps) => {
  /** The ids the CRM has, with their compared fields. */
  const there = async (given: Given, kind: PartKind, ids: string[]): Promise<Map<string, Record<string, unknown>>> => {
    const { locationId, check, crm, isLive } = given
    const unique = [...new Set(ids)]
    if (!isLive) return await seen.crmRecords({ locationId, checkId: check.id }, kind, unique)
    const found = new Map<string, Record<string, unknown>>()
    for (const id of unique) {
      const row = await readCrm(crm, { kind, id, associationId: undefined })
      if (row) found.set(id, row.record)
    }
    return found
  }

  const linksOf = async (locationId: string, kind: LinkKind, rankrIds: string[]): Promise<Map<string, Link>> => {
    const found = await links.findAll([...new Set(rankrIds)].map((rankrId) => ({ locationId, kind, rankrId })))
    return new Map(found.flatMap((link) => (link?.state === 'linked' && link.crmId ? [[link.rankrId, link]] : [])))
  }

  const skusOf = (recording: Recording): string[] =>
    articlesIn(inputOf(recording, 'app.orders.match-products')?.lineItems).map(({ sku }) => sku)

  return {
    /** What comparing records of this kind must know about their parts. */
    async around(given: Given, kind: RecordKind, of: Pick<Recorded, 'recording' | 'link'>[]): Promise<Parts> {
      const { locationId, check } = given
      if (kind === 'customer' && check.kinds.includes('business')) {
        const ids = of.flatMap(({ link }) => (typeof link?.data.businessId === 'string' ? [link.data.businessId] : []))
        return { businesses: new Set((await there(given, 'business', ids)).keys()) }
      }
      if (kind === 'order' && check.kinds.includes('product')) {
        const known = await linksOf(
          locationId,
          'product',
          of.flatMap(({ recording }) => skusOf(recording)),
        )
        const held = await there(
          given,
          'product',
          [...known.values()].map(({ crmId }) => crmId!),
        )
        const products = [...known].flatMap(([sku, { crmId }]) => (held.has(crmId!) ? [[sku, crmId!] as const] : []))
        return { products: new Map(products) }
      }
      return {}
    },

    /** The opportunities of orders. One that belongs to several orders cannot match all of them. */
    async opportunities(given: Given, of: Recorded[]): Promise<NewFinding[]> {
      const { locationId, check, surroundings } = given
      const wanted = of.filter(({ recording }) => inputOf(recording, 'app.orders.follow-opportunity'))
      const known = await linksOf(
        locationId,
        'order-opportunity',
        wanted.map(({ rankrId }) => rankrId),
      )
      const ids = [...known.values()].map(({ crmId }) => crmId!)
      const [held, shared] = [
        await there(given, 'opportunity', ids),
        await links.sharedCrmIds(locationId, 'order-opportunity', ids),
      ]
      return wanted.flatMap(({ rankrId, record, recording }) => {
        const link = known.get(rankrId)
        const crm = link && held.get(link.crmId!)
        if (link && crm && shared.has(link.crmId!)) return []
        const about = { checkId: check.id, kind: 'opportunity' as const, contactId: undefined, surroundings }
        return examine({ ...about, rankrId, record, recording, link, crm }) ?? []
      })
    },

    /** A page of links whose part is gone in the CRM. */
    async readLinks(given: Given, kind: PartKind, cursor: string | null) {
      const { locationId, check } = given
      const page = await links.linked(locationId, linkKindOf(kind), { after: cursor ?? '', limit: PAGE })
      const held = await there(
        given,
        kind,
        page.flatMap(({ crmId }) => crmId ?? []),
      )
      const gone = page.filter(({ crmId }) => !crmId || !held.has(crmId))
      // An order that still exists gets its opportunity again.
      const of = { locationId, checkId: check.id }
      const ids = gone.map(({ rankrId }) => rankrId)
      const kept = kind === 'opportunity' ? await seen.rankrIds(of, 'order', ids) : new Set<string>()
      const findings = gone
        .filter(({ rankrId }) => !kept.has(rankrId))
        .map((link) => goneOf({ checkId: check.id, kind }, link))
      return {
        next: page.length === PAGE ? page.at(-1)!.rankrId : null,
        replaced: [{ kind, rankrIds: findings.map(({ rankrId }) => rankrId!), findings }],
      }
    },

    /** Verifies a link whose part was missing. */
    async stillGone(given: Given, { kind, rankrId }: { kind: PartKind; rankrId: string }) {
      const link = await links.find(given.locationId, linkKindOf(kind), rankrId)
      if (link?.state !== 'linked') return undefined
      const held = await there({ ...given, isLive: true }, kind, link.crmId ? [link.crmId] : [])
      return held.size > 0 ? undefined : goneOf({ checkId: given.check.id, kind }, link)
    },
  }
}
