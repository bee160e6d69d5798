// Saves which branches of a workflow are collapsed on the server, since a framed page may be refused browser storage.

/** @import { WorkflowEditor } from './workflow-editor.js' */

/** Debounce, so that "collapse all" is one request. */
const REST_MS = 400

/**
 * @param {WorkflowEditor} editor
 * @param {AbortSignal} signal ends it
 */
export const connectFolds = (editor, signal) => {
  const branches = () => /** @type {HTMLDetailsElement[]} */ ([...editor.querySelectorAll('.flow-inside')])
  const folded = () =>
    branches()
      .filter(({ open }) => !open)
      .map(({ id }) => id.replace('inside-', ''))
      .join(' ')

  let told = folded()
  /** @type {number | undefined} */
  let timer

  const tell = () => {
    const now = folded()
    if (signal.aborted || now === told) return
    told = now
    editor.tellFolded(now)
  }

  // It does not bubble, and also fires for branches that were just drawn.
  editor.addEventListener(
    'toggle',
    ({ target }) => {
      if (!(target instanceof HTMLElement) || !target.matches('.flow-inside')) return
      clearTimeout(timer)
      timer = window.setTimeout(tell, REST_MS)
    },
    { signal, capture: true },
  )
}
