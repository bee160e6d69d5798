// Parts of a combo-box: its field and list, filtering, and drawing an option.

const SHOWN_AT_MOST = 60

/** Height of the list, in CSS pixels. */
const MOST_HEIGHT = 288
const LEAST_ROOM = 180
const GAP = 4

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
  Object.assign(list, { id: `${id}-list`, className: 'combo-list', role: 'listbox', popover: 'manual' })
  Object.assign(input, { id, type: 'text', className: 'input', autocomplete: 'off', role: 'combobox' })
  Object.assign(input, { ariaLabel, ariaInvalid, disabled, ariaExpanded: 'false', ariaAutoComplete: 'list' })
  input.setAttribute('aria-controls', list.id)
  if (description) input.setAttribute('aria-describedby', description)
  select.id = `${id}-select`
}

/**
 * Right below the field as wide as it is, or above it where there is more room. The list lies in the top layer: no panel cuts it off.
 * @param {HTMLElement} list
 * @param {HTMLElement} input
 */
export const placeList = ({ style }, input) => {
  const { left, top, bottom, width } = input.getBoundingClientRect()
  const below = innerHeight - bottom
  const isAbove = below < LEAST_ROOM && top > below
  style.left = `${left}px`
  style.width = `${width}px`
  style.top = isAbove ? 'auto' : `${bottom + GAP}px`
  style.bottom = isAbove ? `${innerHeight - top + GAP}px` : 'auto'
  style.maxHeight = `${Math.min(MOST_HEIGHT, (isAbove ? top : below) - 2 * GAP)}px`
}
