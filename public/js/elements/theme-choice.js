// <theme-choice><select> with the values "", "light", "dark"</theme-choice>: the colours of this page. "" follows the
// system. Kept for the next visit where the browser lets a framed page keep anything.

const KEY = 'theme'

/** Frames may be refused storage altogether: then the choice lasts as long as the page. */
const storage = () => {
  try {
    return window.localStorage
  } catch {
    return undefined
  }
}

class ThemeChoice extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector('select')
    if (!select) return
    const root = document.documentElement
    const kept = storage()?.getItem(KEY)
    if (kept === 'light' || kept === 'dark') root.dataset.theme = kept
    select.value = root.dataset.theme ?? ''
    select.addEventListener('change', () => {
      if (select.value) root.dataset.theme = select.value
      else delete root.dataset.theme
      storage()?.setItem(KEY, select.value)
    })
  }
}

customElements.define('theme-choice', ThemeChoice)
