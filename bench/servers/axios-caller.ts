// axios alone: calls the CRM as often as told, over as many sockets as the app has, and does nothing else.

import { EVENT_BODY } from '../../test/live.ts'
import { answerParent, givenInput } from '../child.ts'
import { CRM_SOCKETS, createUpsert } from './crm.ts'

const upsert = createUpsert(givenInput().crmUrl!)

const call = async ({ first, count }: { first: number; count: number }): Promise<void> => {
  let next = first
  const caller = async () => {
    while (next < first + count) await upsert(JSON.parse(EVENT_BODY.replaceAll('#', String(next++))).data)
  }
  await Promise.all(Array.from({ length: CRM_SOCKETS }, caller))
}

answerParent('', { call })
