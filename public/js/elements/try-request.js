// <try-request data-token> or <try-request data-key-field="id of a field">: sends an API call from this page and shows
// the answer. Only calls addresses below /v1/ of this server, so that the credential goes nowhere else.

/** @param {string} text @returns {{ value: unknown } | undefined} undefined when it is no JSON */
const parse = (text) => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** @param {string} text */
const pretty = (text) => {
  const parsed = parse(text)
  return parsed ? JSON.stringify(parsed.value, null, 2) : text
}

class TryRequest extends HTMLElement {
  connectedCallback() {
    this.addEventListener('submit', this.#send)
    this.addEventListener('change', this.#choose)
  }

  disconnectedCallback() {
    this.removeEventListener('submit', this.#send)
    this.removeEventListener('change', this.#choose)
  }

  /** @param {string} selector @returns {HTMLElement} */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.querySelector(selector))
  }

  /** @param {'method' | 'path' | 'body'} name */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.querySelector(`[name=${name}]`))
  }

  /** Another operation fills in its sample values; another method shows or hides the body. @param {Event} event */
  #choose = (event) => {
    const { target } = event
    if (!(target instanceof HTMLSelectElement)) return
    const method = this.#field('method')
    if (target.hasAttribute('data-operation')) {
      const { method: of, path, body } = target.selectedOptions[0]?.dataset ?? {}
      method.value = of ?? 'GET'
      this.#field('path').value = path ?? ''
      this.#field('body').value = body ? pretty(body) : ''
    }
    this.#part('div[data-body]').hidden = method.value === 'GET' || method.value === 'DELETE'
  }

  /** @param {'pathFault' | 'bodyFault' | 'keyFault' | 'offline' | undefined} fault */
  #tell(fault) {
    const line = this.#part('[data-fault]')
    line.hidden = fault === undefined
    line.textContent = fault ? (line.dataset[fault] ?? '') : ''
  }

  /** The page's token or the typed key; undefined when it must not be used here. */
  #credential() {
    const { token, keyField, keyStart = '' } = this.dataset
    if (token || !keyField) return token
    const field = /** @type {HTMLInputElement | null} */ (document.getElementById(keyField))
    const key = field?.value.trim() ?? ''
    if (key !== '' && key.startsWith(keyStart)) return key
    field?.focus()
    return undefined
  }

  /** @param {FormData} form */
  #request(form) {
    const method = String(form.get('method'))
    const address = new URL(String(form.get('path')), location.origin)
    const isOurs = address.origin === location.origin && address.pathname.startsWith('/v1/')
    const body = method === 'POST' || method === 'PATCH' ? String(form.get('body')).trim() : ''
    return { method, address, isOurs, body }
  }

  /** @param {Event} event */
  #send = async (event) => {
    event.preventDefault()
    event.stopPropagation()
    const form = /** @type {HTMLFormElement} */ (event.target)
    const { method, address, isOurs, body } = this.#request(new FormData(form))
    const credential = this.#credential()
    if (!isOurs) return this.#tell('pathFault')
    if (body !== '' && !parse(body)) return this.#tell('bodyFault')
    if (!credential) return this.#tell('keyFault')
    this.#tell(undefined)
    const button = /** @type {HTMLButtonElement} */ (this.#part('button[type=submit]'))
    button.disabled = true
    try {
      await this.#show(address, { method, body, credential })
    } catch {
      this.#tell('offline')
    } finally {
      button.disabled = false
    }
  }

  /**
   * @param {URL} address
   * @param {{ method: string, body: string, credential: string }} call
   */
  async #show(address, { method, body, credential }) {
    const startedAt = performance.now()
    const response = await fetch(address, {
      method,
      headers: {
        Accept: 'application/json, application/problem+json',
        Authorization: `Bearer ${credential}`,
        ...(method === 'GET' ? {} : { 'Idempotency-Key': `try-${Date.now()}-${Math.random().toString(36).slice(2)}` }),
        ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === '' ? {} : { body }),
      credentials: 'omit',
      cache: 'no-store',
    })
    const text = await response.text()
    const milliseconds = Math.round(performance.now() - startedAt)
    this.#part('[data-answer]').hidden = false
    this.#part('[data-status]').textContent = `${response.status} ${response.statusText}`
    this.#part('[data-time]').textContent = `${milliseconds} ms`
    this.#part('[data-content]').textContent = text === '' ? '' : pretty(text)
    this.#part('[data-headers]').textContent = [...response.headers]
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n')
  }
}

customElements.define('try-request', TryRequest)
