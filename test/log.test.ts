import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import test from 'node:test'
import { createLog } from '../server/log.ts'

const capture = () => {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return { log: createLog({ level: 'info', destination }), lines }
}

test('secrets are hidden wherever they stand in a line', () => {
  const { log, lines } = capture()
  log.info(
    {
      headers: { authorization: 'Bearer s3cret' },
      answer: { data: { refresh_token: 's3cret' } },
      clientSecret: 's3cret',
    },
    'called',
  )
  assert.equal(lines.join('').includes('s3cret'), false)
  assert.match(lines[0]!, /\[hidden\]/)
})

test('an error is logged with its cause and without the request it carries', () => {
  const { log, lines } = capture()
  const cause = Object.assign(new Error('socket hang up'), {
    config: { headers: { Authorization: 'Bearer s3cret' } },
    code: 'ECONNRESET',
  })
  log.error({ err: new Error('call failed', { cause }) }, 'failed')
  const line = JSON.parse(lines[0]!)
  assert.equal(line.err.cause.code, 'ECONNRESET')
  assert.equal(lines[0]!.includes('s3cret'), false)
})
