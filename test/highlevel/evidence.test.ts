import assert from 'node:assert/strict'
import test from 'node:test'
import {
  isInstalledAgain,
  isStaleInstall,
  judgeUninstall,
  later,
  type Verdict,
} from '../../server/highlevel/evidence.ts'
import { FOLLOW_UP, type LifecycleInput, readLifecycleEvent } from '../../server/highlevel/lifecycle-event.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 31, 12, minute))
const live = { status: 'active', refreshedAt: at(30), hasRefreshToken: true, accessExpiresAt: at(59) } as const

const verdicts: [string, Parameters<typeof judgeUninstall>[0], number, boolean, Verdict][] = [
  ['long before the tokens were obtained', live, 10, true, 'stale'],
  ['long after', live, 50, true, 'over'],
  ['at about the same time, clocks differing', live, 27, true, 'ask'],
  ['without a time of its own', live, 50, false, 'ask'],
  ['without a time, when there is no token to ask with', { ...live, accessExpiresAt: null }, 50, false, 'over'],
  ['when the tokens are refused anyway', { ...live, status: 'needs_reconnect' }, 10, true, 'over'],
  ['of a suspended account', { ...live, status: 'suspended' }, 50, false, 'over'],
  ['of an unknown account', undefined, 50, false, 'over'],
]
for (const [name, row, minute, isStated, verdict] of verdicts) {
  test(`an uninstall ${name} is: ${verdict}`, () => {
    assert.equal(judgeUninstall(row, { at: at(minute), isStated }), verdict)
  })
}

test('an install that was heard of after an uninstall counts only by stated times', () => {
  const again = (installedAt: Date | null, isStated = true, uninstalledAt: Date | null = null) =>
    isInstalledAgain({ installedAt, uninstalledAt }, { at: at(30), isStated })
  assert.equal(again(at(40)), true)
  assert.equal(again(at(20)), false)
  assert.equal(again(at(40), false), false)
  assert.equal(again(null), false)
  assert.equal(again(at(40), true, at(35)), true)
  assert.equal(again(at(40), true, at(45)), false, 'it has ended since')
})

test('an install older than a known uninstall is stale only by stated times', () => {
  assert.equal(isStaleInstall({ uninstalledAt: at(30) }, { at: at(20), isStated: true }), true)
  assert.equal(isStaleInstall({ uninstalledAt: at(30) }, { at: at(40), isStated: true }), false)
  assert.equal(isStaleInstall({ uninstalledAt: at(30) }, { at: at(20), isStated: false }), false)
  assert.equal(isStaleInstall({ uninstalledAt: null }, { at: at(20), isStated: true }), false)
})

test('the later of two moments is the one that counts', () => {
  assert.deepEqual(later(at(1), at(2)), at(2))
  assert.deepEqual(later(at(3), at(2)), at(3))
  assert.deepEqual(later(null, at(2)), at(2))
})

const event = (payload: Record<string, unknown>, over: Partial<LifecycleInput> = {}): LifecycleInput => ({
  id: 'e1',
  locationId: String(payload.locationId ?? payload.companyId),
  source: 'crm',
  type: String(payload.type),
  receivedAt: at(30),
  payload,
  ...over,
})

test('bodies with and without times, user and company are read', () => {
  const bare = readLifecycleEvent(event({ type: 'INSTALL', appId: 'a', locationId: 'L1' }))
  assert.deepEqual(bare.moment, { at: at(30), isStated: false })
  assert.deepEqual([bare.kind, bare.isCompany, bare.companyId, bare.userId], ['install', false, undefined, undefined])
  const full = readLifecycleEvent(
    event({
      type: 'INSTALL',
      locationId: 'L1',
      companyId: 'C1',
      userId: 'u1',
      planId: 'p1',
      versionId: 'v1',
      timestamp: at(20).toISOString(),
      whitelabelDetails: { domain: 'https://crm.example.com/', logoUrl: 'x' },
    }),
  )
  assert.deepEqual(full.moment, { at: at(20), isStated: true })
  assert.deepEqual(
    [full.companyId, full.userId, full.planId, full.versionId, full.whiteLabelDomain],
    ['C1', 'u1', 'p1', 'v1', 'crm.example.com'],
  )
})

test('a time after the receipt is a wrong clock: the receipt counts', () => {
  const { moment } = readLifecycleEvent(event({ type: 'UNINSTALL', locationId: 'L1', timestamp: at(50).toISOString() }))
  assert.deepEqual(moment.at, at(30))
})

test('an event of a company is told from one of its location', () => {
  assert.equal(readLifecycleEvent(event({ type: 'UNINSTALL', companyId: 'C1' })).isCompany, true)
  assert.equal(readLifecycleEvent(event({ type: 'UNINSTALL', companyId: 'C1', locationId: 'L1' })).isCompany, false)
})

test('a new plan is the plan', () => {
  const changed = readLifecycleEvent(
    event({ type: 'PLAN_CHANGE', locationId: 'L1', currentPlanId: 'p1', newPlanId: 'p2' }),
  )
  assert.deepEqual([changed.kind, changed.planId], ['plan', 'p2'])
})

test('nobody outside can ask for a follow-up, and we cannot pretend an uninstall', () => {
  assert.equal(readLifecycleEvent(event({ type: FOLLOW_UP, locationId: 'L1' })).kind, 'other')
  assert.equal(readLifecycleEvent(event({ type: FOLLOW_UP, locationId: 'L1' }, { source: 'app' })).kind, 'follow-up')
  assert.equal(readLifecycleEvent(event({ type: 'UNINSTALL', locationId: 'L1' }, { source: 'app' })).kind, 'other')
})
