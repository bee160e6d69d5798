// Events and runs may be about no record but about a part of the account, such as a workflow's schedule or a webhook:
// resolves its name. Pure.

import type { Named, NameOf } from '../../store/names.ts'

type Entry = { recordKey: string }

/** `name` is undefined without a name or when it is gone (`isGone`). `kind` is a key of `audit.kinds`. */
export type About = { kind: Named['kind'] | 'integrity-check'; name?: string | undefined; isGone: boolean }

/** By the kind in the record key, which is followed by the id. */
const KINDS: Record<string, Named['kind']> = {
  installation: 'installation',
  schedule: 'workflow',
  webhook: 'webhook',
  hook: 'incoming_webhook',
  failure: 'failure',
}

/** For relayed events the relay route precedes the record's own key. */
const ROUTE = /^rte_[^:]*/

const namedBy = ({ recordKey }: Entry): Named | undefined => {
  const route = ROUTE.exec(recordKey)?.[0]
  if (route) return { kind: 'route', id: route }
  const [first = '', id = ''] = recordKey.split(':')
  const kind = KINDS[first]
  return kind && { kind, id }
}

/** Ids to look up for `withAbout`. */
export const namedIn = (entries: readonly Entry[]): Named[] => entries.flatMap((entry) => namedBy(entry) ?? [])

const aboutOf = (entry: Entry, nameOf: NameOf): About | undefined => {
  const named = namedBy(entry)
  if (named) {
    const name = nameOf(named)
    // The account itself exists: its user is looking.
    return { kind: named.kind, name, isGone: name === undefined && named.kind !== 'installation' }
  }
  if (entry.recordKey.startsWith('integrity:')) return { kind: 'integrity-check', isGone: false }
  return entry.recordKey === 'connection:crm' ? { kind: 'installation', isGone: false } : undefined
}

/** Adds `about`; undefined when the entry is about a record. */
export const withAbout = <T extends Entry>(entry: T, nameOf: NameOf) => ({ ...entry, about: aboutOf(entry, nameOf) })
