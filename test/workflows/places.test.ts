import assert from 'node:assert/strict'
import test from 'node:test'
import type { Step, WorkflowDocument } from '../../server/workflows/document.ts'
import { moveStep } from '../../server/workflows/edit.ts'
import { placeBeside, placeTowards, type Towards } from '../../server/workflows/step-positions.ts'
import { branchesOf, stepsIn } from '../../server/workflows/tree.ts'

const stop = (id: string): Step => ({ id, type: 'stop' })
const choice = (id: string, yes: Step[], otherwise: Step[]): Step => ({
  id,
  type: 'condition',
  branches: [{ id: 'yes', label: 'Yes', when: { all: [] }, steps: yes }],
  otherwise,
})
const documentOf = (steps: Step[]): WorkflowDocument => ({
  schema: 'rankr-connect/workflow@1',
  name: 'Test',
  triggers: [],
  steps,
})
const before = documentOf([stop('a'), choice('if', [stop('b'), stop('c')], [stop('d')]), stop('e')])

/** As `a if(b c|d) e`. */
const drawn = (steps: readonly Step[]): string =>
  steps
    .map((step) =>
      step.type === 'condition'
        ? `${step.id}(${step.branches.map((one) => drawn(one.steps))}|${drawn(step.otherwise)})`
        : step.id,
    )
    .join(' ')

const CASES: [id: string, towards: Towards, after: string | undefined][] = [
  ['a', 'up', undefined],
  ['a', 'down', 'if(b c|d) a e'],
  ['a', 'in', 'if(a b c|d) e'],
  ['a', 'out', undefined],
  ['b', 'up', 'a b if(c|d) e'],
  ['b', 'down', 'a if(c b|d) e'],
  ['c', 'down', 'a if(b|c d) e'],
  ['c', 'out', 'a if(b|d) c e'],
  ['d', 'up', 'a if(b c d|) e'],
  ['d', 'down', 'a if(b c|) d e'],
  ['e', 'up', 'a e if(b c|d)'],
  ['e', 'down', undefined],
  ['e', 'in', 'a if(b c e|d)'],
]

for (const [id, towards, after] of CASES) {
  test(`${id} goes ${towards} in ${drawn(before.steps)}: ${after ?? 'nowhere'}`, () => {
    const at = placeTowards(before, id, towards)
    assert.equal(at && drawn(moveStep(before, id, at).steps), after)
  })
}

test('the four ways together lead a step to every place there is', () => {
  const deep = documentOf([stop('x'), choice('one', [choice('two', [], [stop('y')])], []), stop('z')])
  const step = 'x'
  const lists = stepsIn(deep.steps).flatMap(({ step: holder }) =>
    branchesOf(holder).map(({ branch, steps }) => ({ parent: holder.id, branch, length: steps.length })),
  )
  const places = [{ length: deep.steps.length }, ...lists].flatMap(({ length, ...list }) =>
    Array.from({ length: length + 1 }, (_one, index) => ({ ...list, index })),
  )
  const wanted = new Set(places.map((at) => drawn(moveStep(deep, step, placeBeside(deep, step, at)).steps)))

  const reached = new Map([[drawn(deep.steps), deep]])
  for (const document of reached.values()) {
    for (const towards of ['up', 'down', 'in', 'out'] as const) {
      const at = placeTowards(document, step, towards)
      const after = at ? moveStep(document, step, at) : document
      if (!reached.has(drawn(after.steps))) reached.set(drawn(after.steps), after)
    }
  }
  assert.deepEqual([...reached.keys()].sort(), [...wanted].sort())
})

test('a place that was pointed at counts without the step once it is taken out of the same list', () => {
  assert.deepEqual(placeBeside(before, 'a', { index: 3 }), { index: 2 })
  assert.deepEqual(placeBeside(before, 'e', { index: 1 }), { index: 1 })
  assert.deepEqual(placeBeside(before, 'e', { parent: 'if', branch: 'yes', index: 2 }), {
    ...{ parent: 'if', branch: 'yes', index: 2 },
  })
  assert.throws(() => placeTowards(before, 'ghost', 'up'), { code: 'not_found' })
})
