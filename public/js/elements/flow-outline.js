// <flow-outline><details>… <input type="search"> <div data-list></div></details></flow-outline>: a searchable list of
// all steps to jump to, built from the tree when opened.

class FlowOutline extends HTMLElement {
  connectedCallback() {
    this.#details.addEventListener('toggle', () => {
      if (!this.#details.open) return
      this.#filter.value = ''
      this.#draw()
      this.#filter.focus()
    })
    this.#filter.addEventListener('input', () => this.#draw())
    this.addEventListener('keydown', (event) => this.#press(event))
    this.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null
      if (button) this.#jump(button.dataset.card ?? '')
    })
    this.addEventListener('focusout', (event) => {
      if (event.relatedTarget instanceof Node && !this.contains(event.relatedTarget)) this.#details.open = false
    })
  }

  get #details() {
    return /** @type {HTMLDetailsElement} */ (this.querySelector('details'))
  }

  get #filter() {
    return /** @type {HTMLInputElement} */ (this.querySelector('input'))
  }

  #draw() {
    const wanted = this.#filter.value.trim().toLowerCase()
    const cards = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.flow-card[data-step]')])
    const rows = cards
      .map((card) => ({ card, name: card.querySelector('strong')?.textContent ?? '' }))
      .filter(({ card, name }) => name.toLowerCase().includes(wanted) || card.dataset.step?.includes(wanted))
      .map(({ card, name }) => {
        const button = document.createElement('button')
        button.type = 'button'
        button.textContent = name
        button.dataset.card = card.id
        let depth = 0
        for (
          let list = card.closest('.flow-inside');
          list;
          list = list.parentElement?.closest('.flow-inside') ?? null
        ) {
          depth += 1
        }
        button.dataset.depth = String(Math.min(depth, 8))
        return button
      })
    const none = document.createElement('p')
    none.textContent = this.dataset.none ?? ''
    this.querySelector('[data-list]')?.replaceChildren(...(rows.length > 0 ? rows : [none]))
  }

  /** @param {string} id */
  #jump(id) {
    const card = document.getElementById(id)
    for (let list = card?.closest('.flow-inside'); list; list = list.parentElement?.closest('.flow-inside')) {
      list.setAttribute('open', '')
    }
    this.#details.open = false
    card?.focus()
    card?.scrollIntoView({ block: 'center', inline: 'center' })
  }

  /** @param {Element | null | undefined} row */
  #focus(row) {
    if (row instanceof HTMLElement) row.focus()
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    /** @type {(Element | null)[]} */
    const rows = [this.#filter, ...this.querySelectorAll('button')]
    const at = rows.indexOf(document.activeElement)
    if (event.key === 'Escape') {
      this.#details.open = false
      this.querySelector('summary')?.focus()
    } else if (event.key === 'ArrowDown') this.#focus(rows[at + 1])
    else if (event.key === 'ArrowUp') this.#focus(rows[Math.max(0, at - 1)])
    else if (event.key === 'Enter' && document.activeElement === this.#filter) {
      const [first] = this.querySelectorAll('button')
      if (first) this.#jump(first.dataset.card ?? '')
    } else return
    event.preventDefault()
  }
}

customElements.define('flow-outline', FlowOutline)
