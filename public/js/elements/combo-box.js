// <combo-box><select>…</select></combo-box>: type to find an option in a long list (WAI-ARIA combobox with a listbox).
// The hidden select keeps the value and stays in the form; without this script it is used directly.

import { drawOption, dressInput, findOptions, placeList } from './combo-options.js'

/** What there is to choose from. @param {HTMLSelectElement} select */
const textOf = (select) => [...select.options].map(({ value, text }) => `${value} ${text}`).join('\n')

class ComboBox extends HTMLElement {
  #input = document.createElement('input')
  #list = document.createElement('ul')

  connectedCallback() {
    if (this.contains(this.#input)) return
    dressInput({ select: this.#select, input: this.#input, list: this.#list })
    this.append(this.#input, this.#list)
    this.#close()
    this.#listen()
  }

  /**
   * Takes over what an answer says of the same field: the morph leaves this element alone, whose parts the server does not know.
   * @param {HTMLSelectElement} fresh
   */
  follow(fresh) {
    const select = this.#select
    const input = this.#input
    for (const name of ['aria-invalid', 'aria-describedby']) {
      const wanted = fresh.getAttribute(name)
      if (wanted === null) input.removeAttribute(name)
      else input.setAttribute(name, wanted)
    }
    input.disabled = fresh.disabled
    if (textOf(fresh) === textOf(select)) return
    // A choice made since the form was sent is kept.
    const { value } = select
    select.replaceChildren(...fresh.childNodes)
    if ([...select.options].some((option) => option.value === value)) select.value = value
    if (!this.#isOpen && document.activeElement !== input) this.#close()
  }

  get #select() {
    return /** @type {HTMLSelectElement} */ (this.querySelector('select'))
  }

  get #active() {
    return this.#list.querySelector('[aria-selected=true]')
  }

  #listen() {
    this.#input.addEventListener('focus', () => this.#input.select())
    this.#input.addEventListener('click', () => this.#open(''))
    this.#input.addEventListener('input', () => this.#open(this.#input.value))
    this.#input.addEventListener('keydown', (event) => this.#press(event))
    this.#input.addEventListener('blur', () => this.#close())
    // Before the input loses focus to it, which would close the list.
    this.#list.addEventListener('mousedown', (event) => {
      event.preventDefault()
      this.#choose(/** @type {Element} */ (event.target).closest('li'))
    })
  }

  get #isOpen() {
    return this.#list.matches(':popover-open')
  }

  #place = () => placeList(this.#list, this.#input)

  /** The typed text stays. */
  #shut() {
    if (this.#isOpen) this.#list.hidePopover()
    removeEventListener('scroll', this.#place, true)
    removeEventListener('resize', this.#place)
    this.#input.ariaExpanded = 'false'
    this.#input.removeAttribute('aria-activedescendant')
  }

  #close() {
    this.#shut()
    this.#input.value = this.#select.selectedOptions[0]?.text ?? ''
  }

  disconnectedCallback() {
    this.#shut()
  }

  /** @param {string} typed */
  #open(typed) {
    const rows = findOptions(this.#select, typed).map((option) => drawOption(option, this.#list.id))
    this.#list.replaceChildren(...rows)
    if (rows.length === 0) return this.#shut()
    if (!this.#isOpen) this.#list.showPopover()
    this.#place()
    addEventListener('scroll', this.#place, true)
    addEventListener('resize', this.#place)
    this.#input.ariaExpanded = 'true'
    this.#activate(rows.find(({ dataset }) => 'chosen' in dataset) ?? rows[0])
  }

  /** @param {Element | null | undefined} row */
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
    this.#close()
    this.#select.dispatchEvent(new Event('change', { bubbles: true }))
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const isOpen = this.#isOpen
    const isArrow = event.key === 'ArrowDown' || event.key === 'ArrowUp'
    if (isArrow && isOpen) {
      this.#activate(
        event.key === 'ArrowDown' ? this.#active?.nextElementSibling : this.#active?.previousElementSibling,
      )
    } else if (isArrow) this.#open('')
    else if (event.key === 'Enter' && isOpen) this.#choose(this.#active)
    else if (event.key === 'Escape' && isOpen) this.#close()
    else return
    event.preventDefault()
  }
}

customElements.define('combo-box', ComboBox)

/** Without htmx nothing is morphed. */
const { htmx } = /** @type {{ htmx?: typeof import('htmx.org').default }} */ (/** @type {unknown} */ (window))

htmx?.registerExtension('combo-box', {
  /** @param {Element} old @param {{ newNode: Node }} detail */
  htmx_before_morph_node: (old, { newNode }) => {
    if (!(old instanceof ComboBox)) return true
    const fresh = newNode instanceof Element ? newNode.querySelector('select') : null
    if (fresh) old.follow(fresh)
    return false
  },
})
