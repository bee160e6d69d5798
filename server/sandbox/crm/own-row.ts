// A row of a path, if the token may see it.

import { foreignLocation, inaccessibleLocation, notFound } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { State } from './state.ts'
import type { Table } from './table.ts'

type OwnRow<R extends { id: string }> = {
  state: State
  table: Pick<Table<R>, 'get'>
  grant: Grant
  id: string | undefined
  /** What the refusal calls it. */
  what: string
  refusesForeignWith401?: boolean
}

/** Location tokens reach their own location, company tokens those of the company. */
export const mayReach = (state: State, grant: Grant, locationId: string): boolean =>
  grant.kind === 'Location'
    ? grant.locationId === locationId
    : state.locations.get(locationId)?.companyId === grant.companyId

/** Throws Refusal when there is no such row, or it belongs to a location out of reach. */
export const ownRow = <R extends { id: string; locationId: string }>(wanted: OwnRow<R>): R => {
  const row = wanted.table.get(wanted.id ?? '')
  if (!row) throw notFound(wanted.what)
  if (!mayReach(wanted.state, wanted.grant, row.locationId)) {
    throw wanted.refusesForeignWith401 ? inaccessibleLocation() : foreignLocation()
  }
  return row
}
