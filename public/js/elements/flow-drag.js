// Drag and drop of steps in the workflow editor by mouse, finger or pen: gaps between steps become drop targets; a drop
// posts the same move as the keyboard. A mouse lifts a step by moving it, a finger or pen by holding it, so that a
// swipe scrolls.

/** @import { WorkflowEditor } from './workflow-editor.js' */

const LIFT_MS = 350
/** Movement after which a pointer is dragging (mouse) or scrolling (finger, pen). */
const MOUSE_PIXELS = 6
const TOUCH_PIXELS = 10
/** Distance from an edge at which the tree scrolls, and pixels per frame. */
const EDGE_PIXELS = 48
const SCROLL_PIXELS = 12

/**
 * @typedef {{
 *   card: HTMLElement, id: number, isMouse: boolean, x: number, y: number, timer: number, ghost?: HTMLElement,
 *   over?: HTMLElement | undefined
 * }} Press `ghost` is there once the step is lifted
 */

/** @param {HTMLElement} card */
const ghostOf = (card) => {
  const ghost = /** @type {HTMLElement} */ (card.cloneNode(true))
  for (const name of ['id', 'href', 'data-step', 'aria-current']) ghost.removeAttribute(name)
  ghost.classList.add('flow-ghost')
  ghost.ariaHidden = 'true'
  ghost.style.inlineSize = `${card.offsetWidth}px`
  document.body.append(ghost)
  return ghost
}

/**
 * @param {WorkflowEditor} editor
 * @param {AbortSignal} signal ends it
 */
export const connectDrag = (editor, signal) => {
  /** @type {Press | undefined} */
  let press

  /** @param {Press} of */
  const jointUnder = ({ card, x, y }) => {
    const joint = /** @type {HTMLElement | null | undefined} */ (
      document.elementFromPoint(x, y)?.closest('.joint[data-at]')
    )
    // Not into itself.
    return joint && !card.closest('.flow-item')?.contains(joint.closest('.flow')) ? joint : undefined
  }

  const show = () => {
    if (!press?.ghost) return
    press.ghost.style.translate = `${press.x}px ${press.y}px`
    const joint = jointUnder(press)
    if (joint === press.over) return
    press.over?.classList.remove('is-over')
    joint?.classList.add('is-over')
    press.over = joint
  }

  const scroll = () => {
    const canvas = editor.querySelector('.canvas')
    if (!press?.ghost || !canvas) return
    const { top, right, bottom, left } = canvas.getBoundingClientRect()
    /** @param {number} at @param {number} from @param {number} to */
    const push = (at, from, to) =>
      at < from + EDGE_PIXELS ? -SCROLL_PIXELS : at > to - EDGE_PIXELS ? SCROLL_PIXELS : 0
    const [across, down] = [push(press.x, left, right), push(press.y, Math.max(top, 0), Math.min(bottom, innerHeight))]
    canvas.scrollBy(across, down)
    // In a narrow frame the page scrolls, not the tree.
    if (canvas.scrollHeight <= canvas.clientHeight) scrollBy(0, down)
    show()
    requestAnimationFrame(scroll)
  }

  const lift = () => {
    if (!press || press.ghost) return
    press.ghost = ghostOf(press.card)
    press.card.closest('.flow-item')?.classList.add('is-dragged')
    editor.classList.add('is-dragging')
    editor.setPointerCapture(press.id)
    scroll()
  }

  const end = () => {
    if (!press) return
    clearTimeout(press.timer)
    press.over?.classList.remove('is-over')
    press.card.closest('.flow-item')?.classList.remove('is-dragged')
    press.ghost?.remove()
    editor.classList.remove('is-dragging')
    press = undefined
  }

  const drop = () => {
    const { ghost, over, card } = press ?? {}
    end()
    if (!ghost || !card) return
    // The following click must not activate what is under the pointer.
    const stop = new AbortController()
    editor.addEventListener(
      'click',
      (event) => {
        event.preventDefault()
        event.stopPropagation()
      },
      { capture: true, signal: stop.signal },
    )
    setTimeout(() => stop.abort())
    if (!over) return
    const [parent = '', branch = '', index = '0'] = (over.dataset.at ?? '').split(',')
    editor.post('move', { step: card.dataset.step ?? '', parent, branch, index })
  }

  editor.addEventListener(
    'pointerdown',
    ({ target, pointerId: id, pointerType, button, isPrimary, clientX: x, clientY: y }) => {
      const card = target instanceof Element ? target.closest('.flow-card[data-step]') : null
      end()
      if (!(card instanceof HTMLElement) || !editor.isEditable || button !== 0 || !isPrimary) return
      const isMouse = pointerType === 'mouse'
      press = { card, id, isMouse, x, y, timer: isMouse ? 0 : window.setTimeout(lift, LIFT_MS) }
    },
    { signal },
  )

  editor.addEventListener(
    'pointermove',
    ({ pointerId, clientX: x, clientY: y }) => {
      if (!press || pointerId !== press.id) return
      const moved = Math.hypot(x - press.x, y - press.y)
      if (press.ghost) Object.assign(press, { x, y })
      else if (press.isMouse && moved > MOUSE_PIXELS) {
        Object.assign(press, { x, y })
        lift()
      } else if (!press.isMouse && moved > TOUCH_PIXELS) end()
      show()
    },
    { signal },
  )

  editor.addEventListener('pointerup', drop, { signal })
  editor.addEventListener('pointercancel', end, { signal })
  // A lifted step moves instead of the page; nothing else stops a finger from scrolling.
  editor.addEventListener(
    'touchmove',
    (event) => {
      if (press?.ghost) event.preventDefault()
    },
    { signal, passive: false },
  )
  // A long press on a link would open a menu.
  editor.addEventListener(
    'contextmenu',
    (event) => {
      if (press && !press.isMouse) event.preventDefault()
    },
    { signal },
  )
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !press?.ghost) return
      event.preventDefault()
      end()
    },
    { signal, capture: true },
  )
  signal.addEventListener('abort', end)
}
