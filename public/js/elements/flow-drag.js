// Dragging steps of the workflow editor by the pointer: the places between steps become targets, a drop posts the same
// move as the keyboard does. The browser's own dragging: it scrolls by itself, and Escape ends it.

/** @import { WorkflowEditor } from './workflow-editor.js' */

/**
 * @param {WorkflowEditor} editor
 * @param {AbortSignal} signal ends it
 */
export const connectDrag = (editor, signal) => {
  /** @type {HTMLElement | undefined} */
  let dragged

  /** @param {EventTarget | null} target */
  const placeUnder = (target) => {
    const joint = /** @type {HTMLElement | null} */ (
      target instanceof Element ? target.closest('.joint[data-at]') : null
    )
    // Not into itself.
    return joint && !dragged?.closest('.flow-item')?.contains(joint.closest('.flow')) ? joint : undefined
  }

  const clear = () => {
    for (const joint of editor.querySelectorAll('.joint.is-over')) joint.classList.remove('is-over')
  }

  /** @param {'dragstart' | 'dragover' | 'drop' | 'dragend'} name @param {(event: DragEvent) => void} listener */
  const on = (name, listener) => editor.addEventListener(name, listener, { signal })

  on('dragstart', (event) => {
    const card = event.target instanceof Element ? event.target.closest('.flow-card[data-step]') : null
    if (!(card instanceof HTMLElement) || !editor.isEditable) return
    dragged = card
    event.dataTransfer?.setData('text/plain', card.textContent?.trim() ?? '')
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move'
    // Not at once: what changes its size while a drag begins ends it.
    requestAnimationFrame(() => editor.classList.add('is-dragging'))
    card.closest('.flow-item')?.classList.add('is-dragged')
  })

  on('dragover', (event) => {
    if (!dragged) return
    const joint = placeUnder(event.target)
    clear()
    if (!joint) return
    event.preventDefault()
    joint.classList.add('is-over')
  })

  on('drop', (event) => {
    const joint = dragged && placeUnder(event.target)
    if (!joint || !dragged) return
    event.preventDefault()
    const [parent = '', branch = '', index = '0'] = (joint.dataset.at ?? '').split(',')
    editor.post('move', { step: dragged.dataset.step ?? '', parent, branch, index })
  })

  on('dragend', () => {
    clear()
    editor.classList.remove('is-dragging')
    dragged?.closest('.flow-item')?.classList.remove('is-dragged')
    dragged = undefined
  })
}
