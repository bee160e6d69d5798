// Short messages at the edge of the page, announced by screen readers. The server sends its own with
// views/parts/toast.ejs.

/** @import { Problem } from './problem.js' */

/**
 * Fills the slots of a copy of a template: `[data-fill=title]` gets `values.title`; a slot without a value is removed.
 * @param {string} id
 * @param {Record<string, string | undefined>} values
 * @returns {DocumentFragment}
 */
export const fillTemplate = (id, values) => {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id))
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true))
  for (const slot of copy.querySelectorAll('[data-fill]')) {
    const value = values[slot.getAttribute('data-fill') ?? '']
    if (value) slot.textContent = value
    else (slot.closest('[data-optional]') ?? slot).remove()
  }
  return copy
}

/** @param {Problem} problem */
export const showProblem = ({ title, detail, requestId }) => {
  document.getElementById('toasts')?.append(fillTemplate('problem-toast', { title, detail, requestId }))
}
