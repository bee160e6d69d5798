// The canonical text of an audit entry and the hash that chains it to the previous one. Pure; the database computes the
// same hash when it appends (append_audit in migrations/), from this text.

import { createHash } from 'node:crypto'
import type { ActorType } from './schema.ts'

/** The recorded data of one change. Null members are part of the canonical text. */
export type ChainedEntry = {
  locationId: string
  at: Date
  actorType: ActorType
  actorId: string | null
  actorName: string | null
  action: string
  subjectType: string
  subjectId: string | null
  details: Record<string, unknown>
  eventId: string | null
  requestId: string | null
}

/** JSON with sorted object members, so that the member order of jsonb does not matter. */
const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = value as Record<string, unknown>
  let text = ''
  for (const key of Object.keys(members).sort()) {
    if (members[key] === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(members[key])}`
  }
  return `{${text}}`
}

/** The canonical text that is hashed. */
export const canonical = (entry: ChainedEntry): string =>
  canonicalJson([
    entry.locationId,
    entry.at.toISOString(),
    entry.actorType,
    entry.actorId,
    entry.actorName,
    entry.action,
    entry.subjectType,
    entry.subjectId,
    entry.details,
    entry.eventId,
    entry.requestId,
  ])

/** sha256(previous hash, "seq:canonical"). The first entry of a chain follows an empty hash. */
export const chainHash = (previous: Buffer, seq: number, spelled: string): Buffer =>
  createHash('sha256').update(previous).update(`${seq}:${spelled}`).digest()
