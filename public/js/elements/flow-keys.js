// Keyboard control of the workflow editor: arrows walk the tree; with Alt they move the focused step.

/** @import { WorkflowEditor } from './workflow-editor.js' */

/** @type {Record<string, string>} */
const MOVES = { ArrowUp: 'up', ArrowDown: 'down', ArrowRight: 'in', ArrowLeft: 'out' }

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof Element && target.matches('input, textarea, select, [contenteditable]:not([contenteditable=false])')

/**
 * The card that an arrow leads to.
 * @param {WorkflowEditor} editor
 * @param {HTMLElement} card
 * @param {string} key
 */
const neighbour = (editor, card, key) => {
  const { cards } = editor
  const at = cards.indexOf(card)
  switch (key) {
    case 'ArrowDown':
      return cards[at + 1]
    case 'ArrowUp':
      return cards[at - 1]
    case 'Home':
      return cards[0]
    case 'End':
      return cards.at(-1)
    case 'ArrowRight': {
      const item = card.closest('.flow-item')
      item?.querySelector(':scope > .flow-inside')?.setAttribute('open', '')
      return /** @type {HTMLElement | null} */ (item?.querySelector(':scope > .flow-inside .flow-card'))
    }
    case 'ArrowLeft': {
      const holder = card.closest('.flow-item')?.parentElement?.closest('.flow-item')
      return /** @type {HTMLElement | null} */ (holder?.querySelector(':scope > .flow-card'))
    }
  }
}

/**
 * From right to left the inside of a step is on the left.
 * @param {WorkflowEditor} editor
 * @param {string} key
 */
const logical = (editor, key) => {
  if (getComputedStyle(editor).direction !== 'rtl') return key
  return { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' }[key] ?? key
}

/**
 * @param {WorkflowEditor} editor
 * @param {HTMLElement} card
 * @param {KeyboardEvent} event
 * @returns {boolean} the key meant something
 */
const pressOnCard = (editor, card, event) => {
  const key = logical(editor, event.key)
  const { step } = card.dataset
  const isCommand = event.ctrlKey || event.metaKey
  if (event.altKey && !isCommand) {
    const move = MOVES[key]
    if (move && step) editor.post('step', { step, do: move, from: 'tree' })
    return move !== undefined
  }
  if (isCommand) {
    if (key.toLowerCase() !== 'd' || !step) return false
    editor.post('step', { step, do: 'duplicate' })
    return true
  }
  if ((key === 'Delete' || key === 'Backspace') && step) {
    editor.post('step', { step, do: 'remove' })
    return true
  }
  if (!(key in MOVES) && key !== 'Home' && key !== 'End') return false
  const next = neighbour(editor, card, key)
  next?.focus()
  next?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  return true
}

/**
 * @param {WorkflowEditor} editor
 * @param {KeyboardEvent} event
 * @returns {boolean} the key meant something
 */
const press = (editor, event) => {
  const { target, key } = event
  const menu = target instanceof Element ? target.closest('.menu[open]') : null
  if (menu && key === 'Escape') {
    menu.removeAttribute('open')
    menu.querySelector('summary')?.focus()
    return true
  }
  const card = /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest('.flow-card') : null)
  if (card && editor.contains(card) && pressOnCard(editor, card, event)) return true
  if (document.querySelector('dialog[open]')) return false
  const isInPanel = target instanceof Element && target.closest('#step-panel')
  // In a field that is searched with, the key empties it first.
  const isEmptied = target instanceof HTMLInputElement && target.type === 'search' && target.value !== ''
  if (key === 'Escape' && isInPanel && !isEmptied) {
    editor.focusStep()
    return true
  }
  if (isTyping(target)) return false
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    const letter = key.toLowerCase()
    /** @type {Record<string, string>} */
    const from = card ? { from: 'tree' } : {}
    if (letter === 'z') editor.post(event.shiftKey ? 'redo' : 'undo', from)
    else if (letter === 'y') editor.post('redo', from)
    return letter === 'z' || letter === 'y'
  }
  return false
}

/**
 * @param {WorkflowEditor} editor
 * @param {AbortSignal} signal ends it
 */
export const connectKeys = (editor, signal) => {
  document.addEventListener(
    'keydown',
    (event) => {
      if (!event.defaultPrevented && press(editor, event)) event.preventDefault()
    },
    { signal },
  )
}
