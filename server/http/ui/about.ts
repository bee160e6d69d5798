// Events and runs that are about no record of either system but about something of the account (a workflow's schedule, a
// webhook): what that is, by its name. Pure.

import type { Named, NameOf } from '../../store/names.ts'

type Entry = { recordKey: string }

/** `name`: undefined where it has none, and once it is gone (`isGone`). `kind` is a word of `audit.kinds`. */
export type About = { kind: Named['kind'] | 'integrity-check'; name?: string | undefined; isGone: boolean }

/** By the kind in the key, where the id follows. */
const KINDS: Record<string, Named['kind']> = {
  installation: 'installation',
  schedule: 'workflow',
  webhook: 'webhook',
  hook: 'incoming_webhook',
  failure: 'failure',
}

/** What comes over a route has the route before the record's own key. */
const ROUTE = /^rte_[^:]*/

const namedBy = ({ recordKey }: Entry): Named | undefined => {
  const route = ROUTE.exec(recordKey)?.[0]
  if (route) return { kind: 'route', id: route }
  const [first = '', id = ''] = recordKey.split(':')
  const kind = KINDS[first]
  return kind && { kind, id }
}

/** What is to be looked up for `withAbout`. */
export const namedIn = (entries: readonly Entry[]): Named[] => entries.flatMap((entry) => namedBy(entry) ?? [])

const aboutOf = (entry: Entry, nameOf: NameOf): About | undefined => {
  const named = namedBy(entry)
  if (named) {
    const name = nameOf(named)
    // The account itself is there: it is looking.
    return { kind: named.kind, name, isGone: name === undefined && named.kind !== 'installation' }
  }
  if (entry.recordKey.startsWith('integrity:')) return { kind: 'integrity-check', isGone: false }
  return entry.recordKey === 'connection:crm' ? { kind: 'installation', isGone: false } : undefined
}

/** Adds `about`; undefined for what is about a record. */
export const withAbout = <T extends Entry>(entry: T, nameOf: NameOf) => ({ ...entry, about: aboutOf(entry, nameOf) })
