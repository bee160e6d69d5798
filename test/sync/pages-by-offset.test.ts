import assert from 'node:assert/strict'
import test from 'node:test'
import { type Place, pageByOffset } from '../../server/sync/pages-by-offset.ts'
import { fc } from '../property.ts'

const idOf = (id: string): string => id

/** A list behind an offset, and how often it was read. */
const listOf = (ids: string[]) => {
  const calls = { count: 0 }
  const read = async ({ offset, limit }: { offset: number; limit: number }) => {
    calls.count += 1
    assert.ok(limit > 0 && limit <= 100)
    return { rows: ids.slice(offset, offset + limit), total: ids.length }
  }
  return { ids, read, calls }
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index}`)

const walk = async ({ ids: list, read }: ReturnType<typeof listOf>, limit: number, between: (page: number) => void) => {
  const given: string[] = []
  let after: Place | null | undefined
  for (let page = 0; after !== null && page < 1_000; page += 1) {
    const { rows, next } = await pageByOffset({ read, idOf, limit, after })
    given.push(...rows)
    after = next
    if (next) between(page)
  }
  return { given, list }
}

test('a list that stands still is read in one call a page', async () => {
  const list = listOf(ids(95))
  const { given } = await walk(list, 25, () => {})
  assert.deepEqual([given, list.calls.count], [ids(95), 4])
})

test('rows that were there all the while come once, whatever comes, goes and moves between the pages', async () => {
  const change = fc.record({ kind: fc.constantFrom('add', 'remove', 'move'), at: fc.nat(), to: fc.nat() })
  const churn = fc.array(fc.array(change, { maxLength: 12 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 17, max: 100 }), churn, async (limit, rounds) => {
      const list = listOf(ids(230))
      const unsteady = new Set<string>()
      const { given } = await walk(list, limit, (page) => {
        for (const [index, { kind, at, to }] of rounds[page % rounds.length]!.entries()) {
          const place = at % list.ids.length
          if (kind === 'add') {
            const id = `new${page}.${index}`
            unsteady.add(id)
            list.ids.splice(place, 0, id)
            continue
          }
          const [id] = list.ids.splice(place, 1)
          unsteady.add(id!)
          if (kind === 'move') list.ids.splice(to % list.ids.length, 0, id!)
        }
      })
      const steady = ids(230).filter((id) => !unsteady.has(id))
      assert.deepEqual(
        given.filter((id) => !unsteady.has(id)),
        steady,
      )
    }),
  )
})

test('pages that are emptied as they are read, and crowds that push in front of them, cost no row', async () => {
  const emptied = listOf(ids(120))
  const taken = await walk(emptied, 20, () => emptied.ids.splice(0, 20))
  assert.deepEqual(taken.given, ids(120))

  const crowded = listOf(ids(120))
  const pushed = await walk(crowded, 20, (page) =>
    crowded.ids.unshift(...Array.from({ length: 60 }, (_, index) => `new${page}.${index}`)),
  )
  assert.deepEqual(pushed.given, ids(120))
})
