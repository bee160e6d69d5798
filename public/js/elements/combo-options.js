// The list of a combo-box: which options fit what was typed, and how one is drawn.

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
