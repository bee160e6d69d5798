// Reads desks' answers, and drops undefined members from requests. Pure.

type Row = Record<string, unknown>

/** The value as an object; an empty one when it is none. */
export const rowOf = (value: unknown): Row =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Row) : {}

/** The value as a list of objects; empty when it is none. */
export const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? value.map(rowOf) : [])

/** Ids are numbers at one desk and text at another. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null

/** A member that is undefined would be sent as nothing, or as null. */
export const given = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))
