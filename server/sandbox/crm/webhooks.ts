// Which app hears of which event, at which URL, in which shape. Sending is deliveries.ts.

import { newCrmId } from './crm-ids.ts'
import type { Deliveries } from './deliveries.ts'
import { EVENTS, type EventName } from './event-catalog.ts'
import type { SimulatedApp } from './options.ts'
import type { State } from './state.ts'

type EventsOptions = {
  state: State
  apps: readonly SimulatedApp[]
  deliveries: Deliveries
  now: () => Date
  lifecycleIds: boolean
}

/** The events side of the simulation. Everything happens inside the change that caused the event. */
export const createEvents = ({ state, apps, deliveries, now, lifecycleIds }: EventsOptions) => {
  const stamps = () => ({ timestamp: now().toISOString(), webhookId: newCrmId() })

  return {
    /** Tells every app installed on the location that may hear of it. `payload` holds the entity's fields, flat. */
    emit(event: EventName, locationId: string, payload: Record<string, unknown>): void {
      const { scope, isTyped, type = event }: { scope: string; isTyped: boolean; type?: string } = EVENTS[event]
      for (const { clientId, appId, scopes } of state.installations.by('location', locationId)) {
        const app = apps.find((each) => each.clientId === clientId)
        if (!app || !scopes.includes(scope) || (app.events && !app.events.includes(event))) continue
        const url = app.eventUrls?.[event] ?? app.webhookUrl
        if (!url) continue
        const body = { ...(isTyped && { type }), ...payload, ...stamps(), appId, versionId: appId }
        deliveries.add({ event, clientId, locationId, url, body })
      }
    },
    /** INSTALL and UNINSTALL: always to the default URL of their own app, whatever its scopes. */
    lifecycle(clientId: string, payload: Record<string, unknown> & { type: string; locationId?: unknown }): void {
      const app = apps.find((each) => each.clientId === clientId)
      if (!app?.webhookUrl) return
      const body = lifecycleIds ? { ...payload, ...stamps() } : payload
      const locationId = typeof payload.locationId === 'string' ? payload.locationId : undefined
      deliveries.add({ event: payload.type, clientId, locationId, url: app.webhookUrl, body })
    },
  }
}

export type Events = ReturnType<typeof createEvents>
