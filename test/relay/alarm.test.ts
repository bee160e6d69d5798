import assert from 'node:assert/strict'
import test from 'node:test'
import { createAlarm } from '../../server/relay/alarm.ts'

test('it rings when a short rest is over, once for those that end together, and not for long ones', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 })
  const rings: number[] = []
  const alarm = createAlarm({ ring: () => rings.push(Date.now()), now: () => new Date() })
  const inMs = (ms: number) => alarm(new Date(Date.now() + ms))
  for (const ms of [500, 501, 510, 1_000, 60_000, -5]) inMs(ms)
  // Step by step: a tick runs what is due at its end.
  for (let ms = 0; ms < 120_000; ms += 5) t.mock.timers.tick(5)
  assert.equal(rings.length, 3)
  for (const [place, due] of [0, 500, 1_000].entries()) {
    const late = rings[place]! - 1_000_000 - due
    assert.ok(late >= 0 && late <= 50, `${due}: ${late} ms late`)
  }
})
