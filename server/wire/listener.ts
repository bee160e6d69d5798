// Notifies caches, the relay and workflows when an installation changes.

import type { InstallationListener } from '../highlevel/ports.ts'
import type { AppEvents } from '../relay/app-events.ts'
import type { Relay } from '../relay/relay.ts'

type Deps = {
  relay: Pick<Relay, 'resume' | 'pause'>
  /** Clears cached data of a tenant. */
  forget: (tenantId: string) => void
  /** Called when something happens, because they are created after the listener. */
  events: () => Pick<AppEvents, 'ready' | 'reconnectNeeded'>
  /** Connects credentials that were waiting for the installation. */
  arrivals: () => { installed(tenantId: string): Promise<void> }
}

/** The listener; called after each change is committed. */
export const wireListener = ({ relay, forget, events, arrivals }: Deps): InstallationListener => ({
  async onRecovered(tenantId) {
    forget(tenantId)
    await relay.resume(tenantId)
    await events().ready(tenantId)
    await arrivals().installed(tenantId)
  },
  async onNeedsPerson(tenantId, code) {
    await relay.pause(tenantId, code)
    await events().reconnectNeeded(tenantId, code)
  },
  async onEnded(tenantId) {
    forget(tenantId)
  },
})
