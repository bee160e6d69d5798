// Looks through what an account holds of a kind before its backfill brings that over, so that not every record has to be
// searched for by itself. Reads page by page, goes on where it was, and is done without where it costs more than it saves.

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

/** Contacts are matched by the call that makes them. */
const SURVEYED = { orders: 'order', invoices: 'invoice' } as const

const MOST_PAGES = 1_000
const PAGE = 100

/** The CRM answers a number made of digits as a number. */
const plainNumber = (number: string): string => (/^\d{1,15}$/.test(number) ? String(Number(number)) : number)

export const invoiceMarker = (contactId: string, number: string): string => `${contactId} ${plainNumber(number)}`

const markerOf = (kind: keyof typeof SURVEYED, { marker, record }: CrmRow): string | null => {
  if (kind === 'orders' || marker === null) return marker
  return invoiceMarker(String(record.contact), String(record.number))
}

const isSurveyed = (kind: BackfillKind): kind is keyof typeof SURVEYED => kind in SURVEYED

export type Survey = ReturnType<typeof createSurvey>

export const createSurvey = ({ held, crmOf, now }: Deps) => {
  /** Answers whether it is worth to go on. */
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
    /** One page of what is left to be looked through before the part's first page is read; false when nothing is. */
    async page(locationId: string, id: string, { kind, total, cursor }: BackfillPart): Promise<boolean> {
      if (cursor !== null || !isSurveyed(kind)) return false
      const place = await held.place(locationId, { id, kind })
      if (place.isOver) return false
      try {
        await readOne(locationId, { id, kind, cursor: place.cursor, most: Math.min(MOST_PAGES, total ?? MOST_PAGES) })
      } catch (error) {
        // What passes is tried again by the turn; without the permission every record tells so by itself.
        if (!(error instanceof AppError) || error.retry === 'passing') throw error
        await held.giveUp(locationId, { id, kind })
      }
      return true
    },

    forget: held.forget,
  }
}

/**
 * What of the account is known by the marker; undefined when it has to be searched for. To be asked for a record that nobody has
 * worked on without giving back its hold: one that was made since the survey, and not linked, has left its hold behind.
 */
export type FindHeld = (
  locationId: string,
  record: { kind: keyof typeof SURVEYED; marker: string },
) => Promise<string[] | undefined>

export const createFindHeld =
  ({ held, now }: { held: Pick<BackfillHeld, 'find'>; now: () => Date }): FindHeld =>
  (locationId, record) =>
    held.find(locationId, { ...record, at: now() })
