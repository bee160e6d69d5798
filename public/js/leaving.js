// Going back or forward in the history waits, as pressing a link does, until what was typed is kept; what cannot be kept
// keeps the reader here.

/** @typedef {import('./elements/auto-save.js').AutoSave} AutoSave */

/** What an answer shows when some of what was typed is not kept, and is to be looked at first. */
const TO_LOOK_AT = '.editor-partly, [data-errors]'

/**
 * Has what is typed in a screen sent. Answers undefined when there is nothing to wait for, else whether all of it is kept.
 * @param {Element} screen
 * @returns {Promise<boolean> | undefined}
 */
export const keepTyped = (screen) => {
  const saver = /** @type {AutoSave | null} */ (screen.querySelector('auto-save'))
  if (!saver) return undefined
  // A field tells of what was typed when it is left, which a key of the browser does not do.
  const typing = document.activeElement
  if (saver.contains(typing)) /** @type {HTMLElement} */ (typing).blur()
  if (saver.isUnsaved) saver.save()
  let isAnswered = false
  /** @type {Promise<boolean>} */
  const kept = new Promise((resolve) => {
    saver.whenAnswered(() => {
      isAnswered = true
      resolve(!saver.isUnsaved && !screen.querySelector(TO_LOOK_AT))
    })
  })
  return isAnswered ? undefined : kept
}
