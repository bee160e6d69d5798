// The current screen inside the page: loading, title, focus, navigation, and the message when it cannot be loaded.

/** @import { Problem } from './problem.js' */
import { fillTemplate } from './toasts.js'

/** Loaded by its own script tag before this one. */
const { htmx } = /** @type {{ htmx: typeof import('htmx.org').default }} */ (/** @type {unknown} */ (window))

export const screen = () => /** @type {HTMLElement} */ (document.getElementById('screen'))

/** @param {Element | null | undefined} element */
export const isScreen = (element) => element?.id === 'screen'

/**
 * @param {string} path
 * @returns {Promise<void>}
 */
export const openScreen = (path) => htmx.ajax('GET', path, { source: screen(), target: screen(), swap: 'innerHTML' })

/** Marks the navigation entry of the address: the longest matching prefix. */
export const markNavigation = () => {
  const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll('[data-navigation] a')])
  const here = location.pathname
  const [best] = links
    .filter(({ pathname }) => here === pathname || here.startsWith(`${pathname}/`))
    .sort((a, b) => b.pathname.length - a.pathname.length)
  for (const link of links) {
    if (link === best) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  best?.scrollIntoView({ block: 'nearest', inline: 'center' })
}

/**
 * Where the reader goes on after a swap: to the list of errors when what was sent is refused; to what the answer marks, the
 * innermost of them; to the heading of a new screen; and never nowhere, when the button that was pressed is gone.
 * @param {{
 *   target: Element, isOpening: boolean, isWrite: boolean, hadFocus: boolean, focusedId?: string | undefined
 * }} swap
 */
export const moveFocus = ({ target, isOpening, isWrite, hadFocus, focusedId }) => {
  const errors = /** @type {HTMLElement | null} */ (isWrite ? target.querySelector('[data-errors]') : null)
  if (errors) {
    errors.focus()
    return
  }
  const focused = document.activeElement
  if (focused?.hasAttribute('autofocus') && target.contains(focused)) return
  const wanted = /** @type {HTMLElement[]} */ (isOpening ? [] : [...target.querySelectorAll('[data-focus]')])
  if (wanted.length > 0) {
    wanted.at(-1)?.focus()
    return
  }
  const isLost = hadFocus && (!focused || focused === document.body || focused.matches(':disabled'))
  const again = isLost && focusedId ? document.getElementById(focusedId) : null
  if (again && !again.matches(':disabled')) {
    again.focus()
    return
  }
  if (isOpening || isLost) screen().querySelector('h1')?.focus()
  if (isOpening) scrollTo({ top: 0 })
}

/**
 * Shows in place of the screen why it could not be opened.
 * @param {Problem} problem
 */
export const showScreenProblem = ({ title, detail, requestId }) => {
  const { dataset } = document.body
  const isFirst = dataset.session === 'opening'
  if (dataset.session !== 'ready') dataset.session = 'failed'
  screen().replaceChildren(fillTemplate('problem-screen', { title, detail, requestId }))
  if (!isFirst) screen().querySelector('h1')?.focus()
}
