import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import test from 'node:test'
import { answerUnreadable, demandHost } from '../../server/http/unreadable-requests.ts'

test('what is no request is answered with a problem document, too, and the connection ends', async (t) => {
  const options = { publicUrl: 'https://app.example' }
  const server = createServer(
    { connectionsCheckingInterval: 20, requireHostHeader: false },
    demandHost((request, response) => {
      if (request.url === '/slow') response.write('half of ')
      else response.end('fine')
    }, options),
  )
  server.headersTimeout = 50
  server.requestTimeout = 50
  answerUnreadable(server, options)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  /** `then` is sent once something has come. */
  const ask = async (sent: string, then?: string): Promise<string> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(sent)
    let answer = ''
    if (then !== undefined) socket.once('data', () => socket.write(then))
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk
    return answer
  }
  for (const [sent, status, code] of [
    [
      `GET /?q=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: app\r\n\r\n`,
      '431 Request Header Fields Too Large',
      'headers_too_large',
    ],
    ['no request at all\r\n\r\n', '400 Bad Request', 'request_unreadable'],
    ['GET / HTTP/1.1\r\nHost', '408 Request Timeout', 'request_timeout'],
    ['GET / HTTP/1.1\r\nHost: app\r\nExpect: tea\r\n\r\n', '417 Expectation Failed', 'expectation_failed'],
    ['GET / HTTP/1.1\r\n\r\n', '400 Bad Request', 'request_unreadable'],
  ] as const) {
    const answer = await ask(sent)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    assert.equal(head.split('\r\n')[0], `HTTP/1.1 ${status}`)
    assert.match(head, /^content-type: application\/problem\+json$/im)
    assert.match(head, /^connection: close$/im)
    const problem = JSON.parse(body)
    assert.deepEqual(
      {
        type: problem.type,
        status: problem.status,
        code: problem.code,
        requestId: /x-request-id: (.+)/i.exec(head)?.[1],
      },
      {
        type: `https://app.example/docs/errors/${code.replaceAll('_', '-')}`,
        status: Number(status.slice(0, 3)),
        code,
        requestId: problem.requestId,
      },
    )
  }
  const cut = await ask('POST /slow HTTP/1.1\r\nHost: app\r\nTransfer-Encoding: chunked\r\n\r\n', 'no chunk\r\n')
  assert.match(cut, /^HTTP\/1\.1 200 OK[\s\S]*half of/)
  assert.doesNotMatch(cut, /problem/, 'nothing is written into an answer that has begun')
  assert.match(await ask('GET / HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n'), /^HTTP\/1.1 200 OK[\s\S]*fine/)
  assert.match(await ask('GET / HTTP/1.0\r\n\r\n'), /200 OK[\s\S]*fine/, 'HTTP/1.0 knows no Host')
})
