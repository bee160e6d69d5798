// Which branches of a workflow are folded: told to the server, which draws them so at the next visit. A page in a frame may
// be refused every store of the browser.

/** @import { WorkflowEditor } from './workflow-editor.js' */

/** So long after the last one: "fold all" is one request. */
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

  // It does not bubble, and comes for branches that were just drawn as well.
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
