// <theme-choice><select> with the values "", "light", "dark"</theme-choice>: the page's colour scheme. "" follows the
// system. Stored for the next visit where the browser allows it in a frame.

const KEY = 'theme'

/** Storage may be blocked in frames: then the choice lasts as long as the page. */
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
