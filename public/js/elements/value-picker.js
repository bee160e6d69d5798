// <value-picker><dialog>… <input data-search> … <button data-path="trigger.data.email">…</dialog></value-picker> Opened
// by a button with `data-choose="input.email"` (the name of a form value) or `data-choose-path` (of a field that itself
// holds a path); htmx fetches the list. Puts the choice into the form and fires `change`.

/** The same as in server/workflows/paths.ts. */
const NAME = /^(trigger|steps|options|account|input|item|loop)(\.[\w-]+)*$/

class ValuePicker extends HTMLElement {
  /** Of the button that opened it, which an answer may draw anew meanwhile. @type {{ formId: string, choose?: string | undefined, choosePath?: string | undefined }} */
  #opener = { formId: '' }

  connectedCallback() {
    document.addEventListener('click', this.#opened)
    this.addEventListener('click', this.#pressed)
    this.addEventListener('input', this.#narrow)
    this.addEventListener('htmx:after:swap', this.#narrow)
    document.addEventListener('htmx:finally:request', this.#answered)
  }

  disconnectedCallback() {
    document.removeEventListener('click', this.#opened)
    document.removeEventListener('htmx:finally:request', this.#answered)
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector('dialog'))
  }

  get #list() {
    return /** @type {HTMLElement} */ (this.querySelector('#values-list'))
  }

  get #search() {
    return /** @type {HTMLInputElement} */ (this.querySelector('[data-search]'))
  }

  /** @param {MouseEvent} event */
  #opened = (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-choose], [data-choose-path]') : null
    if (!(button instanceof HTMLButtonElement) || this.#dialog.open) return
    const { choose, choosePath } = button.dataset
    this.#opener = { formId: button.form?.id ?? '', choose, choosePath }
    // The listed values may be those of another step, and focus on one would be lost to the answer.
    const loading = /** @type {HTMLTemplateElement} */ (this.querySelector('[data-loading]'))
    this.#list.replaceChildren(loading.content.cloneNode(true))
    this.#search.value = ''
    this.#narrow()
    this.#dialog.showModal()
    this.#search.focus()
  }

  /**
   * Without values there is nothing to choose: what went wrong is said on the page behind.
   * @param {Event} event
   */
  #answered = (event) => {
    const { target, status } = /** @type {CustomEvent} */ (event).detail.ctx
    if (target === this.#list && status !== 'swapped') this.#dialog.close()
  }

  /** @param {MouseEvent} event */
  #pressed = (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (!button) return
    if (button.hasAttribute('data-close')) this.#dialog.close()
    const { path } = button.dataset
    if (path === undefined) return
    this.#dialog.close()
    const form = document.getElementById(this.#opener.formId)
    if (!(form instanceof HTMLFormElement)) return
    const put = () => {
      this.#focusIn(form)
      this.#put(form, path)
    }
    const saver = /** @type {import('./auto-save.js').AutoSave | null} */ (form.closest('auto-save'))
    if (saver) saver.whenAnswered(put)
    else put()
  }

  #narrow = () => {
    const words = this.#search.value.toLowerCase().split(/\s+/)
    let found = 0
    for (const group of this.querySelectorAll('[data-group]')) {
      const name = group.querySelector('h3')?.textContent ?? ''
      const rows = /** @type {HTMLElement[]} */ ([...group.querySelectorAll('li')])
      for (const row of rows) {
        const text = `${name} ${row.textContent} ${row.querySelector('button')?.dataset.path}`.toLowerCase()
        row.hidden = !words.every((word) => text.includes(word))
      }
      const shown = rows.filter(({ hidden }) => !hidden).length
      group.toggleAttribute('hidden', shown === 0)
      found += shown
    }
    this.querySelector('[data-none]')?.toggleAttribute('hidden', found > 0 || !this.querySelector('[data-group]'))
    this.#offer(this.#search.value.trim())
  }

  /**
   * What no example has may be there all the same: whoever knows its name may use it.
   * @param {string} typed
   */
  #offer(typed) {
    const offer = this.querySelector('[data-typed]')
    const button = offer?.querySelector('button')
    const code = offer?.querySelector('code')
    if (!offer || !button || !code) return
    offer.toggleAttribute('hidden', !NAME.test(typed))
    button.dataset.path = code.textContent = typed
  }

  /** The answer draws another control under the same id. @param {HTMLFormElement} form */
  #focusIn(form) {
    const { choose, choosePath } = this.#opener
    const name = CSS.escape(choose ?? choosePath ?? '')
    const opener = form.querySelector(choose === undefined ? `[data-choose-path="${name}"]` : `[data-choose="${name}"]`)
    const control = opener?.closest('[data-value]')?.querySelector('.panel-control [id]')
    if (control instanceof HTMLElement) control.focus()
  }

  /** @param {HTMLFormElement} form @param {string} path */
  #put(form, path) {
    const { choose, choosePath } = this.#opener
    /** @param {string} name @returns {any[]} */
    const fields = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    const kind = fields(`${choose}.kind`)[0]
    let field = choosePath === undefined ? undefined : fields(choosePath)[0]
    if (kind?.value === 'text') {
      field = fields(`${choose}.text`)[0]
      field.setRangeText(`{{${path}}}`, field.selectionStart, field.selectionEnd, 'end')
    } else if (kind?.value === 'paths') {
      field = fields(`${choose}.paths`).find(({ value }) => value === '')
      field.value = path
    } else if (kind) {
      kind.value = 'path'
      field =
        fields(`${choose}.path`)[0] ??
        form.appendChild(Object.assign(document.createElement('input'), { type: 'hidden', name: `${choose}.path` }))
      field.value = path
    } else field.value = path
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }
}

customElements.define('value-picker', ValuePicker)
