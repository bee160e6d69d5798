// The usual pipeline on Redis: Express adds a job per event and answers, a BullMQ worker calls the CRM with axios. BullMQ
// is no dependency of ours: where it is installed is handed in.

import { createRequire } from 'node:module'
import express from 'express'
import { answerParent, givenInput } from '../child.ts'
import { CRM_SOCKETS, createUpsert } from './crm.ts'
import { listen } from './listen.ts'
import { createSignedDoor } from './signed-door.ts'

type Job = { data: Record<string, unknown> }
type Queue = {
  add(name: string, data: object): Promise<unknown>
  pause(): Promise<void>
  resume(): Promise<void>
  getJobCounts(...states: string[]): Promise<Record<string, number>>
}
type BullMq = {
  Queue: new (name: string, options: object) => Queue
  Worker: new (name: string, work: (job: Job) => Promise<unknown>, options: object) => object
}

const { role, secret, crmUrl, redisPort, bullmqFrom } = givenInput()
const { Queue, Worker } = createRequire(bullmqFrom!)('bullmq') as BullMq
const connection = { host: '127.0.0.1', port: Number(redisPort), maxRetriesPerRequest: null }

if (role === 'worker') {
  const upsert = createUpsert(crmUrl!)
  new Worker('events', ({ data }) => upsert(data), { connection, concurrency: CRM_SOCKETS })
  answerParent('')
} else {
  const door = createSignedDoor(secret!)
  const defaultJobOptions = { removeOnComplete: true, attempts: 10, backoff: { type: 'exponential', delay: 15_000 } }
  const queue = new Queue('events', { connection, defaultJobOptions })
  const app = express()
  app.post('/webhooks/rankr/:connectionId', async (request, response) => {
    const { data } = await door(request)
    await queue.add('customer.created', data)
    response.json({ received: true })
  })
  answerParent(await listen(app), {
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    async waiting() {
      const counts = await queue.getJobCounts('waiting', 'paused')
      return Object.values(counts).reduce((sum, count) => sum + count, 0)
    },
  })
}
