// What the stub CRM says of the calls it got.

import { setTimeout as delay } from 'node:timers/promises'
import type { StubReport } from '../test/stub-crm.ts'
import type { Child } from './child.ts'

const PATIENCE_MS = 180_000

/** Waits until the stub was called for so many events. Rejects when that does not come. */
export const untilSeen = async (stub: Child, count: number): Promise<StubReport> => {
  const deadline = performance.now() + PATIENCE_MS
  while ((await stub.ask<number>('seen')) < count) {
    if (performance.now() > deadline) {
      throw new Error(`The CRM was called for ${await stub.ask<number>('seen')} of ${count} events`)
    }
    await delay(20)
  }
  return await stub.ask<StubReport>('report')
}

/** Events per second between the first call and the last. */
export const rateOf = ({ firstAt }: StubReport): number =>
  (firstAt.length - 1) / ((firstAt.at(-1)! - firstAt[0]!) / 1000)
