// <relative-time datetime="2026-11-25T02:00:00.000Z"><time>25 Nov 2026, 02:00 UTC</time></relative-time> Shows the time
// as "5 minutes ago" and keeps it current; the exact time in the reader's time zone is the tooltip and for screen
// readers. Without this script the exact time is shown.

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/**
 * @param {number} seconds from now; negative is past
 * @param {string} language
 */
const inWords = (seconds, language) => {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit)
}

class RelativeTime extends HTMLElement {
  static observedAttributes = ['datetime']

  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer

  connectedCallback() {
    this.#show()
    this.#timer = setInterval(() => this.#show(), 15_000)
  }

  disconnectedCallback() {
    clearInterval(this.#timer)
  }

  // A refetch changes the attribute; htmx leaves the content alone (htmx-config in the layout).
  attributeChangedCallback() {
    this.#show()
  }

  #show() {
    const time = this.querySelector('time')
    const at = new Date(this.getAttribute('datetime') ?? '')
    if (!time || Number.isNaN(at.getTime())) return
    const language = document.documentElement.lang || 'en'
    const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at)
    // In a sandbox the server's clock may be ahead.
    const now = Date.now() + Number(this.dataset.ahead ?? 0)
    const words = inWords((at.getTime() - now) / 1000, language)
    const spoken = document.createElement('span')
    spoken.className = 'visually-hidden'
    spoken.textContent = ` (${exact})`
    time.dateTime = at.toISOString()
    time.title = exact
    time.replaceChildren(words, spoken)
  }
}

customElements.define('relative-time', RelativeTime)
