import assert from 'node:assert/strict'
import test from 'node:test'
import { toCsv } from '../../server/http/csv.ts'

test('cells with commas, quotes and line ends are quoted', () => {
  assert.equal(toCsv(['a', 'b'], [['x, y', 'say "hi"\n']]), '\uFEFFa,b\r\n"x, y","say ""hi""\n"\r\n')
})

test('a text that a spreadsheet would run as a formula is disarmed, a number stays one', () => {
  assert.equal(toCsv(['a', 'b', 'c'], [['=cmd()', -5, null]]), "\uFEFFa,b,c\r\n'=cmd(),-5,\r\n")
})
