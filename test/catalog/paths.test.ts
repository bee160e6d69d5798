import assert from 'node:assert/strict'
import test from 'node:test'
import { firstText, readPath } from '../../server/catalog/paths.ts'

const value = {
  id: 7,
  empty: '',
  pipelines: [
    { id: 'a', stages: [{ id: 'a1' }, { id: 'a2' }] },
    { id: 'b', stages: [] },
    { id: 'c', stages: [{ id: 'c1' }] },
  ],
  total: [{ total: 3 }],
}

test('a path walks objects, and lists element by element', () => {
  assert.equal(readPath(value, 'id'), 7)
  assert.deepEqual(readPath(value, 'pipelines.id'), ['a', 'b', 'c'])
  assert.deepEqual(readPath(value, 'pipelines.stages.id'), ['a1', 'a2', 'c1'])
})

test('a number picks one element', () => {
  assert.equal(readPath(value, 'total.0.total'), 3)
  assert.equal(readPath(value, 'pipelines.2.id'), 'c')
})

test('what is not there is undefined, and inherited members are not there', () => {
  for (const path of ['missing', 'id.more', 'toString', 'pipelines.9.id', 'constructor.name']) {
    assert.equal(readPath(value, path), undefined, path)
  }
  assert.equal(readPath(null, 'id'), undefined)
})

test('the first path with a text or a number counts', () => {
  assert.equal(firstText(value, ['missing', 'empty', 'pipelines', 'id']), '7')
  assert.equal(firstText(value, ['missing']), undefined)
})
