import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { keepTyped } from '../../public/js/leaving.js'

/** A screen with an <auto-save> in it; `isTyping`: a field has the focus and has not told of what was typed. */
const world = (t: TestContext, { isTyping = false, isUnsaved = false } = {}) => {
  const log: string[] = []
  const waiting: (() => void)[] = []
  const state = { isBusy: false, isUnsaved, isFaulty: false }
  const field = {
    blur() {
      log.push('blur')
      if (isTyping) saver.save()
    },
  }
  const saver = {
    contains: (one: unknown) => one === field,
    save() {
      log.push('save')
      state.isBusy = true
    },
    whenAnswered: (change: () => void) => (state.isBusy ? void waiting.push(change) : change()),
    get isUnsaved() {
      return state.isUnsaved
    },
  }
  const screen = {
    querySelector: (wanted: string) => (wanted === 'auto-save' ? saver : state.isFaulty ? {} : null),
  } as unknown as Element
  Object.assign(globalThis, { document: { activeElement: field } })
  t.after(() => Reflect.deleteProperty(globalThis, 'document'))
  const answer = (then: Partial<typeof state>) => {
    Object.assign(state, { isBusy: false }, then)
    for (const change of waiting.splice(0)) change()
  }
  return { screen, log, answer }
}

test('a screen without anything typed is left at once', (t) => {
  assert.equal(keepTyped({ querySelector: () => null } as unknown as Element), undefined)
  const { screen, log } = world(t)
  assert.equal(keepTyped(screen), undefined)
  assert.deepEqual(log, ['blur'])
})

for (const [what, then, isKept] of [
  ['kept', { isUnsaved: false }, true],
  ['not answered', { isUnsaved: true }, false],
  ['kept in part', { isFaulty: true }, false],
] as const) {
  test(`what is still being typed is sent before the screen is left: ${what}`, async (t) => {
    const { screen, log, answer } = world(t, { isTyping: true })
    const kept = keepTyped(screen)
    assert.deepEqual(log, ['blur', 'save'])
    answer(then)
    assert.equal(await kept, isKept)
  })
}

test('what could not be kept before is sent once more', async (t) => {
  const { screen, log, answer } = world(t, { isUnsaved: true })
  const kept = keepTyped(screen)
  assert.deepEqual(log, ['blur', 'save'])
  answer({ isUnsaved: false })
  assert.equal(await kept, true)
})
