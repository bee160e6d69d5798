// What one writes first: the webhook calls the CRM and then answers. Stores nothing, so that an event is lost when the
// process ends, the CRM is down, or the sender does not repeat.

import express from 'express'
import { answerParent, givenInput } from '../child.ts'
import { createUpsert } from './crm.ts'
import { listen } from './listen.ts'
import { createSignedDoor } from './signed-door.ts'

const { secret, crmUrl } = givenInput()
const door = createSignedDoor(secret!)
const upsert = createUpsert(crmUrl!)
const app = express()
app.post('/webhooks/rankr/:connectionId', async (request, response) => {
  const { data } = await door(request)
  response.json({ received: true, contactId: await upsert(data) })
})
answerParent(await listen(app))
