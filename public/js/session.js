// The session: exchanges the parent page's user context for a short-lived token, kept in memory only (browsers block
// cookies and storage in frames). Every request to our server goes through `fetch` here. Knows nothing of htmx.

import { ParentSilent } from './handshake.js'
import { problemResponse } from './problem.js'

const RENEW_BEFORE_MS = 60_000

/** @typedef {{ token: string, endsAt: number }} Held a token and when it ends, by this browser's clock */

/** @typedef {{ fetch: (url: string, init?: RequestInit) => Promise<Response> }} Session */

/** The server refused to open a session; carries its answer. */
class Refused extends Error {
  /** @param {Response} response */
  constructor(response) {
    super(`refused with ${response.status}`)
    this.response = response
  }
}

/**
 * @param {{ payload: string, location?: string | undefined }} wish the encrypted user context; and which account to open
 *   when the page around us stands for several
 * @returns {Promise<Held>}
 */
const exchange = async (wish) => {
  const response = await fetch('/settings/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, application/problem+json' },
    body: JSON.stringify(wish),
  })
  if (!response.ok) throw new Refused(response)
  const { token, expiresAt } = await response.json()
  // The token's lifetime by the server's clock: this computer's may be hours off.
  const serverNow = Date.parse(response.headers.get('Date') ?? '') || Date.now()
  return { token, endsAt: Date.now() + new Date(expiresAt).getTime() - serverNow }
}

/** @param {RequestInit} init */
const isRepeatable = ({ method = 'GET', headers }) =>
  method === 'GET' || method === 'HEAD' || new Headers(headers).has('Idempotency-Key')

/** @param {unknown} error */
const responseFor = (error) => {
  if (error instanceof ParentSilent) return problemResponse('parent_silent', 401)
  if (error instanceof Refused) return error.response
  return problemResponse('offline', 503)
}

/**
 * @param {{ ask: () => Promise<string>, location?: string | undefined }} options how to get the encrypted user context, and
 *   the account of this page's address
 * @returns {Session} its fetch is the browser's with the token and the time zone added. Failures to get a session or to reach the server are
 *   answers too (problem documents); it rejects only when the request was aborted.
 */
export const createSession = ({ ask, location }) => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  /** @type {Held | undefined} */
  let held
  /** @type {Promise<Held> | undefined} */
  let renewal

  const renew = () => {
    renewal ??= ask()
      .then((payload) => exchange({ payload, location }))
      .then((fresh) => {
        held = fresh
        return fresh
      })
      .finally(() => {
        renewal = undefined
      })
    return renewal
  }

  const current = async () => {
    if (held && held.endsAt - Date.now() > RENEW_BEFORE_MS) return held
    try {
      return await renew()
    } catch (error) {
      if (held && held.endsAt > Date.now()) return held
      throw error
    }
  }

  return {
    fetch: async (url, init = {}) => {
      const send = async () => {
        const used = await current()
        const headers = new Headers(init.headers)
        headers.set('Authorization', `Bearer ${used.token}`)
        if (timeZone) headers.set('X-Time-Zone', timeZone)
        return { used, response: await fetch(url, { ...init, headers }) }
      }
      try {
        const { used, response } = await send()
        if (response.status !== 401) return response
        // Concurrent requests may all be refused: the first drops the token, all wait for one renewal.
        if (held === used) held = undefined
        await current()
        return isRepeatable(init) ? (await send()).response : problemResponse('repeat', 401)
      } catch (error) {
        if (init.signal?.aborted) throw error
        return responseFor(error)
      }
    },
  }
}
