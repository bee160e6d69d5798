// What one turn of each step does: reads one page and returns what to store. Writes nothing, so that reading a page
// twice is harmless.

import type { RankrClient } from '../../rankr/client.ts'
import type { IntegrityCheck, IntegrityKind, RecordKind } from '../../store/integrity-checks.ts'
import type { KindCounts } from '../../store/integrity-counts.ts'
import type { Finding, NewFinding } from '../../store/integrity-findings.ts'
import type { IntegritySeen, SeenRecord } from '../../store/integrity-seen.ts'
import type { Link, Links } from '../../store/links.ts'
import type { CallCrm } from '../action.ts'
import type { CheckStep } from './check-plan.ts'
import { duplicateOf, examine, sharedOf } from './finding.ts'
import { isIssuesLeftOut, issuesLeftOut } from './issues-left-out.ts'
import { createParts, isPart, linkKindOf, recordKindOf } from './parts.ts'
import { type CrmKind, RANKR, type RankrRecord, rankrIdOf, readCrm, readCrmPage, readRankr } from './read.ts'
import { createTicketSide, type TicketDesks } from './ticket-side.ts'
import type { Surroundings } from './wanted.ts'
import type { IntegrityWorkflows } from './workflows.ts'

/** For these records, the given findings are the only ones. */
type Replaced = { kind: IntegrityKind; rankrIds: string[]; findings: NewFinding[] }

/** What to store. `next`: the step's next cursor; null at its end. */
export type Page = {
  next: string | null
  counted?: { kind: IntegrityKind; change: Partial<KindCounts> }
  seen?: SeenRecord[]
  replaced?: Replaced[]
}

const PAGE = 100

type Deps = {
  rankr: Pick<RankrClient, 'list' | 'get'>
  links: Pick<Links, 'find' | 'findAll' | 'linked' | 'byCrmIds' | 'sharedCrmIds'>
  seen: IntegritySeen
  workflows: IntegrityWorkflows
  desks: TicketDesks
}

type Given = {
  locationId: string
  check: IntegrityCheck
  crm: CallCrm
  surroundings: Surroundings
  signal: AbortSignal
  /** Re-read one by one, not from what was seen. */
  isLive?: boolean
}

export type CheckSteps = ReturnType<typeof createCheckSteps>

/** The steps of a check. `read` and `totals` throw what calls throw. */
export const createCheckSteps = ({ rankr, links, seen, workflows, desks }: Deps) => {
  const parts = createParts({ links, seen })
  const tickets = createTicketSide({ links, desks })

  const customerOf = (record: RankrRecord | undefined): string | undefined =>
    record?.customer_id === undefined || record.customer_id === null ? undefined : String(record.customer_id)

  /** Contacts, by customer id, of the customers that orders and invoices name. */
  const contactsOf = async (locationId: string, records: (RankrRecord | undefined)[]): Promise<Map<string, string>> => {
    const ids = [...new Set(records.flatMap((record) => customerOf(record) ?? []))]
    const found = await links.findAll(ids.map((rankrId) => ({ locationId, kind: 'customer', rankrId })))
    return new Map(
      found.flatMap((link) => (link?.state === 'linked' && link.crmId ? [[link.rankrId, link.crmId]] : [])),
    )
  }

  /** Of the records, and of the opportunities of their orders. */
  const examineAll = async (
    given: Given,
    kind: RecordKind,
    of: {
      rankrId: string
      record: RankrRecord | undefined
      link: Link | undefined
      crm: Record<string, unknown> | undefined
    }[],
  ): Promise<{ own: NewFinding[]; opportunities: NewFinding[] }> => {
    const { locationId, check, surroundings } = given
    const records = of.map(({ record }) => record)
    const contacts =
      kind === 'customer' || kind === 'ticket' ? new Map<string, string>() : await contactsOf(locationId, records)
    const all = []
    for (const one of of) {
      const recording = one.record && (await workflows.record(locationId, kind, one.record))
      if (!one.record || recording) all.push({ ...one, recording })
    }
    const recorded = all.flatMap(({ record, recording, ...one }) =>
      record && recording ? [{ ...one, record, recording }] : [],
    )
    const around = await parts.around(given, kind, recorded)
    const own = all.flatMap((one) => {
      const contactId = contacts.get(customerOf(one.record) ?? '')
      return examine({ ...one, checkId: check.id, kind, contactId, surroundings, parts: around }) ?? []
    })
    const hasOpportunities = kind === 'order' && check.kinds.includes('opportunity')
    return { own, opportunities: hasOpportunities ? await parts.opportunities(given, recorded) : [] }
  }

  const readCrmSide = async ({ locationId, crm }: Given, kind: CrmKind, cursor: string | null): Promise<Page> => {
    const { rows, next, total } = await readCrmPage(kind, crm, cursor)
    const linked = await links.byCrmIds(
      locationId,
      linkKindOf(kind),
      rows.map(({ id }) => id),
    )
    return {
      next,
      counted: { kind, change: { crm: rows.length, ...(total === null ? {} : { crmTotal: total }) } },
      seen: rows.map(({ id, marker, record }) => ({
        kind,
        side: 'crm',
        id,
        marker,
        record: linked.has(id) ? record : null,
      })),
    }
  }

  const listRankr = async ({ locationId, signal }: Given, kind: RecordKind, cursor: string | null) => {
    const { records, next, total } = await rankr.list({
      locationId,
      kind: RANKR[kind].list,
      limit: PAGE,
      signal,
      ...(cursor === null ? {} : { cursor }),
    })
    const byId = new Map(records.flatMap((record) => [[rankrIdOf(kind, record) ?? '', record] as const]))
    byId.delete('')
    return { byId, next: next ?? null, total: total ?? null, read: records.length }
  }

  const seenOf = (kind: RecordKind, byId: Map<string, RankrRecord>): SeenRecord[] =>
    [...byId.keys()].map((id) => ({ kind, side: 'rankr', id }))

  const readRankrSide = async (given: Given, kind: RecordKind, cursor: string | null): Promise<Page> => {
    const { locationId, check } = given
    const { byId, next, total, read } = await listRankr(given, kind, cursor)
    const rankrIds = [...byId.keys()]
    const found = await links.findAll(rankrIds.map((rankrId) => ({ locationId, kind, rankrId })))
    const crmIds = found.flatMap((link) => (link?.state === 'linked' && link.crmId ? [link.crmId] : []))
    const there = await seen.crmRecords({ locationId, checkId: check.id }, kind, crmIds)
    const { own, opportunities } = await examineAll(
      given,
      kind,
      rankrIds.map((rankrId, index) => {
        const link = found[index]
        const crm = link?.state === 'linked' && link.crmId ? there.get(link.crmId) : undefined
        return { rankrId, record: byId.get(rankrId), link, crm }
      }),
    )
    return {
      next,
      counted: { kind, change: { rankr: read, ...(total === null ? {} : { rankrTotal: total }) } },
      seen: seenOf(kind, byId),
      replaced: [
        { kind, rankrIds, findings: own },
        ...(kind === 'order' ? [{ kind: 'opportunity' as const, rankrIds, findings: opportunities }] : []),
      ],
    }
  }

  /** Links whose record Rankr does not have. */
  const readLinks = async (given: Given, kind: RecordKind, cursor: string | null): Promise<Page> => {
    const { locationId, check } = given
    const of = { locationId, checkId: check.id }
    const page = await links.linked(locationId, kind, { after: cursor ?? '', limit: PAGE })
    const ids = page.map(({ rankrId }) => rankrId)
    const known = await seen.rankrIds(of, kind, ids)
    const gone = page.filter(({ rankrId }) => !known.has(rankrId))
    const crmIds = gone.flatMap(({ crmId }) => crmId ?? [])
    const there = await seen.crmRecords(of, kind, crmIds)
    const { own } = await examineAll(
      given,
      kind,
      gone.map((link) => ({ rankrId: link.rankrId, record: undefined, link, crm: there.get(link.crmId ?? '') })),
    )
    return {
      next: page.length === PAGE ? page.at(-1)!.rankrId : null,
      replaced: [{ kind, rankrIds: gone.map(({ rankrId }) => rankrId), findings: own }],
    }
  }

  const readGroups = async ({ locationId, check }: Given, kind: IntegrityKind): Promise<Page> => {
    const of = { locationId, checkId: check.id }
    // Orders can share an opportunity, customers a business, items a product.
    const shared = isPart(kind) ? [] : await seen.shared(of, kind)
    const duplicates = await seen.duplicates(of, kind, linkKindOf(kind))
    const about = { checkId: check.id, kind }
    return {
      next: null,
      replaced: [
        {
          kind,
          rankrIds: shared.flatMap(({ rankrIds }) => rankrIds),
          findings: [...shared.map((one) => sharedOf(about, one)), ...duplicates.map((one) => duplicateOf(about, one))],
        },
      ],
    }
  }

  const confirmDuplicate = async (
    { locationId, check, crm, surroundings }: Given,
    { kind, crmId, rankrId, fields }: Finding,
  ): Promise<NewFinding | undefined> => {
    if (kind === 'ticket') return undefined
    const keptId = String(fields[0]?.crm)
    const associationId = surroundings.place?.associationId
    const [extra, kept] = [
      await readCrm(crm, { kind, id: crmId!, associationId }),
      await readCrm(crm, { kind, id: keptId, associationId }),
    ]
    const link = await links.find(locationId, linkKindOf(kind), rankrId!)
    if (!extra?.marker || extra.marker !== kept?.marker || link?.crmId !== keptId) return undefined
    return duplicateOf({ checkId: check.id, kind }, { crmId: crmId!, keptId, rankrId: rankrId!, marker: extra.marker })
  }

  /** Re-read one by one: changes in progress while lists were read are not findings. */
  const confirm = async (seenGiven: Given, finding: Finding): Promise<NewFinding | 'same' | undefined> => {
    const given = { ...seenGiven, isLive: true }
    const { locationId, crm, surroundings } = given
    const { type, rankrId, crmId } = finding
    if (type === 'duplicate') return await confirmDuplicate(given, finding)
    if (type === 'shared') return 'same'
    if (type === 'orphan' && isPart(finding.kind)) {
      return await parts.stillGone(given, { kind: finding.kind, rankrId: rankrId! })
    }
    const kind = recordKindOf(finding.kind)
    // What cannot be verified is not reported.
    if (kind === 'ticket' && isIssuesLeftOut(given.check)) return undefined
    const link = await links.find(locationId, kind, rankrId!)
    const isLinked = link?.state === 'linked' && link.crmId !== null
    if ((type === 'missing' || type === 'refused') && crmId === null && !isLinked) return 'same'
    const record = await readRankr(rankr, { locationId, kind, id: rankrId! })
    const { associationId } = surroundings.place ?? {}
    const isOwn = finding.kind === kind
    const thereOf = async (link: Link) =>
      kind === 'ticket'
        ? await tickets.readOne(given, link)
        : (await readCrm(crm, { kind, id: link.crmId!, associationId }))?.record
    const there = isOwn && isLinked ? await thereOf(link) : undefined
    const { own, opportunities } = await examineAll(given, kind, [{ rankrId: rankrId!, record, link, crm: there }])
    return (isOwn ? own : opportunities)[0]
  }

  return {
    confirm,

    /** Rankr's record counts per kind, to show progress. */
    async totals({ locationId, check }: Given): Promise<IntegrityCheck['counts']> {
      const counts: IntegrityCheck['counts'] = {}
      const count = async (kind: RecordKind): Promise<Partial<KindCounts>> => ({
        rankrTotal: (await rankr.list({ locationId, kind: RANKR[kind].list, limit: 1 })).total ?? null,
      })
      for (const kind of check.kinds) {
        const total = isPart(kind) ? { rankrTotal: 0 } : await count(kind as RecordKind).catch(issuesLeftOut(kind))
        counts[kind] = { rankr: 0, crm: 0, rankrTotal: null, crmTotal: null, ...total }
      }
      return counts
    },

    /** One page of a step, except the last step. Throws what calls throw. */
    read(given: Given, step: CheckStep & { kind: IntegrityKind }, cursor: string | null): Promise<Page> {
      const { kind } = step
      if (kind === 'ticket' && isIssuesLeftOut(given.check)) return Promise.resolve({ next: null })
      switch (step.do) {
        case 'crm':
          return kind === 'ticket' ? tickets.readPage(given, cursor) : readCrmSide(given, kind, cursor)
        case 'rankr':
          return readRankrSide(given, recordKindOf(kind), cursor).catch((error: unknown) => ({
            next: null,
            counted: { kind, change: issuesLeftOut(kind, given.check.counts.ticket?.leftOut)(error) },
          }))
        case 'links':
          return isPart(kind) ? parts.readLinks(given, kind, cursor) : readLinks(given, recordKindOf(kind), cursor)
        case 'groups':
          return readGroups(given, kind)
      }
    },
  }
}
