// New customers of the simulated Rankr while a backfill runs: each is in its lists and is told of by a signed event, which
// is sent until somebody takes it.

import { setTimeout as delay } from 'node:timers/promises'
import { EVENT_BODY, signedEvents, type Tenant } from '../test/live.ts'
import type { Child } from './child.ts'
import { sendEvent } from './pace.ts'

const EVERY_MS = 2_000
const AGAIN_MS = 250

/** Each of another new customer; they have no phone number in common. */
const BODY = EVENT_BODY.replace(/"phone":"[^"]*",/, '')

/** Until `end`, which answers those that were taken: number, and the moment when it was. */
export const sendLiveCustomers = (simulated: Child, urlOf: () => string, tenant: Tenant) => {
  const sign = signedEvents([tenant], BODY)
  const taken: { number: number; at: number }[] = []
  let isOver = false
  const send = async (number: number): Promise<void> => {
    for (;;) {
      try {
        const at = Date.now()
        await sendEvent(urlOf(), sign(number))
        taken.push({ number, at })
        return
      } catch {
        // While the app is being started again nobody takes it.
        await delay(AGAIN_MS)
      }
    }
  }
  const sending = (async () => {
    for (let number = 0; !isOver; number++) {
      await simulated.ask('addCustomer', JSON.parse(sign(number).body).data)
      await send(number)
      await delay(EVERY_MS)
    }
  })()
  return {
    async end() {
      isOver = true
      await sending
      return taken
    },
  }
}
