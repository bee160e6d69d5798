// Repairs findings by ordinary events: each goes through accept, is processed in order with its record's events, and is
// retried like any other. Repairing twice sends one event.

import { AppError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { RankrClient } from '../../rankr/client.ts'
import type { NewEvent } from '../../relay/accept.ts'
import { outcomeOf } from '../../relay/outcome.ts'
import type { Audit } from '../../store/audit.ts'
import type { Database, Tx } from '../../store/db.ts'
import type { IntegrityChecks, IntegrityJob } from '../../store/integrity-checks.ts'
import type { Finding, FindingRepair, IntegrityFindings } from '../../store/integrity-findings.ts'
import type { IntegrityRepairs } from '../../store/integrity-repairs.ts'
import type { Links } from '../../store/links.ts'
import type { TicketStatus } from '../../support/desk.ts'
import type { Execute } from '../actions.ts'
import { type CrmInvoice, invoiceStatus, type KnownOfInvoice, stateOf } from '../invoices/invoice-state.ts'
import { toMinor } from '../money.ts'
import { dataOf } from '../tickets/ticket-link.ts'
import { isPart, linkKindOf, recordKindOf } from './parts.ts'
import { type RankrRecord, readRankr } from './read.ts'
import { keptInRankr } from './wanted-ticket.ts'
import { eventOf } from './workflows.ts'

type Deps = {
  db: Pick<Database, 'transaction'>
  checks: Pick<IntegrityChecks, 'get' | 'queueRepair'>
  repairs: IntegrityRepairs
  findings: IntegrityFindings
  links: Pick<Links, 'find' | 'unsettle'>
  rankr: Pick<RankrClient, 'get'>
  execute: Execute
  accept(event: NewEvent): Promise<{ eventId: string }>
  audit: Pick<Audit, 'record'>
  now: () => Date
  log: Log
}

/** `settled`: no longer a difference; `gone`: repaired or accepted before. */
export type Repaired = 'sent' | 'settled' | 'gone'

export type RecordRepair = (tx: Tx, details: Record<string, unknown>) => Promise<void>

const AT_ONCE = 50
const TURN_MS = 5_000
const REST_MS = 10_000

/** The CRM's events about invoices. */
const TOLD: Record<KnownOfInvoice['status'], string> = {
  draft: 'InvoiceSent',
  sent: 'InvoiceSent',
  partially_paid: 'InvoicePartiallyPaid',
  paid: 'InvoicePaid',
  void: 'InvoiceVoid',
}

const stateInRankr = ({ status, amount_paid, amount, currency }: RankrRecord): KnownOfInvoice => {
  const known = invoiceStatus(status) ?? 'draft'
  const paid = amount_paid ?? (known === 'paid' ? amount : 0)
  return { status: known, paid: toMinor(Number(paid), String(currency)) }
}

/** Repairs one finding or all of a check. Throws `conflict` for what only a person can fix. */
export const createIntegrityRepair = (deps: Deps) => {
  const { db, checks, repairs, findings, links, rankr, execute, accept, audit, now, log } = deps

  const base = (locationId: string, { id, kind, rankrId }: Finding) => ({
    locationId,
    lane: 'bulk' as const,
    recordKey: `${kind === 'ticket' ? 'issue' : recordKindOf(kind)}:${rankrId}`,
    sourceEventId: `repair:${id}`,
    hops: 0,
  })

  /** A command of our own, like API calls that are carried out later. */
  const command = (locationId: string, finding: Finding, type: string, input: Record<string, unknown>): NewEvent => ({
    ...base(locationId, finding),
    source: 'api',
    type,
    payload: { type, timestamp: now().toISOString(), data: { id: finding.rankrId }, input },
  })

  /** Associates an order again, or assigns a contact to its business again. */
  const unsettle = async (locationId: string, { kind, rankrId, fields }: Finding): Promise<void> => {
    // Whoever needs the product next checks whether it still exists.
    const articles = fields.find(({ field }) => field === 'products')?.rankr
    for (const sku of Array.isArray(articles) ? articles : []) {
      await links.unsettle(locationId, { kind: 'product', rankrId: String(sku) }, { isDoubtful: true })
    }
    const data = {
      ...(kind === 'order' ? { contactId: null } : {}),
      // The desk's state, whose event was missed.
      ...(kind === 'ticket' ? Object.fromEntries(fields.map(({ field, crm }) => [field, crm])) : {}),
      ...(fields.some(({ field }) => field === 'business') ? { business: null, businessId: null } : {}),
    }
    await links.unsettle(locationId, { kind: linkKindOf(kind), rankrId: rankrId! }, data)
  }

  /** As the desk would send it; the workflow decides what to do. */
  const tellOfTicket = async (locationId: string, finding: Finding): Promise<NewEvent | undefined> => {
    const { kind, rankrId, fields } = finding
    const link = await links.find(locationId, 'ticket', rankrId!)
    const record = await readRankr(rankr, { locationId, kind: recordKindOf(kind), id: rankrId! })
    const { deskId, ticketId, url = null } = dataOf(link)
    if (!record || link?.state !== 'linked' || !deskId || !ticketId) return undefined
    const [difference] = fields
    if ((record.status ?? null) !== difference?.rankr) return undefined
    const status = difference.crm as TicketStatus
    // The ticket's state counts as news, compared with what Rankr has stored.
    const kept = { status: keptInRankr(record.status, status) }
    await links.unsettle(locationId, { kind: 'ticket', rankrId: rankrId! }, kept)
    const data = { ticketId, deskId, desk: null, issueId: rankrId, status, subject: null, priority: null, url }
    const payload = { type: 'ticket.changed', timestamp: now().toISOString(), data }
    return { ...base(locationId, finding), source: 'app', type: payload.type, payload }
  }

  /** Undefined when there is nothing left to repair. */
  const make: Record<FindingRepair, (locationId: string, finding: Finding) => Promise<NewEvent | undefined>> = {
    async write(locationId, finding) {
      const kind = recordKindOf(finding.kind)
      const record = await readRankr(rankr, { locationId, kind, id: finding.rankrId! })
      if (!record) return undefined
      const { type, payload } = eventOf(locationId, { kind, record, at: now() })
      // Forces the workflow to write again, and to associate an order again.
      await unsettle(locationId, finding)
      // The record is old, as in a backfill: nobody is messaged because of it.
      return { ...base(locationId, finding), source: 'rankr', type, payload: { ...payload, initialSync: true } }
    },

    async tell(locationId, finding) {
      if (finding.kind === 'ticket') return await tellOfTicket(locationId, finding)
      const record = await readRankr(rankr, { locationId, kind: 'invoice', id: finding.rankrId! })
      const input = { invoiceId: finding.crmId }
      const read = await execute({ locationId, actionId: 'crm.invoices.get', input, priority: 'bulk' }).catch(
        (error: unknown) => {
          if (error instanceof AppError && error.code === 'crm_not_found') return undefined
          throw error
        },
      )
      if (!record || !read) return undefined
      const invoice = read.output as CrmInvoice
      // What counts is what Rankr has stored, whatever it was told before.
      await links.unsettle(locationId, { kind: 'invoice', rankrId: finding.rankrId! }, { known: stateInRankr(record) })
      const type = TOLD[stateOf(invoice).status]
      return { ...base(locationId, finding), source: 'crm', type, payload: { ...invoice } }
    },

    async delete(locationId, finding) {
      const { rankrId } = finding
      const kind = recordKindOf(finding.kind)
      if (await readRankr(rankr, { locationId, kind, id: rankrId! })) return undefined
      const payload = { type: 'customer.deleted', timestamp: now().toISOString(), data: { id: rankrId } }
      return { ...base(locationId, finding), source: 'rankr', type: payload.type, payload }
    },

    async forget(locationId, finding) {
      const { kind, rankrId, crmId, code } = finding
      // Rankr still has the issue of a deleted ticket, which may have another one.
      if (code !== null && (await links.find(locationId, linkKindOf(kind), rankrId!))?.crmId !== crmId) return undefined
      // For a part the action itself checks whether it is gone.
      const isBack =
        !isPart(kind) &&
        code === null &&
        (await readRankr(rankr, { locationId, kind: recordKindOf(kind), id: rankrId! }))
      if (isBack) return undefined
      return command(locationId, finding, 'link.forget', { kind, rankrId })
    },

    async remove(locationId, finding) {
      const { kind, crmId, fields } = finding
      return command(locationId, finding, 'duplicate.remove', { kind, crmId, keptId: fields[0]?.crm })
    },
  }

  /**
   * `record` is called in the transaction of the change, unless somebody was faster. Throws `conflict` for what only a
   * person can fix, and what reading throws.
   */
  const repair = async (
    locationId: string,
    finding: Finding,
    { by, record }: { by: string; record: RecordRepair },
  ): Promise<Repaired> => {
    if (finding.state !== 'open') return 'gone'
    const how = finding.repair
    if (!how) throw new AppError('conflict', { detail: 'This can only be put right by a person.' })
    const event = await make[how](locationId, finding)
    const eventId = event ? (await accept(event)).eventId : null
    const state = event ? 'sent' : 'settled'
    return await db.transaction(async (tx) => {
      if (!(await findings.settle(locationId, finding.id, { state, by, at: now(), eventId }, tx))) return 'gone'
      const { checkId: check, kind, type, rankrId, crmId } = finding
      await record(tx, { check, kind, type, repair: how, rankrId, crmId, outcome: state, eventId })
      return state
    })
  }

  const byAll =
    (locationId: string, { id }: Finding, by: string): RecordRepair =>
    (tx, details) => {
      const subject = { type: 'integrity-finding', id }
      const actor = { type: 'user' as const, id: by }
      return audit.record(locationId, { actor, action: 'integrity.repaired', subject, details }, tx)
    }

  /** One turn of repairing all. The job that called it is done; the next turn is another job. */
  const turn = async (job: IntegrityJob, signal: AbortSignal): Promise<void> => {
    const { locationId, id } = job
    const check = await checks.get(locationId, id)
    if (check?.repairStatus !== 'running') return
    const by = check.repairBy ?? ''
    const until = now().getTime() + TURN_MS
    const open = await findings.repairable({ locationId, checkId: id }, check.repairPlace, AT_ONCE)
    try {
      for (const finding of open) {
        if (signal.aborted || now().getTime() > until) break
        await repair(locationId, finding, { by, record: byAll(locationId, finding, by) })
        if (!(await repairs.passed(locationId, id, finding.n))) return
      }
    } catch (thrown) {
      const outcome = outcomeOf(thrown)
      log.warn({ locationId, check: id, err: thrown }, 'a repair could not go on')
      if (outcome.kind === 'person' || outcome.kind === 'held' || outcome.kind === 'dead') {
        await repairs.end(locationId, id, 'stopped')
        return
      }
      const seconds = outcome.kind === 'wait' ? outcome.afterSeconds : (outcome.retryAfterSeconds ?? 0)
      await checks.queueRepair(job, new Date(now().getTime() + Math.max(REST_MS, seconds * 1_000)))
      return
    }
    if (open.length === 0) await repairs.end(locationId, id, 'done')
    else await checks.queueRepair(job, now())
  }

  return { repair, turn }
}
