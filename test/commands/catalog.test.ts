import assert from 'node:assert/strict'
import test from 'node:test'
import { actions, triggers } from '../../server/catalog/index.ts'
import { print } from '../../server/commands/catalog.ts'

const printed = (...args: string[]): string => {
  let text = ''
  print(args, { write: (part) => (text += part) })
  return text
}

test('the counts name every trigger and every action', () => {
  const [first, second] = printed('--count').split('\n')
  assert.match(first!, new RegExp(`^${triggers.length} triggers \\(.*crm \\d+.*rankr 17.*\\)$`))
  assert.match(second!, new RegExp(`^${actions.length} actions \\(.*support \\d+.*\\)$`))
})

test('the table has one line per entry, and words narrow it', () => {
  const lines = printed().split('\n')
  assert.equal(lines.indexOf(''), 1 + triggers.length + actions.length)
  const narrowed = printed('contact', 'tags')
  assert.match(
    narrowed,
    /crm\.contacts\.add-tags +Add tags to a contact +POST \/contacts\/\{contactId\}\/tags +write +contacts\.write/,
  )
  assert.doesNotMatch(narrowed, /crm\.invoices/)
  assert.match(printed('nothing-like-this'), /0 triggers\n0 actions/)
})

test('the JSON is the catalog itself', () => {
  assert.deepEqual(JSON.parse(printed('--json')), JSON.parse(JSON.stringify({ triggers, actions })))
})

test('an unknown option is refused', () => {
  assert.throws(() => printed('--cuont'), /Unknown option/)
})
