// <combo-box><select>…</select></combo-box>: type to find an option of a long list (WAI-ARIA combobox with a listbox).
// The select keeps the value and stays in the form; without this script it is what the reader uses.

const SHOWN_AT_MOST = 60

/** @param {string} text without case and accents */
const plain = (text) =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()

class ComboBox extends HTMLElement {
  #input = document.createElement('input')
  #list = document.createElement('ul')

  connectedCallback() {
    const select = this.querySelector('select')
    if (!select || select.hidden) return
    const id = select.id || `combo-${crypto.randomUUID()}`
    const described = select.getAttribute('aria-describedby')
    Object.assign(this.#input, {
      id: `${id}-text`,
      type: 'text',
      className: 'input',
      role: 'combobox',
      autocomplete: 'off',
    })
    Object.assign(this.#input, { ariaExpanded: 'false', ariaAutoComplete: 'list', ariaInvalid: select.ariaInvalid })
    this.#input.setAttribute('aria-controls', `${id}-list`)
    if (described) this.#input.setAttribute('aria-describedby', described)
    this.#input.disabled = select.disabled
    Object.assign(this.#list, { id: `${id}-list`, className: 'combo-list', role: 'listbox', hidden: true })
    const label = select.labels[0]
    if (label) label.htmlFor = this.#input.id
    this.#input.ariaLabel = this.#list.ariaLabel = label?.textContent?.trim() ?? select.ariaLabel
    select.hidden = true
    this.append(this.#input, this.#list)
    this.#rest()
    this.#input.addEventListener('focus', () => this.#input.select())
    this.#input.addEventListener('click', () => this.#open(''))
    this.#input.addEventListener('input', () => this.#open(this.#input.value))
    this.#input.addEventListener('keydown', (event) => this.#key(event))
    this.#input.addEventListener('blur', () => this.#rest())
    // Before the input loses the focus to it, which would close the list.
    this.#list.addEventListener('mousedown', (event) => {
      event.preventDefault()
      this.#choose(/** @type {Element} */ (event.target).closest('li'))
    })
  }

  get #select() {
    return /** @type {HTMLSelectElement} */ (this.querySelector('select'))
  }

  get #active() {
    return this.#list.querySelector('[aria-selected=true]')
  }

  /** Closed, with the chosen option's name. */
  #rest() {
    this.#list.hidden = true
    this.#input.ariaExpanded = 'false'
    this.#input.removeAttribute('aria-activedescendant')
    this.#input.value = this.#select.selectedOptions[0]?.text ?? ''
  }

  /** @param {string} typed */
  #open(typed) {
    const words = plain(typed).split(/\s+/)
    const found = [...this.#select.options].filter(({ text, disabled, parentElement }) => {
      const name = plain(`${text} ${parentElement instanceof HTMLOptGroupElement ? parentElement.label : ''}`)
      return !disabled && words.every((word) => name.includes(word))
    })
    this.#list.replaceChildren(...found.slice(0, SHOWN_AT_MOST).map((option) => this.#row(option)))
    this.#list.hidden = found.length === 0
    this.#input.ariaExpanded = String(found.length > 0)
    this.#activate(this.#list.querySelector('[data-chosen]') ?? this.#list.firstElementChild)
  }

  /** @param {HTMLOptionElement} option */
  #row({ index, text, selected, parentElement }) {
    const row = document.createElement('li')
    Object.assign(row, { id: `${this.#list.id}-${index}`, role: 'option', ariaSelected: 'false' })
    row.dataset.index = String(index)
    if (selected) row.dataset.chosen = ''
    const group = document.createElement('small')
    group.textContent = parentElement instanceof HTMLOptGroupElement ? parentElement.label : ''
    row.append(text, ' ', group)
    return row
  }

  /** @param {Element | null} row */
  #activate(row) {
    if (!row) return
    this.#active?.setAttribute('aria-selected', 'false')
    row.setAttribute('aria-selected', 'true')
    row.scrollIntoView({ block: 'nearest' })
    this.#input.setAttribute('aria-activedescendant', row.id)
  }

  /** @param {Element | null} row */
  #choose(row) {
    if (!(row instanceof HTMLElement)) return
    this.#select.selectedIndex = Number(row.dataset.index)
    this.#rest()
    this.#select.dispatchEvent(new Event('change', { bubbles: true }))
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const isOpen = !this.#list.hidden
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      if (isOpen)
        this.#activate((step > 0 ? this.#active?.nextElementSibling : this.#active?.previousElementSibling) ?? null)
      else this.#open('')
    } else if (event.key === 'Enter' && isOpen) this.#choose(this.#active)
    else if (event.key === 'Escape' && isOpen) this.#rest()
    else return
    event.preventDefault()
  }
}

customElements.define('combo-box', ComboBox)
