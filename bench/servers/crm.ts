// axios as one sets it up for the CRM, over as many sockets as the app has (server/highlevel/http.ts), and the call that
// brings a customer over.

import { Agent } from 'node:http'
import axios from 'axios'

export const CRM_SOCKETS = 64

/** Answers the contact's id. */
export const createUpsert = (crmUrl: string) => {
  const crm = axios.create({
    baseURL: crmUrl,
    httpAgent: new Agent({ keepAlive: true, maxSockets: CRM_SOCKETS, maxFreeSockets: 32 }),
    headers: { accept: 'application/json', version: '2021-07-28', authorization: `Bearer ${'t'.repeat(43)}` },
  })
  return async ({ email, phone, company }: Record<string, unknown>): Promise<string> => {
    const { data } = await crm.post('/contacts/upsert', {
      locationId: 'loc_0',
      firstName: 'Ana María',
      lastName: 'Díaz',
      email,
      phone,
      companyName: company,
      source: 'Rankr',
    })
    return data.contact.id
  }
}
