// What the CRM's own workflow builder is offered: which entries of the catalog, and the keys they have there. A key can
// never change once it is published, so it is made from the id, which never changes either.

import { action, triggers } from './index.ts'
import type { Action, Trigger } from './schema.ts'

/** The platform takes 20 triggers of one app. */
export const MOST_BUILDER_TRIGGERS = 20

/** `rankr.order.created` → `rankr_order_created` */
export const builderKey = (id: string): string => id.replaceAll(/[.-]/g, '_')

/** Everything that Rankr reports, since the CRM has triggers for its own events. */
export const builderTriggers: readonly Trigger[] = triggers.filter(({ system }) => system === 'rankr')

/** Our own, Rankr's and the support desk's, since the CRM has actions for its own records. */
export const builderActions: readonly Action[] = [
  'app.customers.upsert-contact',
  'app.customers.add-tags',
  'app.customers.add-note',
  'app.customers.mark-deleted',
  'app.invoices.upsert',
  'app.invoices.send',
  'app.invoices.record-payment',
  'app.invoices.void',
  'rankr.customers.update',
  'rankr.customers.add-tags',
  'rankr.customers.add-note',
  'rankr.orders.set-status',
  'rankr.invoices.set-status',
  'rankr.issues.set-status',
  'support.tickets.create',
  'support.tickets.add-comment',
  'support.tickets.close',
].map((id) => action(id)!)

/**
 * Those that need more than the CRM: their other side may be away for a while. The builder keeps the contact waiting until we
 * say that the step is done, however long that takes.
 */
export const isSlow = ({ system }: Pick<Action, 'system'>): boolean => system === 'rankr' || system === 'support'

const triggersByKey = new Map(builderTriggers.map((entry) => [builderKey(entry.id), entry]))
const actionsByKey = new Map(builderActions.map((entry) => [builderKey(entry.id), entry]))

/** Undefined when the builder is not offered such a trigger. */
export const builderTrigger = (key: string): Trigger | undefined => triggersByKey.get(key)

/** Undefined when the builder is not offered such an action. */
export const builderAction = (key: string): Action | undefined => actionsByKey.get(key)
