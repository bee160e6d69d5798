// Configures htmx's requests: the session's token, which answers are swapped in, address and focus. Event names are
// those of htmx 4 (`htmx:config:request`), which differ from version 2.

import { keepTyped } from './leaving.js'
/** @import { HtmxRequestCtx } from 'htmx.org' */
/** @import { Session } from './session.js' */
import { ownProblem, problemIn } from './problem.js'
import { isScreen, markNavigation, moveFocus, openScreen, screen, showScreenProblem } from './screens.js'
import { showProblem } from './toasts.js'

/**
 * htmx's context of one request, with what we note on it.
 * @typedef {HtmxRequestCtx & {
 *   fetch?: Session['fetch'], turn?: number, isWrite?: boolean, isOpening?: boolean, hadFocus?: boolean,
 *   focusedId?: string | undefined, isQuiet?: boolean, isFailed?: boolean
 * }} Context `isQuiet`: nobody has asked for it, so that its failure is not told; `isFailed`: the answer tells of a problem
 */

/** @param {Context} context */
const isMorphed = ({ swap }) => /morph/i.test(swap ?? '')

/** @param {Event} event @returns {Context} */
const contextOf = (event) => /** @type {CustomEvent} */ (event).detail.ctx

/**
 * @param {object} options
 * @param {Session} options.session
 * @param {Record<string, string>} options.keepInAddress parameters that every address keeps, so that a reload has them
 */
export const connectHtmx = ({ session, keepInAddress }) => {
  // Counts requested screens: an answer that is not for the latest request is dropped.
  let turn = 0
  // Of the screen that is shown; while it is being left for another in the history, the browser has the other one's.
  let here = location.pathname + location.search + location.hash

  document.addEventListener('htmx:config:request', (event) => {
    const context = contextOf(event)
    context.fetch = session.fetch
    context.request.headers.Accept = 'text/html, application/problem+json'
    context.isWrite = context.request.method !== 'GET'
    // A morph keeps the same screen.
    context.isOpening = isScreen(context.target) && !context.isWrite && !isMorphed(context)
    // htmx scrolls to the top of what it swaps.
    if (isMorphed(context)) context.swap += ' show:none'
    if (context.isOpening) turn += 1
    context.turn = turn
    // The address is that of a screen, never of a change made on it.
    if (context.isWrite) context.push ??= 'false'
  })

  document.addEventListener('htmx:before:request', (event) => {
    const { target, isOpening } = contextOf(event)
    if (isOpening) target.setAttribute('aria-busy', 'true')
  })

  document.addEventListener('htmx:after:request', (event) => {
    const context = contextOf(event)
    const { response, text = '' } = context
    if (!response || (isScreen(context.target) && context.turn !== turn)) {
      event.preventDefault()
      return
    }
    const { status, headers } = response
    // "Done, nothing to show": the page stays, unless the affected element is to be removed.
    if (status === 204 && !context.swap.startsWith('delete')) {
      event.preventDefault()
      return
    }
    const problem = problemIn({
      status,
      type: headers.get('Content-Type'),
      text,
      requestId: headers.get('X-Request-Id'),
    })
    if (problem) {
      event.preventDefault()
      context.isFailed = true
      if (context.isOpening) showScreenProblem(problem)
      else if (!context.isQuiet) showProblem(problem)
    } else if (response.raw.redirected && isScreen(context.target)) {
      context.push = 'true'
      context.isOpening = true
    }
  })

  document.addEventListener('htmx:before:swap', (event) => {
    const context = contextOf(event)
    const focused = document.activeElement
    context.hadFocus = Boolean(context.target?.contains(focused))
    context.focusedId = focused?.id
  })

  document.addEventListener('htmx:after:swap', (event) => {
    const { target, isOpening = false, isWrite = false, hadFocus = false, focusedId } = contextOf(event)
    const { dataset } = document.body
    const isFirst = dataset.session === 'opening'
    if (isScreen(target)) {
      dataset.session = 'ready'
      markNavigation()
    }
    // Not on the first screen: the reader may be typing in the parent page.
    if (!isFirst) moveFocus({ target, isOpening, isWrite, hadFocus, focusedId })
  })

  document.addEventListener('htmx:finally:request', (event) => {
    const { target, isOpening, turn: asked } = contextOf(event)
    if (isOpening && asked === turn) target.removeAttribute('aria-busy')
  })

  // Only time-outs get here; all other failures are answers (session.js).
  document.addEventListener('htmx:error', (event) => {
    const context = contextOf(event)
    if (context?.request?.signal.aborted && !context.isQuiet) showProblem(ownProblem('offline'))
  })

  document.addEventListener('htmx:before:history:update', (event) => {
    const { history: entry } = /** @type {CustomEvent} */ (event).detail
    const address = new URL(entry.path, location.href)
    for (const [name, value] of Object.entries(keepInAddress)) address.searchParams.set(name, value)
    entry.path = address.pathname + address.search + address.hash
    here = entry.path
  })

  document.addEventListener('htmx:before:history:restore', async (event) => {
    event.preventDefault()
    const { path } = /** @type {CustomEvent} */ (event).detail
    const kept = keepTyped(screen())
    if (!kept) {
      here = path
      openScreen(path)
      return
    }
    // The address has changed already, and answers change it: the one of this screen stands until it can be left.
    history.pushState(history.state, '', here)
    if (await kept) history.back()
  })
}
