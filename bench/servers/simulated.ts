// The simulated CRM and a simulated Rankr with a generated workspace, in a process of their own, without rate limits, and with
// faults on demand.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createSimulatedCrm, SEED } from '../../server/sandbox/crm/simulated-crm.ts'
import { generatedRecords, type WorkspaceSize } from '../../server/sandbox/rankr/generated.ts'
import { createSimulatedRankr } from '../../server/sandbox/rankr/rankr.ts'
import type { Customer } from '../../server/sandbox/rankr/records.ts'
import { answerParent, givenInput } from '../child.ts'
import { compare } from './compare.ts'
import { createStorm } from './storm.ts'

const { clientId, clientSecret, ssoKey, appUrl, scopes, size } = givenInput() as Record<string, string>
const now = () => new Date()
/** The most that the app takes for a limit. */
const NO_LIMIT = 100_000_000

const crm = createSimulatedCrm({
  now,
  apps: [
    {
      clientId: clientId!,
      clientSecret: clientSecret!,
      ssoKey: ssoKey!,
      redirectUris: [`${appUrl}/oauth/callback`],
      webhookUrl: '',
      scopes: JSON.parse(scopes!),
    },
  ],
  limits: { burst: NO_LIMIT, daily: NO_LIMIT },
})
const rankr = createSimulatedRankr({
  appUrl: appUrl!,
  asset: (name) => name,
  file: undefined,
  now,
  onError: (error) => {
    throw error
  },
  records: generatedRecords(JSON.parse(size!) as WorkspaceSize),
  callsPerMinute: NO_LIMIT,
})
const storm = createStorm({ failNext: crm.control.failNext })
const pages = { count: 0 }

const app = express()
app.use('/crm', storm.strike, crm.router)
app.use('/rankr/api', (request, _response, next) => {
  if (request.method === 'GET' && Number(request.query.limit) > 1) pages.count++
  next()
})
app.use('/rankr', rankr.router)
const server = createServer(app)
server.keepAliveTimeout = 65_000
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

const locationId = SEED.locations.dental
const writes = (): number => Object.values(crm.control.writes()).reduce((sum, count) => sum + count, 0)
let writesBefore = 0

answerParent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
  /** Installed on the company for one location; answers the code and the location. */
  install: () => ({
    locationId,
    companyId: SEED.companyId,
    userId: SEED.users.owner,
    code: crm.control.install({
      target: { kind: 'Company', companyId: SEED.companyId, locationIds: [locationId], installToFuture: false },
    }),
  }),
  /** From now on calls are counted, and so many of them fail. */
  begin(share: number) {
    storm.reset()
    pages.count = 0
    writesBefore = writes()
    storm.blow(share)
  },
  report: () => ({ ...storm.report(), writes: writes() - writesBefore, pages: pages.count }),
  addCustomer: (customer: Customer) =>
    void rankr.workspace.customers.push({ ...customer, created_at: now().toISOString() }),
  /** The fewest calls that bring over what is there: a contact, its tags and a note; a record and what joins it; and so on. */
  fewest() {
    const { customers, orders, invoices } = rankr.workspace
    const sent = invoices.filter(({ status }) => status !== 'draft').length
    const paid = invoices.filter(({ amount_paid: amount }) => Number(amount) > 0).length
    return 3 * customers.length + 2 * orders.length + invoices.length + sent + paid
  },
  /** When the contacts with these addresses were made, in milliseconds; null for one that is not there. */
  madeAt: (emails: string[]) =>
    emails.map((email) => {
      const contact = [...crm.state.contacts.all()].find((one) => one.email === email)
      return contact ? Date.parse(contact.dateAdded) : null
    }),
  compare: () => compare(crm, rankr.workspace, locationId),
})
