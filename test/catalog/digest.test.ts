// Holds paths, versions and permissions of the catalog against the digest of the official files, which is part of the
// repository: this much is checked everywhere.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { actions } from '../../server/catalog/index.ts'
import { DEVIATIONS } from './deviations.ts'
import { DIGEST_FILE, digestOf, readDigest } from './digest.ts'
import { readOfficial } from './official.ts'

const official = readOfficial()
const digest = readDigest()
const rows = new Map(digest.operations.map((row) => [`${row.version} ${row.method} ${row.path}`, row]))
const calls = actions.filter((entry) => entry.system === 'crm')

const mayDiffer = (id: string, check: string) =>
  DEVIATIONS.some((deviation) => deviation.check === check && deviation.entries.includes(id))

test('every call to the CRM is an operation of the digest, under its version', () => {
  const unknown = calls.filter(({ version, method, path }) => !rows.has(`${version} ${method} ${path}`))
  assert.deepEqual(
    unknown.map(({ id }) => id),
    [],
  )
})

test('every call to the CRM uses the newest version that has it', () => {
  const older = calls.filter(({ version, method, path }) => version !== 'v3' && rows.has(`v3 ${method} ${path}`))
  assert.deepEqual(
    older.map(({ id }) => id),
    [],
  )
  const covered = new Set(calls.map(({ method, path }) => `${method} ${path}`))
  const newest = digest.operations.filter(({ version }) => version === 'v3')
  const modules = Map.groupBy(newest, ({ path }) => path.split('/')[1]!)
  const untouched = [...modules].filter(
    ([, list]) => !list.some(({ method, path }) => covered.has(`${method} ${path}`)),
  )
  console.log(`the catalog has ${covered.size} of ${newest.length} operations of v3`)
  console.log(`modules without an action: ${untouched.map(([name]) => name).join(', ')}`)
})

test('every call to the CRM asks for the permissions that the digest names, or says why not', () => {
  for (const { id, version, method, path, scope } of calls) {
    if (mayDiffer(id, 'scope')) continue
    const ways = rows.get(`${version} ${method} ${path}`)!.scopes.map((scopes) => scopes.toSorted())
    assert.ok(
      ways.some((way) => JSON.stringify(way) === JSON.stringify(scope.toSorted())),
      `${id} ${JSON.stringify(ways)}`,
    )
  }
})

test('the digest is that of the official files', {
  skip: official ? false : 'SKIPPED: ../shared/ghl with the official OpenAPI files is not there',
}, () => {
  assert.equal(readFileSync(DIGEST_FILE, 'utf8'), digestOf(official!.operations))
})

test('the digest says where it comes from', () => {
  assert.match(digest.source.commit, /^[0-9a-f]{40}$/)
  assert.ok(digest.operations.length > 1000)
})
