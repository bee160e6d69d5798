// Lists what an account already has of a kind before its backfill, so that records need not be searched for one by one.
// Reads page by page, can be resumed, and stops when it costs more than it saves.

import { AppError } from '../../errors.ts'
import type { BackfillHeld } from '../../store/backfill-held.ts'
import type { BackfillKind, BackfillPart } from '../../store/backfills.ts'
import type { CallCrm } from '../action.ts'
import type { CrmRow } from '../integrity/crm-side.ts'
import { readCrmPage } from '../integrity/read.ts'

type Deps = {
  held: BackfillHeld
  crmOf: (locationId: string) => CallCrm
  now: () => Date
}

/** Contacts are matched by the call that creates them. */
const SURVEYED = { orders: 'order', invoices: 'invoice' } as const

const MOST_PAGES = 1_000
const PAGE = 100

/** The CRM returns a number made of digits as a number. */
const plainNumber = (number: string): string => (/^\d{1,15}$/.test(number) ? String(Number(number)) : number)

/** The key under which an invoice of a contact is looked up. */
export const invoiceMarker = (contactId: string, number: string): string => `${contactId} ${plainNumber(number)}`

const markerOf = (kind: keyof typeof SURVEYED, { marker, record }: CrmRow): string | null => {
  if (kind === 'orders' || marker === null) return marker
  return invoiceMarker(String(record.contact), String(record.number))
}

const isSurveyed = (kind: BackfillKind): kind is keyof typeof SURVEYED => kind in SURVEYED

export type Survey = ReturnType<typeof createSurvey>

/** Lists the account's records before a part's first page is read; `page` returns whether more is left. */
export const createSurvey = ({ held, crmOf, now }: Deps) => {
  /** Whether it is worth continuing. */
  const readOne = async (
    locationId: string,
    { id, kind, cursor, most }: { id: string; kind: keyof typeof SURVEYED; cursor: string | null; most: number },
  ): Promise<void> => {
    const at = now()
    const { rows, next, total } = await readCrmPage(SURVEYED[kind], crmOf(locationId), cursor)
    if (total !== null && total / PAGE > most) return await held.giveUp(locationId, { id, kind })
    const records = rows.flatMap((row) => {
      const marker = markerOf(kind, row)
      return marker === null ? [] : [{ marker, crmId: row.id }]
    })
    await held.add(locationId, { id, kind }, { records, cursor, next, at })
  }

  return {
    /** Reads one page; false when nothing is left. */
    async page(locationId: string, id: string, { kind, total, cursor }: BackfillPart): Promise<boolean> {
      if (cursor !== null || !isSurveyed(kind)) return false
      const place = await held.place(locationId, { id, kind })
      if (place.isOver) return false
      try {
        await readOne(locationId, { id, kind, cursor: place.cursor, most: Math.min(MOST_PAGES, total ?? MOST_PAGES) })
      } catch (error) {
        // Temporary errors are retried by the turn; a missing permission shows on every record.
        if (!(error instanceof AppError) || error.retry === 'passing') throw error
        await held.giveUp(locationId, { id, kind })
      }
      return true
    },

    forget: held.forget,
  }
}

/**
 * The account's record with this marker; undefined when it must be searched for. Only for records without unresolved
 * earlier work: one created since the survey and not yet linked has left its lock behind.
 */
export type FindHeld = (
  locationId: string,
  record: { kind: keyof typeof SURVEYED; marker: string },
) => Promise<string[] | undefined>

export const createFindHeld =
  ({ held, now }: { held: Pick<BackfillHeld, 'find'>; now: () => Date }): FindHeld =>
  (locationId, record) =>
    held.find(locationId, { ...record, at: now() })
