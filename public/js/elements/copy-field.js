// <copy-field><input readonly> <button data-copy> [<button data-reveal>] <output></copy-field> Copies the value, and
// shows or hides a secret. Framed pages often may not write to the clipboard, so the value is also selected and one key
// press copies it. Without this script the field can still be read and selected.

class CopyField extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', this.#clicked)
  }

  disconnectedCallback() {
    this.removeEventListener('click', this.#clicked)
  }

  get #input() {
    return /** @type {HTMLInputElement | HTMLTextAreaElement} */ (this.querySelector('input, textarea'))
  }

  /** @param {Event} event */
  #clicked = async (event) => {
    const button = /** @type {Element} */ (event.target).closest('button')
    if (button?.hasAttribute('data-copy')) await this.#copy(button)
    else if (button?.hasAttribute('data-reveal')) this.#reveal(button)
  }

  /** @param {HTMLButtonElement} button */
  async #copy(button) {
    const input = this.#input
    const isCopied = await navigator.clipboard.writeText(input.value).then(
      () => true,
      () => this.#copySelection(input),
    )
    const output = /** @type {HTMLOutputElement} */ (this.querySelector('output'))
    output.textContent = (isCopied ? button.dataset.done : button.dataset.failed) ?? ''
    if (isCopied) button.focus()
    setTimeout(() => {
      output.textContent = ''
    }, 5000)
  }

  /**
   * The old way, which needs no permission in a frame; a password field cannot be copied, so it is text meanwhile.
   * @param {HTMLInputElement | HTMLTextAreaElement} input
   */
  #copySelection(input) {
    const { type } = input
    if (input instanceof HTMLInputElement) input.type = 'text'
    input.focus()
    input.select()
    const isCopied = document.execCommand('copy')
    if (isCopied && input instanceof HTMLInputElement) input.type = type
    return isCopied
  }

  /** @param {HTMLButtonElement} button */
  #reveal(button) {
    const input = this.#input
    const isShown = input.getAttribute('type') === 'text'
    input.setAttribute('type', isShown ? 'password' : 'text')
    button.setAttribute('aria-pressed', String(!isShown))
  }
}

customElements.define('copy-field', CopyField)
