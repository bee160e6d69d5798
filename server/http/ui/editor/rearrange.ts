// Adds, removes and moves rows of a form. Works on the sent fields before they are read. Pure.

import { rowsAt, type Sent, textAt } from './sent.ts'

/** The field `do` contains a verb and the name of the list or row. */
const VERBS = ['row', 'pair', 'change', 'rule', 'group', 'way', 'drop', 'up', 'down'] as const
type Verb = (typeof VERBS)[number]

const nextAt = (sent: Sent, name: string): string => {
  const last = rowsAt(sent, name).at(-1)
  return `${name}.${last === undefined ? 0 : Number(last.slice(name.length + 1)) + 1}`
}

const rule = (at: string): Sent => ({ [`${at}.path`]: '', [`${at}.operator`]: 'is', [`${at}.value`]: '' })

const added = (verb: Verb, sent: Sent, name: string): Sent => {
  switch (verb) {
    case 'row':
      return { [`${nextAt(sent, `${name}.r`)}.kind`]: '' }
    case 'pair':
      return { [`${nextAt(sent, name)}.key`]: '' }
    case 'change':
      return { [`${nextAt(sent, `${name}.t`)}.use`]: '' }
    case 'rule':
      return rule(nextAt(sent, name))
    case 'group': {
      const row = nextAt(sent, name)
      return { [`${row}.join`]: 'any', ...rule(`${row}.0`) }
    }
    case 'way': {
      const row = nextAt(sent, name)
      const label = textAt(sent, 'newLabel')
      return {
        [`${row}.label`]: label,
        [`${row}.values`]: label,
        [`${row}.when.join`]: 'all',
        ...rule(`${row}.when.0`),
      }
    }
    default:
      return {}
  }
}

const isBelow = (key: string, name: string): boolean => key === name || key.startsWith(`${name}.`)

const swapped = (sent: Sent, row: string, by: 1 | -1): Sent => {
  const list = row.slice(0, row.lastIndexOf('.'))
  const rows = rowsAt(sent, list)
  const other = rows[rows.indexOf(row) + by]
  if (other === undefined) return sent
  const renamed = (key: string): string => {
    if (isBelow(key, row)) return other + key.slice(row.length)
    return isBelow(key, other) ? row + key.slice(other.length) : key
  }
  return Object.fromEntries(Object.entries(sent).map(([key, value]) => [renamed(key), value]))
}

/** The sent fields after the action of the pressed button; unchanged when no button was pressed. */
export const rearranged = (sent: Sent): Sent => {
  const [word, name = ''] = textAt(sent, 'do').split(' ')
  const verb = VERBS.find((one) => one === word)
  const { do: _pressed, ...form } = sent
  if (!verb || name === '') return form
  if (verb === 'up' || verb === 'down') return swapped(form, name, verb === 'up' ? -1 : 1)
  if (verb === 'drop') return Object.fromEntries(Object.entries(form).filter(([key]) => !isBelow(key, name)))
  return { ...form, ...added(verb, form, name) }
}
