// Starts a developer portal page. The first screen is in the page; further ones are fetched with the cookie, and
// signed-out users are redirected to sign in.

import './elements.js'
import { problemResponse } from './problem.js'
import { connectHtmx } from './requests.js'
import { openScreen } from './screens.js'

/** @type {import('./session.js').Session} */
const session = {
  fetch: async (url, init = {}) => {
    try {
      const response = await fetch(url, init)
      if (response.status === 401) location.assign('/developers')
      return response
    } catch (error) {
      if (init.signal?.aborted) throw error
      return problemResponse('offline', 503)
    }
  },
}

connectHtmx({ session, keepInAddress: {} })

document.addEventListener('click', (event) => {
  if (event.target instanceof Element && event.target.closest('[data-retry]')) {
    openScreen(location.pathname + location.search)
  }
})
