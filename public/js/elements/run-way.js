// <run-way>: the tree of a run inside a narrower canvas. Scrolls its end, or the chosen step, into view.

class RunWay extends HTMLElement {
  connectedCallback() {
    const canvas = this.closest('.canvas')
    const card = this.querySelector('[aria-current]') ?? [...this.querySelectorAll('.flow-card:not(.ran-none)')].at(-1)
    if (!canvas || !card) return
    const [here, frame] = [card.getBoundingClientRect(), canvas.getBoundingClientRect()]
    const isOut = here.left < frame.left || here.right > frame.right
    if (isOut) canvas.scrollBy(here.left + here.width / 2 - frame.left - frame.width / 2, 0)
  }
}

customElements.define('run-way', RunWay)
