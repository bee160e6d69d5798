// Object records: written by apps and by people, which `lastUpdatedBy` tells apart. Knows no HTTP.

import { newDocumentId } from './crm-ids.ts'
import type { ObjectRecord, ObjectSchema, Origin } from './object-rows.ts'
import { changedProperties, newProperties } from './record-values.ts'
import type { SearchIndex } from './search-index.ts'
import type { State } from './state.ts'
import type { Events } from './webhooks.ts'

/** Who writes; the time is added. */
export type Writer = Omit<Origin, 'createdAt'>

/** A write made by an app. */
export const byApp = (clientId: string): Writer => ({ source: 'INTEGRATION', channel: 'OAUTH', sourceId: clientId })
/** A write made by a person. */
export const byPerson = (userId: string): Writer => ({ source: 'WEB_USER', channel: 'APP', sourceId: userId })

const valueIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'number'
    ? { valueNumber: value }
    : Array.isArray(value)
      ? { valueArray: value }
      : typeof value === 'object'
        ? { valueObject: value }
        : { valueString: value }

const event = (record: ObjectRecord): Record<string, unknown> => ({
  id: record.id,
  locationId: record.locationId,
  objectKey: record.objectKey,
  owners: record.owner,
  followers: record.followers,
  properties: Object.entries(record.properties).map(([key, value]) => ({ key, ...valueIn(value) })),
})

type Parts = { state: State; events: Events; index: SearchIndex<ObjectRecord>; now: () => Date }

type NewRecord = { properties: Record<string, unknown>; owner: string[]; followers: string[] }
type RecordChange = Partial<NewRecord>

/** The store. Changes are made inside the caller's `state.change`. */
export const createRecordStore = ({ state, events, index, now }: Parts) => {
  const fieldsOf = ({ locationId, objectKey }: { locationId: string; objectKey: string }) =>
    state.objectFields.by('object', `${locationId} ${objectKey}`)

  return {
    create(schema: ObjectSchema, written: NewRecord, writer: Writer): ObjectRecord {
      const { locationId, key: objectKey } = schema
      const at = now().toISOString()
      const origin = { ...writer, createdAt: at }
      const record: ObjectRecord = {
        id: newDocumentId(),
        locationId,
        objectId: schema.id,
        objectKey,
        properties: newProperties(fieldsOf({ locationId, objectKey }), objectKey, written.properties),
        owner: written.owner,
        followers: written.followers,
        createdBy: origin,
        lastUpdatedBy: origin,
        createdAt: at,
        updatedAt: at,
      }
      index.changed(undefined, record)
      state.records.put(record)
      state.count('records.created')
      events.emit('RecordCreate', locationId, event(record))
      return record
    },
    change(before: ObjectRecord, written: RecordChange, writer: Writer): ObjectRecord {
      const at = now().toISOString()
      const after: ObjectRecord = {
        ...before,
        properties: changedProperties(fieldsOf(before), before, written.properties ?? {}),
        owner: written.owner ?? before.owner,
        followers: written.followers ?? before.followers,
        lastUpdatedBy: { ...writer, createdAt: at },
        updatedAt: at,
      }
      index.changed(before, after)
      state.records.put(after)
      state.count('records.updated')
      events.emit('RecordUpdate', after.locationId, event(after))
      return after
    },
    remove(record: ObjectRecord): void {
      for (const relation of state.relations.by('first', record.id)) state.relations.delete(relation.id)
      for (const relation of state.relations.by('second', record.id)) state.relations.delete(relation.id)
      index.changed(record, undefined)
      state.records.delete(record.id)
      state.count('records.deleted')
      events.emit('RecordDelete', record.locationId, event(record))
    },
  }
}

export type RecordStore = ReturnType<typeof createRecordStore>
