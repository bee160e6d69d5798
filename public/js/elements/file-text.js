// <file-text><textarea> … <input type="file"></file-text>: reads the chosen file into the text field, so that people
// see what will be sent. The file itself is not sent.

class FileText extends HTMLElement {
  connectedCallback() {
    this.addEventListener('change', this.#read)
  }

  disconnectedCallback() {
    this.removeEventListener('change', this.#read)
  }

  /** @param {Event} event */
  #read = async (event) => {
    const { target } = event
    if (!(target instanceof HTMLInputElement) || target.type !== 'file') return
    const [file] = target.files ?? []
    const text = this.querySelector('textarea')
    if (!file || !text) return
    text.value = (await file.text()).trim()
    text.focus()
  }
}

customElements.define('file-text', FileText)
