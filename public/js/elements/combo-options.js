// The parts of a combo-box: its field and list, which options fit what was typed, and how one is drawn.

const SHOWN_AT_MOST = 60

/** @param {string} text */
const withoutCaseAndAccents = (text) =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()

/** @param {HTMLOptionElement} option */
const groupOf = ({ parentElement }) => (parentElement instanceof HTMLOptGroupElement ? parentElement.label : '')

/**
 * Options that hold every typed word, in their name or their group's.
 * @param {HTMLSelectElement} select
 * @param {string} typed
 */
export const findOptions = (select, typed) => {
  const words = withoutCaseAndAccents(typed).split(/\s+/)
  return [...select.options]
    .filter((option) => {
      const name = withoutCaseAndAccents(`${option.text} ${groupOf(option)}`)
      return !option.disabled && words.every((word) => name.includes(word))
    })
    .slice(0, SHOWN_AT_MOST)
}

/**
 * @param {HTMLOptionElement} option
 * @param {string} listId
 * @returns {HTMLLIElement} knows its option by `data-index`
 */
export const drawOption = (option, listId) => {
  const row = document.createElement('li')
  Object.assign(row, { id: `${listId}-${option.index}`, role: 'option', ariaSelected: 'false' })
  row.dataset.index = String(option.index)
  if (option.selected) row.dataset.chosen = ''
  const group = document.createElement('small')
  group.textContent = groupOf(option)
  row.append(option.text, ' ', group)
  return row
}

/**
 * Gives the field and the list what the select had: label, description, state.
 * @param {{ select: HTMLSelectElement, input: HTMLInputElement, list: HTMLUListElement }} parts
 */
export const dressInput = ({ select, input, list }) => {
  const [label] = select.labels
  Object.assign(list, { id: `${select.id}-list`, className: 'combo-list', role: 'listbox', hidden: true })
  list.ariaLabel = label?.textContent?.trim() ?? select.ariaLabel
  Object.assign(input, { id: `${select.id}-text`, type: 'text', className: 'input', autocomplete: 'off' })
  Object.assign(input, { role: 'combobox', ariaExpanded: 'false', ariaAutoComplete: 'list' })
  Object.assign(input, { ariaInvalid: select.ariaInvalid, disabled: select.disabled })
  input.setAttribute('aria-controls', list.id)
  const description = select.getAttribute('aria-describedby')
  if (description) input.setAttribute('aria-describedby', description)
  if (label) label.htmlFor = input.id
  else input.ariaLabel = select.ariaLabel
}
