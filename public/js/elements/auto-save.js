// <auto-save><form>…</form></auto-save>: submits the form after each change, one request at a time, since each carries
// the revision from the last answer. Buttons pressed meanwhile wait until everything is saved. While a change could not
// be saved the element has `data-unsaved` (the page says so), retries by itself, and keeps its content from being
// replaced. With `data-refused` the change will not be saved as it is.

/** @import { Context } from '../requests.js' */

const FIRST_AGAIN_MS = 3000
const LAST_AGAIN_MS = 60_000
/** Statuses worth a retry without a change, as is no answer at all. */
const PASSING = [401, 408, 425, 429]

/** @param {Event} event @returns {Context} */
const contextOf = (event) => /** @type {CustomEvent} */ (event).detail.ctx

/** @param {Context} context */
const isPassing = ({ response }) => !response || response.status >= 500 || PASSING.includes(response.status)

/** Submits its form after each change and retries until it is saved; see the comment at the top. */
export class AutoSave extends HTMLElement {
  #ends = new AbortController()
  /** The request that is under way. @type {Context | undefined} */
  #saving
  /** Handed to htmx, which may let it wait for other requests. @type {HTMLFormElement | undefined} */
  #asked
  #isDirty = false
  /** Text was typed that no `change` event has reported yet. */
  #isTyping = false
  /** What is pressed when all is kept. @type {HTMLElement | undefined} */
  #held
  /** @type {(() => void)[]} */
  #waiting = []
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  #againMs = FIRST_AGAIN_MS
  /** The next request is an automatic retry. */
  #isQuiet = false

  connectedCallback() {
    this.#ends = new AbortController()
    const { signal } = this.#ends
    this.addEventListener('input', this.#typed, { signal })
    this.addEventListener('change', this.#changed, { signal })
    document.addEventListener('click', this.#pressed, { signal, capture: true })
    document.addEventListener('htmx:before:request', this.#sent, { signal })
    document.addEventListener('htmx:finally:request', this.#answered, { signal })
    addEventListener('online', () => this.#tryAgain(), { signal })
    addEventListener('beforeunload', this.#leaving, { signal })
  }

  disconnectedCallback() {
    this.#ends.abort()
    clearTimeout(this.#timer)
  }

  get #form() {
    return this.querySelector('form')
  }

  get isUnsaved() {
    return this.hasAttribute('data-unsaved')
  }

  get #isBusy() {
    return this.#saving !== undefined || (this.#asked !== undefined && this.#asked === this.#form)
  }

  save() {
    if (this.#isBusy) this.#isDirty = true
    else this.#submit()
  }

  #submit() {
    this.#asked = this.#form ?? undefined
    this.#form?.requestSubmit()
  }

  /**
   * Changes fields when no answer is awaited that would draw them as they were.
   * @param {() => void} change
   */
  whenAnswered(change) {
    if (this.#isBusy) this.#waiting.push(change)
    else change()
  }

  #tryAgain() {
    if (!this.isUnsaved || this.#isBusy) return
    this.#isQuiet = true
    this.save()
  }

  /** @param {Event} event */
  #typed = (event) => {
    if (event.target instanceof Element && event.target.getAttribute('name')) this.#isTyping = true
  }

  /** @param {Event} event */
  #changed = (event) => {
    // Fields without a name are not submitted, such as a search box.
    if (event.target instanceof Element && event.target.getAttribute('name')) this.save()
  }

  /** @param {Event} event */
  #sent = (event) => {
    const context = contextOf(event)
    if (context.sourceElement !== this.#form) return
    this.#saving = context
    this.#asked = undefined
    this.#isTyping = false
    context.isQuiet = this.#isQuiet
    this.#isQuiet = false
    clearTimeout(this.#timer)
  }

  /** @param {Event} event */
  #answered = (event) => {
    const context = contextOf(event)
    if (context !== this.#saving) return
    this.#saving = undefined
    const isKept = Boolean(context.response) && !context.isFailed
    this.toggleAttribute('data-unsaved', !isKept)
    this.removeAttribute('data-refused')
    if (isKept) this.#againMs = FIRST_AGAIN_MS
    // htmx still counts it as in progress, and would drop another request of this form.
    queueMicrotask(() => {
      for (const change of this.#waiting.splice(0)) change()
      if (isKept) this.#goOn(context)
      else this.#stay(isPassing(context))
    })
  }

  /** @param {Context} context */
  #goOn({ response }) {
    // A waiting request may have sent it already.
    if (this.#isBusy) return
    if (this.#isDirty) {
      this.#isDirty = false
      this.#submit()
      return
    }
    const held = this.#held
    this.#held = undefined
    // Fields marked as wrong, or changed by somebody else, come first; the form itself submits everything.
    if (!held || (response?.status !== 200 && !this.#form?.contains(held))) return
    // Re-rendered meanwhile, perhaps as another element with the same id.
    const pressed = held.isConnected ? held : held.id ? document.getElementById(held.id) : null
    pressed?.click()
  }

  /** @param {boolean} mayPass what will never be kept as it is holds nobody here */
  #stay(mayPass) {
    this.#isDirty = false
    const held = this.#held
    this.#held = undefined
    if (!mayPass) {
      this.removeAttribute('data-unsaved')
      this.setAttribute('data-refused', '')
      held?.click()
      return
    }
    this.#timer = setTimeout(() => this.#tryAgain(), this.#againMs)
    this.#againMs = Math.min(this.#againMs * 2, LAST_AGAIN_MS)
  }

  /** @param {MouseEvent} event */
  #pressed = (event) => {
    const pressed = event.target instanceof Element ? event.target.closest('a[href], button') : null
    if (!(pressed instanceof HTMLElement) || !(this.#isBusy || this.isUnsaved)) return
    // Waits by itself (`whenAnswered`).
    if (pressed.closest('value-picker')) return
    const isHere = document.getElementById('screen')?.contains(pressed)
    // Leaving the screen waits only for what would be lost.
    if (!isHere && !(this.isUnsaved && pressed.closest('[data-navigation]'))) return
    event.preventDefault()
    event.stopPropagation()
    this.#held = pressed.hasAttribute('data-save') ? undefined : pressed
    if (!this.#isBusy) this.save()
  }

  /** @param {BeforeUnloadEvent} event */
  #leaving = (event) => {
    if (this.#isTyping || this.isUnsaved) event.preventDefault()
  }
}

customElements.define('auto-save', AutoSave)
