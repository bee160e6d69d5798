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
 * Gives the field and the list what the select had: id (labels and error links lead to it), description, state.
 * @param {{ select: HTMLSelectElement, input: HTMLInputElement, list: HTMLUListElement }} parts
 */
export const dressInput = ({ select, input, list }) => {
  const { id, ariaLabel, ariaInvalid, disabled } = select
  const description = select.getAttribute('aria-describedby')
  list.ariaLabel = select.labels[0]?.textContent?.trim() ?? ariaLabel
  Object.assign(list, { id: `${id}-list`, className: 'combo-list', role: 'listbox', hidden: true })
  Object.assign(input, { id, type: 'text', className: 'input', autocomplete: 'off', role: 'combobox' })
  Object.assign(input, { ariaLabel, ariaInvalid, disabled, ariaExpanded: 'false', ariaAutoComplete: 'list' })
  input.setAttribute('aria-controls', list.id)
  if (description) input.setAttribute('aria-describedby', description)
  select.id = `${id}-select`
}
