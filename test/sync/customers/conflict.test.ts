import assert from 'node:assert/strict'
import test from 'node:test'
import { CONFLICT_RULES, decide, type FieldValue } from '../../../server/sync/customers/conflict.ts'
import { fc } from '../../property.ts'

const FIELDS = ['email', 'name', 'phone'] as const

const value = fc.constantFrom(undefined, null, '', 'a', 'A', 'b', ' b ', 'c')
const record = fc.record({ email: value, name: value, phone: value })
const moment = fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(9_999_999) }), {
  nil: undefined,
})
const sides = fc.record({
  fields: fc.constant(FIELDS),
  rankr: record,
  crm: record,
  agreed: fc.option(record, { nil: undefined }),
  rule: fc.constantFrom(...CONFLICT_RULES),
  changedAt: fc.record({ rankr: moment, crm: moment }),
})
const plain = (text: FieldValue): string => (text ?? '').trim().toLowerCase()

test('each field that differs is decided once, by a value that one of the sides has', () => {
  fc.assert(
    fc.property(sides, (given) => {
      const decisions = decide(given)
      const differing = FIELDS.filter((field) => plain(given.rankr[field]) !== plain(given.crm[field]))
      assert.deepEqual(
        decisions.map(({ field }) => field),
        differing,
      )
      for (const { field, winner, value: won } of decisions) {
        assert.equal(plain(won), plain(given[winner][field as (typeof FIELDS)[number]]))
      }
    }),
  )
})

test('when the decisions are carried out the sides are equal, and a second look finds nothing to do', () => {
  fc.assert(
    fc.property(sides, (given) => {
      const decided = Object.fromEntries(decide(given).map(({ field, value: won }) => [field, won]))
      const [rankr, crm] = [
        { ...given.rankr, ...decided },
        { ...given.crm, ...decided },
      ]
      assert.deepEqual(decide({ ...given, rankr, crm }), [])
    }),
  )
})

test('a field that only one side changed goes by that side, whatever the rule, and nothing is lost', () => {
  fc.assert(
    fc.property(sides, fc.constantFrom('rankr', 'crm'), (given, changed) => {
      const other = changed === 'rankr' ? 'crm' : 'rankr'
      for (const decision of decide({ ...given, agreed: given[other] })) {
        assert.equal(decision.winner, changed)
        assert.equal(decision.lost, undefined)
      }
    }),
  )
})

test('what loses is kept whenever both sides changed a field', () => {
  fc.assert(
    fc.property(sides, (given) => {
      for (const { field, winner, lost } of decide({ ...given, agreed: undefined })) {
        const loser = winner === 'rankr' ? 'crm' : 'rankr'
        assert.equal(plain(lost), plain(given[loser][field as (typeof FIELDS)[number]]))
        if (given.rule !== 'newest') assert.equal(winner, given.rule)
      }
    }),
  )
})

test('of two changes the later one counts; Rankr when nobody can tell', () => {
  const both = { fields: ['name'], rankr: { name: 'A B' }, crm: { name: 'C D' }, rule: 'newest' } as const
  const [early, late] = [new Date(1_000), new Date(2_000)]
  const winner = (rankr: Date | undefined, crm: Date | undefined) =>
    decide({ ...both, changedAt: { rankr, crm } })[0]?.winner
  assert.deepEqual(
    [
      winner(early, late),
      winner(late, early),
      winner(early, early),
      winner(undefined, undefined),
      winner(undefined, early),
    ],
    ['crm', 'rankr', 'rankr', 'rankr', 'crm'],
  )
})
