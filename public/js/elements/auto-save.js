// <auto-save><form>…</form></auto-save>: sends the form as soon as something in it has changed, one change after the other,
// since each carries the revision that the last answer brought. What is pressed meanwhile waits until all is kept.

class AutoSave extends HTMLElement {
  /** htmx's context of the request that is under way. @type {object | undefined} */
  #saving
  #isDirty = false
  /** @type {HTMLElement | undefined} */
  #held

  connectedCallback() {
    this.addEventListener('change', this.#changed)
    document.addEventListener('click', this.#pressed, true)
    document.addEventListener('htmx:before:request', this.#sent)
    document.addEventListener('htmx:finally:request', this.#answered)
  }

  disconnectedCallback() {
    this.removeEventListener('change', this.#changed)
    document.removeEventListener('click', this.#pressed, true)
    document.removeEventListener('htmx:before:request', this.#sent)
    document.removeEventListener('htmx:finally:request', this.#answered)
  }

  get #form() {
    return this.querySelector('form')
  }

  /** @param {Event} event */
  #changed = (event) => {
    // What has no name is not sent: the text one types to find something.
    if (!(event.target instanceof Element) || !event.target.getAttribute('name')) return
    if (this.#saving) this.#isDirty = true
    else this.#form?.requestSubmit()
  }

  /** @param {Event} event */
  #sent = (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail
    if (ctx.sourceElement === this.#form) this.#saving = ctx
  }

  /** @param {Event} event */
  #answered = (event) => {
    if (/** @type {CustomEvent} */ (event).detail.ctx !== this.#saving) return
    this.#saving = undefined
    // htmx still counts it as under way, and would drop another one of this form.
    queueMicrotask(this.#goOn)
  }

  #goOn = () => {
    if (this.#isDirty) {
      this.#isDirty = false
      this.#form?.requestSubmit()
      return
    }
    const held = this.#held
    this.#held = undefined
    // Drawn anew meanwhile, perhaps as another element with the same id.
    if (held) (held.isConnected ? held : held.id ? document.getElementById(held.id) : null)?.click()
  }

  /** @param {MouseEvent} event */
  #pressed = (event) => {
    const pressed = event.target instanceof Element ? event.target.closest('a[href], button') : null
    if (!this.#saving || !(pressed instanceof HTMLElement) || !document.getElementById('screen')?.contains(pressed))
      return
    event.preventDefault()
    event.stopPropagation()
    this.#held = pressed
  }
}

customElements.define('auto-save', AutoSave)
