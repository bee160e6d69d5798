// Display names of an account's objects for lists: one query per page, never another account's.

import type { Database } from './db.ts'

const UUIDS = ['workflow', 'run', 'failure'] as const
const TEXTS = [
  'installation',
  'connection',
  'client',
  'api_key',
  'webhook',
  'incoming_webhook',
  'desk',
  'route',
] as const

/** Apps of others are named to accounts that have let them in. A run and a failed event (by its dead letter) are called as their workflow is, an installation as its account. */
type NamedKind = (typeof UUIDS | typeof TEXTS)[number]
export type Named = { kind: NamedKind; id: string }

/** The name of a thing; undefined when the account has no such thing (any more), or it has no name. */
export type NameOf = (named: Named) => string | undefined

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

const READ = `
  select 'workflow' as kind, id::text, name from workflows where location_id = $1 and id = any($2::uuid[])
  union all select 'run', r.id::text, w.name from runs r
    join workflows w on w.location_id = r.location_id and w.id = r.workflow_id
    where r.location_id = $1 and r.id = any($3::uuid[])
  union all select 'failure', d.id::text, w.name from dead_letters d
    join workflows w on w.location_id = d.location_id and w.id = d.workflow_id
    where d.location_id = $1 and d.id = any($4::uuid[])
  union all select 'installation', tenant_id, name from installations where tenant_id = $1 and tenant_id = any($5::text[])
  union all select 'connection', id, name from connections where location_id = $1 and id = any($6::text[])
  union all select 'client', id, name from clients where location_id = $1 and id = any($7::text[])
  union all select 'client', c.id, c.name from oauth_grants g join clients c on c.id = g.client_id
    where g.location_id = $1 and g.client_id = any($7::text[])
  union all select 'api_key', id, name from api_keys where location_id = $1 and id = any($8::text[])
  union all select 'webhook', id, name from webhook_endpoints where location_id = $1 and id = any($9::text[])
  union all select 'incoming_webhook', id, name from incoming_webhooks where location_id = $1 and id = any($10::text[])
  union all select 'desk', id, name from support_desks where location_id = $1 and id = any($11::text[])
  union all select 'route', id, name from routes where (location_id = $1 or to_location_id = $1) and id = any($12::text[])`

const keyOf = ({ kind, id }: Named): string => `${kind} ${id}`

export type Names = ReturnType<typeof createNames>

/** Looks up names by kind and id. */
export const createNames = ({ db }: { db: Database }) => ({
  /** Makes no query when no names are requested. */
  async of(locationId: string, wanted: readonly Named[]): Promise<NameOf> {
    const idsOf = (kind: NamedKind): string[] => wanted.filter((one) => one.kind === kind).map(({ id }) => id)
    const values = [...UUIDS.map((kind) => idsOf(kind).filter((id) => UUID.test(id))), ...TEXTS.map(idsOf)]
    if (values.every((ids) => ids.length === 0)) return () => undefined
    const { rows } = await db.pool.query<Named & { name: string | null }>({
      name: 'names.of',
      text: READ,
      values: [locationId, ...values],
    })
    const names = new Map(rows.map(({ name, ...named }) => [keyOf(named), name]))
    return (named) => names.get(keyOf(named)) ?? undefined
  },
})
