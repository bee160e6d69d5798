// Starts the settings page: session, htmx, downloads, then the first screen. Reads what the server wrote into <body>.

import './elements.js'
import './elements/flow-outline.js'
import './elements/run-way.js'
import './elements/workflow-editor.js'
import { connectDownloads } from './downloads.js'
import { askParent } from './handshake.js'
import { connectHtmx } from './requests.js'
import { openScreen } from './screens.js'
import { createSession } from './session.js'

const { parents = '', location: tenant, screen: first = '/settings' } = document.body.dataset
const session = createSession({
  ask: () => askParent({ allowed: parents.split(' ').filter(Boolean) }),
  location: tenant || undefined,
})

connectHtmx({ session, keepInAddress: tenant ? { location: tenant } : {} })
connectDownloads({ session })

document.addEventListener('click', (event) => {
  if (event.target instanceof Element && event.target.closest('[data-retry]')) {
    openScreen(document.body.dataset.session === 'ready' ? location.pathname + location.search : first)
  }
})

openScreen(first)
