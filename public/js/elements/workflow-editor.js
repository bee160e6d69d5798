// <workflow-editor id data-revision data-base data-selected [data-editable]>: the workflow tree by keyboard and
// dragging. Every change is a POST that the buttons also make; the server renders everything, and htmx morphs it into
// place.

import { connectDrag } from './flow-drag.js'
import { connectFolds } from './flow-folds.js'
import { connectKeys } from './flow-keys.js'
import './flow-morph.js'

/** Loaded by its own script tag before this one. */
const { htmx } = /** @type {{ htmx: typeof import('htmx.org').default }} */ (/** @type {unknown} */ (window))

/** The workflow tree: keyboard, dragging, and the requests of its changes. */
export class WorkflowEditor extends HTMLElement {
  #ends = new AbortController()
  /** @type {string | undefined} */
  #panelId

  connectedCallback() {
    this.#ends = new AbortController()
    const { signal } = this.#ends
    connectKeys(this, signal)
    connectDrag(this, signal)
    connectFolds(this, signal)
    this.addEventListener('click', this.#click, { signal })
    this.addEventListener('htmx:before:request', this.#sayWhatIsHere, { signal })
    this.addEventListener('htmx:before:process', this.#processParts, { signal })
    this.addEventListener('input', ({ target }) => this.#forgetPanel(target), { signal })
    document.addEventListener('htmx:before:swap', this.#refreshPanel, { signal })
    document.addEventListener('htmx:after:swap', this.#swapped, { signal })
    document.addEventListener('click', ({ target }) => this.#closeMenus(target), { signal })
    this.#panelId = this.#panel?.firstElementChild?.id
    this.#reveal()
  }

  disconnectedCallback() {
    this.#ends.abort()
  }

  get isEditable() {
    return this.hasAttribute('data-editable')
  }

  /** Everything visible that pointer or arrow keys can reach, top to bottom. */
  get cards() {
    const all = /** @type {HTMLElement[]} */ ([...this.querySelectorAll('.flow-card')])
    return all.filter((card) => card.checkVisibility())
  }

  get current() {
    return /** @type {HTMLElement | null} */ (this.querySelector('.flow-card[aria-current]'))
  }

  /**
   * Sends a change, after those that are under way.
   * @param {string} path below the editor's address
   * @param {Record<string, string>} values
   */
  post(path, values) {
    if (!this.isEditable) return
    // Unsaved text would be lost with the panel.
    const unsaved = /** @type {import('./auto-save.js').AutoSave | null} */ (
      this.querySelector('auto-save[data-unsaved]')
    )
    if (unsaved) {
      unsaved.save()
      return
    }
    const { base, selected = '' } = this.dataset
    this.#ask('POST', `${base}/${path}`, { revision: '', selected, ...values })
  }

  /**
   * @param {string} method
   * @param {string} address
   * @param {Record<string, string>} values
   */
  #ask(method, address, values) {
    void htmx.ajax(method, address, { source: this, target: '#screen', swap: 'innerMorph', values })
  }

  /** @param {string} steps ids of those whose branches are folded */
  tellFolded(steps) {
    const { base } = this.dataset
    void htmx.ajax('POST', `${base}/folded`, { source: this, target: '#screen', swap: 'none', values: { steps } })
  }

  #askForAll() {
    const { base = '', selected } = this.dataset
    this.dataset.drawn = ''
    this.#ask('GET', selected ? `${base}?selected=${selected}` : base, {})
  }

  /**
   * In the tree only the forms are htmx's: it would ask of each link whether it is one of its own.
   * @param {Event} event
   */
  #processParts = (event) => {
    if (event.target !== this) return
    event.preventDefault()
    for (const part of this.querySelectorAll(':scope > :not(.editor-body), .flow-root form, #step-panel'))
      htmx.process(part)
  }

  /**
   * The revision as late as this: a change waits until the one before it is answered. Forms leave it empty, so that a panel
   * stays the same from one revision to the next.
   * @param {Event} event
   */
  #sayWhatIsHere = (event) => {
    const { body, headers } = /** @type {CustomEvent} */ (event).detail.ctx.request
    headers['Editor-Drawn'] = this.dataset.drawn ?? ''
    if (body instanceof URLSearchParams && body.has('revision')) body.set('revision', this.dataset.revision ?? '')
  }

  /**
   * A panel that is not as it was drawn any more is sent with the next answer.
   * @param {EventTarget | null} changed
   */
  #forgetPanel(changed) {
    if (!(changed instanceof Node && this.#panel?.contains(changed))) return
    const drawn = new URLSearchParams(this.dataset.drawn)
    drawn.delete('panel')
    this.dataset.drawn = drawn.toString()
  }

  /**
   * What was typed into the panel stays while the panel itself is answered. After anything else (a change taken back,
   * another step) a panel that is sent has new fields: one that was touched no longer follows what the server says.
   * @param {Event} event
   */
  #refreshPanel = (event) => {
    const { ctx, tasks } = /** @type {CustomEvent} */ (event).detail
    if (ctx.target?.id !== 'screen' || !this.#panel || this.#panel.contains(ctx.sourceElement)) return
    if (tasks[0]?.fragment.querySelector('#step-panel > [data-same]')) return
    this.#panel.firstElementChild?.setAttribute('id', 'panel-before')
  }

  get #panel() {
    return this.querySelector('#step-panel')
  }

  /** @param {Event} event */
  #swapped = (event) => {
    const { target, sourceElement, response } = /** @type {CustomEvent} */ (event).detail.ctx
    if (target?.id !== 'screen') {
      this.#forgetPanel(target)
      return
    }
    // A referenced part is missing from the page: requests everything.
    if (this.querySelector('[data-same]')) this.#askForAll()
    this.querySelector('#editor-refused')?.scrollIntoView({ block: 'nearest' })
    if (response?.status === 200) this.#closeMenus(sourceElement?.closest('.menu') ? null : sourceElement)
    const id = this.#panel?.firstElementChild?.id
    if (id !== this.#panelId) this.#panel?.scrollTo({ top: 0 })
    // Keeps the focus of somebody typing in the panel while they scroll the tree.
    if (id !== this.#panelId || !this.#panel?.contains(sourceElement)) this.#reveal()
    this.#panelId = id
  }

  /** @param {EventTarget | null} except a menu with this in it stays open */
  #closeMenus(except) {
    for (const menu of this.querySelectorAll('.menu[open]')) {
      if (!(except instanceof Node && menu.contains(except))) menu.removeAttribute('open')
    }
  }

  /** @param {MouseEvent} event */
  #click = (event) => {
    const pressed = event.target instanceof Element ? event.target : undefined
    const link = /** @type {HTMLAnchorElement | null | undefined} */ (pressed?.closest('.flow-root a[href]'))
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault()
      this.#ask('GET', link.pathname + link.search, {})
    }
    const fold = /** @type {HTMLElement | null | undefined} */ (pressed?.closest('[data-fold]'))
    if (fold) {
      for (const inside of this.querySelectorAll('.flow-inside'))
        inside.toggleAttribute('open', fold.dataset.fold === 'none')
    }
    if (pressed?.closest('[data-back]')) {
      event.preventDefault()
      this.focusStep()
    }
  }

  /** Goes to the selected step in the tree, or to the place for which a step is being chosen. */
  focusStep() {
    const place = /** @type {HTMLElement | null} */ (this.querySelector('.flow-add[aria-current]'))
    const chosen = place ?? this.current ?? this.cards[0]
    chosen?.focus()
    chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  /** Expands and scrolls to the selected step. */
  #reveal = () => {
    const card = this.current ?? this.cards[0]
    for (let inside = card?.closest('.flow-inside'); inside; inside = inside.parentElement?.closest('.flow-inside')) {
      inside.setAttribute('open', '')
    }
    const canvas = this.querySelector('.canvas')
    if (!card || !canvas) return
    const [here, frame] = [card.getBoundingClientRect(), canvas.getBoundingClientRect()]
    const isScrolled = canvas.scrollHeight > canvas.clientHeight || canvas.scrollWidth > canvas.clientWidth
    const isOut =
      here.top < frame.top || here.bottom > frame.bottom || here.left < frame.left || here.right > frame.right
    if (isScrolled && isOut) {
      canvas.scrollBy(
        here.left + here.width / 2 - frame.left - frame.width / 2,
        here.top - frame.top - frame.height / 3,
      )
    }
  }
}

customElements.define('workflow-editor', WorkflowEditor)
