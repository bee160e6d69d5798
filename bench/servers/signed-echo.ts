// Express that reads the body, checks the signature, parses and answers; it stores nothing.

import express from 'express'
import { answerParent, givenInput } from '../child.ts'
import { listen } from './listen.ts'
import { createSignedDoor } from './signed-door.ts'

const door = createSignedDoor(givenInput().secret!)
const app = express()
app.disable('x-powered-by')
app.disable('etag')
app.post('/webhooks/rankr/:connectionId', async (request, response) => {
  const { data } = await door(request)
  response.json({ received: true, outcome: 'stored', eventId: data.id })
})
answerParent(await listen(app))
