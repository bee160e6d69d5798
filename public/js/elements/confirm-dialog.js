// <confirm-dialog><dialog>…</dialog></confirm-dialog>, once per page. A form or button with `data-confirm="sentence"`
// is confirmed before htmx sends it; `data-confirm-title`, `data-confirm-button` and `data-confirm-word` (to be typed)
// set the words. htmx's own hx-confirm would open the browser's bare dialog.

class ConfirmDialog extends HTMLElement {
  connectedCallback() {
    this.querySelector('[data-cancel]')?.addEventListener('click', () => this.querySelector('dialog')?.close(''))
    document.addEventListener('htmx:config:request', this.#mark)
    document.addEventListener('htmx:confirm', this.#ask)
  }

  disconnectedCallback() {
    document.removeEventListener('htmx:config:request', this.#mark)
    document.removeEventListener('htmx:confirm', this.#ask)
  }

  /** @param {Event} event */
  #mark = (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail
    const asking = [ctx.request.submitter, ctx.sourceElement].find((element) => element?.dataset?.confirm)
    if (!asking) return
    ctx.confirm = asking.dataset.confirm
    ctx.asking = asking
  }

  /** @param {Event} event */
  #ask = async (event) => {
    const { ctx, issueRequest, dropRequest } = /** @type {CustomEvent} */ (event).detail
    if (!ctx.asking) return
    event.preventDefault()
    if (await this.#isConfirmed(ctx.asking.dataset)) issueRequest()
    else dropRequest()
  }

  /** @param {DOMStringMap} words */
  #isConfirmed({ confirm, confirmTitle, confirmButton, confirmWord }) {
    const dialog = /** @type {HTMLDialogElement} */ (this.querySelector('dialog'))
    this.#fill('title', confirmTitle)
    this.#fill('detail', confirm)
    this.#fill('button', confirmButton)
    this.#fill('word', confirmWord)
    const typed = /** @type {HTMLInputElement} */ (this.querySelector('input'))
    const label = /** @type {HTMLElement} */ (typed.closest('label'))
    label.hidden = typed.disabled = !confirmWord
    typed.value = ''
    typed.pattern = (confirmWord ?? '').replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    dialog.returnValue = ''
    dialog.showModal()
    // Focus is not on the confirming button: Enter must not confirm an unread question.
    const first = confirmWord ? typed : this.querySelector('[data-cancel]')
    if (first instanceof HTMLElement) first.focus()
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true })
    })
  }

  /**
   * @param {string} slot
   * @param {string | undefined} text
   */
  #fill(slot, text) {
    const element = /** @type {HTMLElement} */ (this.querySelector(`[data-fill=${slot}]`))
    element.dataset.default ??= element.textContent ?? ''
    element.textContent = text || element.dataset.default
  }
}

customElements.define('confirm-dialog', ConfirmDialog)
