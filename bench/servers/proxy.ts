// What stands between a caller and the CRM at the least: Express takes a customer, makes the one call, and answers.

import express from 'express'
import { answerParent, givenInput } from '../child.ts'
import { createUpsert } from './crm.ts'
import { listen } from './listen.ts'

const upsert = createUpsert(givenInput().crmUrl!)
const app = express()
app.post('/v1/customers', express.json(), async (request, response) => {
  response.status(201).json({ id: request.body.id, links: { contact_id: await upsert(request.body) } })
})
answerParent(await listen(app))
