// The least that an HTTP server of Node can do with a body: read it and answer.

import { answerParent } from '../child.ts'
import { listen } from './listen.ts'

const ANSWER = JSON.stringify({ received: true })

answerParent(
  await listen((request, response) => {
    request.resume()
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length })
      response.end(ANSWER)
    })
  }),
)
