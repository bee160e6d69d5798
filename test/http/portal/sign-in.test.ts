// Who may not sign in at the portal, whatever the CRM's consent page let through.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Response } from 'express'
import session, { type SessionData } from 'express-session'
import { signInRoutes } from '../../../server/http/portal/sign-in.ts'
import { now, serve } from '../serve.ts'

type Person = { id: string; name: string; role: 'admin' | 'user' } | undefined

/** Notes of each session that it keeps whether its answer has begun by then. */
class WatchedStore extends session.MemoryStore {
  readonly begun: boolean[] = []
  response: Response | undefined
  override set(sid: string, kept: SessionData, done?: (error?: unknown) => void): void {
    setImmediate(() => {
      this.begun.push(this.response?.headersSent === true)
      super.set(sid, kept, done)
    })
  }
}

const callbackOf = async (person: Person, userId: string | undefined = 'user_1') => {
  const asked: string[][] = []
  const store = new WatchedStore()
  const keep = session({ name: 'portal', secret: 's'.repeat(40), resave: false, saveUninitialized: false, store })
  const { agent } = serve(
    signInRoutes({
      browserSession(request, response, next) {
        store.response = response
        keep(request, response, next)
      },
      runStrategy: async () => ({ answer: { userId, companyId: 'comp_1' } as never }),
      installer: { exchanged: async () => ({ kind: 'location', tenantId: 'loc_1' }) as never },
      installations: { find: async () => undefined },
      installed: async () => true,
      async readPerson(tenantId, id) {
        asked.push([tenantId, id])
        return person
      },
      now,
    }),
  )
  const answer = await agent.get('/developers/callback?code=c1&state=s1').set('accept', 'application/json')
  return { answer, asked, begun: store.begun }
}

test('an administrator of the account that the token names is let in', async () => {
  const { answer, asked, begun } = await callbackOf({ id: 'user_1', name: 'Jane', role: 'admin' })
  assert.deepEqual([answer.status, answer.get('location')], [302, '/developers/apps'])
  assert.deepEqual(asked, [['loc_1', 'user_1']])
  assert.equal(begun[0], false, 'a browser that follows the redirect at once is known')
})

test('anybody else is not, and gets no session', async () => {
  for (const [person, userId] of [
    [{ id: 'user_1', name: 'Jane', role: 'user' }, 'user_1'],
    [undefined, 'user_1'],
    [{ id: 'user_1', name: 'Jane', role: 'admin' }, ''],
  ] as const) {
    const { answer } = await callbackOf(person, userId)
    assert.deepEqual([answer.status, answer.body.code], [403, 'portal_admins_only'])
    assert.equal(answer.get('set-cookie'), undefined)
  }
})
