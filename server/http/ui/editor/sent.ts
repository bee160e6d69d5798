// What a form sends: texts by name, several where a name comes more than once. Names are paths: `input.email.kind`,
// `branches.0.label`. Pure.

export type Sent = Record<string, string | string[]>

/** Something typed that cannot be kept. `name`: of the field; `code`: in `workflows.panel.faults`. */
export type Fault = { name: string; code: FaultCode; detail?: string }

export type FaultCode =
  | 'number'
  | 'whole'
  | 'choice'
  | 'json'
  | 'pick'
  | 'path'
  | 'value'
  | 'transform'
  | 'name'
  | 'nameTaken'
  | 'title'
  | 'label'
  | 'values'
  | 'span'
  | 'workflow'
  | 'tooMuch'
  | 'unfit'

/** Browsers send line ends as two letters. */
const plain = (text: string): string => text.replaceAll('\r\n', '\n')

/** Nothing when it was not sent. */
export const textAt = (sent: Sent, name: string): string => {
  const found = Object.hasOwn(sent, name) ? sent[name]! : ''
  return plain(Array.isArray(found) ? (found.at(-1) ?? '') : found)
}

export const textsAt = (sent: Sent, name: string): string[] => {
  const found = Object.hasOwn(sent, name) ? sent[name]! : []
  return (Array.isArray(found) ? found : [found]).map(plain)
}

/** Names of the rows below a name, `branches.0`, `branches.1`, in the order of their numbers. */
export const rowsAt = (sent: Sent, name: string): string[] => {
  const numbers = new Set<number>()
  for (const key of Object.keys(sent)) {
    if (!key.startsWith(`${name}.`)) continue
    const [number] = key.slice(name.length + 1).split('.', 1)
    if (number && /^\d{1,4}$/.test(number)) numbers.add(Number(number))
  }
  return [...numbers].sort((a, b) => a - b).map((number) => `${name}.${number}`)
}

/** Lines with something in them. */
export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '')
