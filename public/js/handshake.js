// Asks the parent page who the user is. The answer is encrypted for our server; nothing here reads or trusts it.

const ASK_EVERY_MS = 500
const GIVE_UP_AFTER_MS = 8000

/** The parent page gave no answer: most likely this page was opened by itself. */
export class ParentSilent extends Error {}

/**
 * Whether an origin is one of those that may frame us, as the server printed them: exact, or `https://*.example.com` with
 * the meaning of Content-Security-Policy (any depth below, not the domain itself).
 * @param {string} origin
 * @param {string[]} allowed
 * @returns {boolean}
 */
export const isAllowedOrigin = (origin, allowed) =>
  allowed.some((pattern) => {
    const [start = '', end] = pattern === "'self'" ? [location.origin] : pattern.split('*')
    if (end === undefined) return origin === start
    const between = origin.slice(start.length, -end.length)
    return origin === start + between + end && /^[\w-]+(\.[\w-]+)*$/.test(between)
  })

/**
 * Resolves with the encrypted user context. Asks again every half second, since the host may not listen yet when we start.
 * @param {{ allowed: string[], giveUpAfterMs?: number }} options origins that may answer
 * @returns {Promise<string>} rejects with ParentSilent
 */
export const askParent = ({ allowed, giveUpAfterMs = GIVE_UP_AFTER_MS }) =>
  new Promise((resolve, reject) => {
    if (window.parent === window) {
      reject(new ParentSilent())
      return
    }
    const end = () => {
      clearInterval(asking)
      clearTimeout(waiting)
      removeEventListener('message', listen)
    }
    /** @param {MessageEvent} event */
    const listen = (event) => {
      if (event.source !== window.parent || !isAllowedOrigin(event.origin, allowed)) return
      if (event.data?.message !== 'REQUEST_USER_DATA_RESPONSE' || typeof event.data.payload !== 'string') return
      end()
      resolve(event.data.payload)
    }
    // To any origin: the question contains nothing, and the host's origin is unknown until it answers.
    const ask = () => window.parent.postMessage({ message: 'REQUEST_USER_DATA' }, '*')
    const asking = setInterval(ask, ASK_EVERY_MS)
    const waiting = setTimeout(() => {
      end()
      reject(new ParentSilent())
    }, giveUpAfterMs)
    addEventListener('message', listen)
    ask()
  })
