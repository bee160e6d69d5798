// <auto-refresh seconds="5" hx-get="…" hx-trigger="refresh" hx-swap="outerMorph">…</auto-refresh> Refetches the part
// with htmx, but not while the page is hidden or the reader works inside it (an open menu, half-typed text), and less
// often while the server has trouble.

const SLOWEST_SECONDS = 60

class AutoRefresh extends HTMLElement {
  #failures = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  connectedCallback() {
    this.addEventListener('htmx:after:request', this.#answered)
    document.addEventListener('visibilitychange', this.#shown)
    this.#wait()
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    this.removeEventListener('htmx:after:request', this.#answered)
    document.removeEventListener('visibilitychange', this.#shown)
  }

  #wait() {
    clearTimeout(this.#timer)
    const seconds = Math.max(1, Number(this.getAttribute('seconds')) || 10) * 2 ** this.#failures
    this.#timer = setTimeout(() => this.#refresh(), Math.min(seconds, SLOWEST_SECONDS) * 1000)
  }

  #refresh() {
    const inUse = this.querySelector('dialog[open], input:focus, select:focus, textarea:focus, [aria-expanded=true]')
    if (!document.hidden && !inUse) this.dispatchEvent(new Event('refresh'))
    this.#wait()
  }

  #shown = () => {
    if (!document.hidden) this.#refresh()
  }

  #answered = (/** @type {Event} */ event) => {
    if (event.target !== this) return
    const { response } = /** @type {CustomEvent} */ (event).detail.ctx
    this.#failures = response.status < 400 ? 0 : Math.min(this.#failures + 1, 6)
  }
}

customElements.define('auto-refresh', AutoRefresh)
