// <tick-all name="accounts"><label><input type="checkbox"> …</label></tick-all>: ticks all boxes of that name in its
// form, and shows whether all, some or none are ticked.

class TickAll extends HTMLElement {
  /** @type {HTMLFormElement | null} */
  #form = null

  connectedCallback() {
    this.#form = this.closest('form')
    this.#form?.addEventListener('change', this.#changed)
    this.#show()
  }

  disconnectedCallback() {
    this.#form?.removeEventListener('change', this.#changed)
  }

  get #box() {
    return this.querySelector('input')
  }

  get #boxes() {
    const boxes = this.#form?.querySelectorAll(`input[type=checkbox][name="${this.getAttribute('name')}"]`) ?? []
    return /** @type {HTMLInputElement[]} */ ([...boxes])
  }

  /** @param {Event} event */
  #changed = (event) => {
    const all = this.#box
    if (all && event.target === all) for (const box of this.#boxes) box.checked = all.checked
    this.#show()
  }

  #show() {
    const all = this.#box
    if (!all) return
    const ticked = this.#boxes.filter(({ checked }) => checked).length
    all.checked = ticked > 0 && ticked === this.#boxes.length
    all.indeterminate = ticked > 0 && !all.checked
  }
}

customElements.define('tick-all', TickAll)
