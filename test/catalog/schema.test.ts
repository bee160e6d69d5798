// What the schema of an entry takes and what it refuses.
import assert from 'node:assert/strict'
import test from 'node:test'
import { actionSchema, triggerSchema } from '../../server/catalog/schema.ts'
import { ACTION_ANTI_EXAMPLES, ACTION_EXAMPLES, TRIGGER_ANTI_EXAMPLES, TRIGGER_EXAMPLES } from './examples.ts'

for (const { entry, reason } of ACTION_EXAMPLES) {
  test(`an action is taken: ${reason}`, () => {
    assert.ok(actionSchema.parse(entry))
  })
}

for (const { entry, reason, says } of ACTION_ANTI_EXAMPLES) {
  test(`an action is refused: ${reason}`, () => {
    const parsed = actionSchema.safeParse(entry)
    assert.ok(!parsed.success)
    assert.match(parsed.error.issues.map(({ message }) => message).join('\n'), says)
  })
}

for (const { entry, reason } of TRIGGER_EXAMPLES) {
  test(`a trigger is taken: ${reason}`, () => {
    assert.ok(triggerSchema.parse(entry))
  })
}

for (const { entry, reason, says } of TRIGGER_ANTI_EXAMPLES) {
  test(`a trigger is refused: ${reason}`, () => {
    const parsed = triggerSchema.safeParse(entry)
    assert.ok(!parsed.success)
    assert.match(parsed.error.issues.map(({ message }) => message).join('\n'), says)
  })
}

test('what has a default may be left out and is there afterwards', () => {
  const { input, bodyStyle, token } = actionSchema.parse(ACTION_EXAMPLES[1]!.entry)
  assert.deepEqual({ bodyStyle, token }, { bodyStyle: 'json', token: 'location' })
  assert.deepEqual(input[0], {
    key: 'into',
    label: 'Into',
    type: 'string',
    in: 'body',
    required: true,
    sensitive: false,
    list: false,
  })
})
