// <status-toast seconds="8"><div class="toast">… <button data-dismiss></div></status-toast> A dismissible message; with
// `seconds` it disappears by itself, unless the reader points at it or is inside it. A repeated message replaces the
// current one.

/** @param {Element} toast */
const titleOf = (toast) => toast.querySelector('strong')?.textContent

class StatusToast extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  connectedCallback() {
    this.querySelector('[data-dismiss]')?.addEventListener('click', () => this.remove())
    for (const other of this.parentElement?.querySelectorAll('status-toast') ?? []) {
      if (other !== this && titleOf(other) === titleOf(this)) other.remove()
    }
    this.#wait()
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
  }

  #wait() {
    const seconds = Number(this.getAttribute('seconds'))
    if (!seconds) return
    this.#timer = setTimeout(() => {
      if (this.matches(':hover, :focus-within')) this.#wait()
      else this.remove()
    }, seconds * 1000)
  }
}

customElements.define('status-toast', StatusToast)
