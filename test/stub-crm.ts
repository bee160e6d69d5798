// A CRM that does nothing but take contacts and their notes, at once or after a while, and remember for which events it
// was called: for measurements, and for tests that count what a crash lost or doubled. Events are told apart by a number
// in the e-mail address (`eventEmail`).

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from './listen.ts'

/** The address of the customer of an event: how the stub knows which event a call is for. */
export const eventEmail = (number: number | string): string => `e${number}@customers.example`

const NUMBER = /"email":"e(\d+)@/
const NOTES = /^\/contacts\/contact_(\d+)\/notes/

/** Milliseconds of a clock that all processes of a machine share. */
export const sharedClockMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** The headers as the platform sends them, with a budget that nobody uses up. */
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'x-ratelimit-limit-daily': '100000000',
  'x-ratelimit-daily-remaining': '99999999',
  'x-ratelimit-interval-milliseconds': '10000',
  'x-ratelimit-max': '1000000',
  'x-ratelimit-remaining': '999999',
}

export type StubReport = {
  /** Event numbers in the order of their first call, and when that was (`sharedClockMs`). */
  numbers: Float64Array
  firstAt: Float64Array
  /** Numbers whose contact was written more than once. */
  doubled: number[]
  /** How many notes the contact of each number has. */
  notes: Map<number, number>
}

export type StubCrm = {
  url: string
  /** Forgets all calls; answers take so long from now on. */
  reset(delayMs?: number): void
  /** How many different events it was called for. */
  seen(): number
  report(): StubReport
  /** Resolves with the time of the event's first call, when that has come. */
  called(number: number): Promise<number>
  close(): Promise<void>
}

export const startStubCrm = async (): Promise<StubCrm> => {
  const firstCalls = new Map<number, number>()
  const doubled = new Set<number>()
  const notes = new Map<number, { id: string; body: string }[]>()
  const awaited = new Map<number, ((at: number) => void)[]>()
  let delayMs = 0

  const note = (number: number): void => {
    if (firstCalls.has(number)) {
      doubled.add(number)
      return
    }
    const at = sharedClockMs()
    firstCalls.set(number, at)
    for (const resolve of awaited.get(number) ?? []) resolve(at)
    awaited.delete(number)
  }

  const writeContact = (text: string): unknown => {
    const fields = JSON.parse(text) as Record<string, unknown>
    const number = Number(NUMBER.exec(text)![1])
    const isNew = !firstCalls.has(number)
    note(number)
    const at = new Date().toISOString()
    const contact = { id: `contact_${number}`, ...fields, tags: [], customFields: [], dateAdded: at, dateUpdated: at }
    return { new: isNew, contact, traceId: randomUUID() }
  }

  const addNote = (number: number, text: string): unknown => {
    const { body } = JSON.parse(text) as { body: string }
    const made = { id: randomUUID(), body, contactId: `contact_${number}`, dateAdded: new Date().toISOString() }
    notes.set(number, [...(notes.get(number) ?? []), made])
    return { note: made }
  }

  const answerOf = ({ method, url = '' }: IncomingMessage, text: string): unknown => {
    const numberOfNotes = NOTES.exec(url)?.[1]
    if (numberOfNotes !== undefined) {
      const number = Number(numberOfNotes)
      return method === 'POST' ? addNote(number, text) : { notes: notes.get(number) ?? [] }
    }
    return url.startsWith('/contacts/') && NUMBER.test(text) ? writeContact(text) : undefined
  }

  const answer = (request: IncomingMessage, response: ServerResponse, text: string): void => {
    const found = answerOf(request, text)
    const body = JSON.stringify(found ?? { statusCode: 404, message: 'Not found' })
    const send = () => {
      response.writeHead(found ? 200 : 404, { ...HEADERS, 'content-length': Buffer.byteLength(body) })
      response.end(body)
    }
    if (delayMs === 0) send()
    else setTimeout(send, delayMs)
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString('utf8')))
  })
  server.keepAliveTimeout = 65_000
  const origin = await listen(server)

  return {
    url: origin,
    reset(delay = 0) {
      firstCalls.clear()
      doubled.clear()
      notes.clear()
      delayMs = delay
    },
    seen: () => firstCalls.size,
    report: () => ({
      numbers: Float64Array.from(firstCalls.keys()),
      firstAt: Float64Array.from(firstCalls.values()),
      doubled: [...doubled],
      notes: new Map([...notes].map(([number, list]) => [number, list.length])),
    }),
    called: (number) => {
      const at = firstCalls.get(number)
      if (at !== undefined) return Promise.resolve(at)
      return new Promise((resolve) => awaited.set(number, [...(awaited.get(number) ?? []), resolve]))
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
