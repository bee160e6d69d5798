// Holds every entry against the official OpenAPI files and webhook pages, which lie beside the repository. Says so, out
// loud, when they are not there; the digest test then still compares paths, versions and permissions.
import assert from 'node:assert/strict'
import test from 'node:test'
import { actions, triggers } from '../../server/catalog/index.ts'
import { compareAction, compareTrigger, type Point } from './contract.ts'
import { DEVIATIONS, type Deviation } from './deviations.ts'
import { readOfficial } from './official.ts'

const official = readOfficial()
const skip = official ? false : 'SKIPPED: ../shared/ghl with the official OpenAPI files is not there'
if (skip) console.log(skip)

const calls = actions.filter((entry) => entry.system === 'crm')
const events = triggers.filter((entry) => entry.system === 'crm')
const actionPoints = official ? calls.flatMap((entry) => compareAction(entry, official)) : []
const triggerPoints = official ? events.flatMap((entry) => compareTrigger(entry, official)) : []

const covers = (deviation: Deviation, point: Point) =>
  deviation.entries.includes(point.entry) &&
  deviation.check === point.check &&
  (deviation.about === undefined || deviation.about === point.about)

const report = (kind: string, points: Point[]) => {
  const differing = points.filter((point) => point.found)
  const unexplained = differing.filter((point) => !DEVIATIONS.some((deviation) => covers(deviation, point)))
  const agreed = points.length - differing.length
  const explained = differing.length - unexplained.length
  console.log(`${kind}: agreed ${agreed} / checked ${points.length}, ${explained} deviations with a reason`)
  return unexplained.map(({ entry, check, about, found }) => `${entry} | ${check} | ${about} | ${found}`)
}

test('every action of the CRM agrees with its official operation, or says why not', { skip }, () => {
  assert.deepEqual(report('actions', actionPoints), [])
})

test('every trigger of the CRM agrees with the page of its event, or says why not', { skip }, () => {
  assert.deepEqual(report('triggers', triggerPoints), [])
})

test('every event the platform documents has a trigger', { skip }, () => {
  const known = new Set(events.map(({ event }) => event))
  assert.deepEqual(
    [...official!.webhooks.keys()].filter((event) => !known.has(event)),
    [],
  )
})

test('no listed deviation is out of date', { skip }, () => {
  const points = [...actionPoints, ...triggerPoints].filter((point) => point.found)
  const idle = DEVIATIONS.flatMap((deviation) =>
    deviation.entries
      .filter((entry) => !points.some((point) => covers({ ...deviation, entries: [entry] }, point)))
      .map((entry) => `${entry} ${deviation.check} ${deviation.about ?? ''}`),
  )
  assert.deepEqual(idle, [])
  for (const { entries, reason } of DEVIATIONS) assert.ok(reason.length > 20, `${entries[0]} needs a real reason`)
})
