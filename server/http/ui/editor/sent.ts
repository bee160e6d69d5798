// The fields that a form sends: strings by name, or lists when a name occurs more than once. Names are paths:
// `input.email.kind`, `branches.0.label`. Pure.

/** The sent fields by name. */
export type Sent = Record<string, string | string[]>

/** Input that cannot be saved. `name`: the field; `code`: a key of `workflows.panel.faults`. */
export type Fault = { name: string; code: FaultCode; detail?: string }

/** Keys of `workflows.panel.faults`. */
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

/** Browsers send line breaks as two characters (CRLF). */
const plain = (text: string): string => text.replaceAll('\r\n', '\n')

/** The (last) value of a field; '' when it was not sent. */
export const textAt = (sent: Sent, name: string): string => {
  const found = Object.hasOwn(sent, name) ? sent[name]! : ''
  return plain(Array.isArray(found) ? (found.at(-1) ?? '') : found)
}

/** All values of a field; empty when it was not sent. */
export const textsAt = (sent: Sent, name: string): string[] => {
  const found = Object.hasOwn(sent, name) ? sent[name]! : []
  return (Array.isArray(found) ? found : [found]).map(plain)
}

/** Names of the rows below a name, e.g. `branches.0` and `branches.1`, in numeric order. */
export const rowsAt = (sent: Sent, name: string): string[] => {
  const numbers = new Set<number>()
  for (const key of Object.keys(sent)) {
    if (!key.startsWith(`${name}.`)) continue
    const [number] = key.slice(name.length + 1).split('.', 1)
    if (number && /^\d{1,4}$/.test(number)) numbers.add(Number(number))
  }
  return [...numbers].sort((a, b) => a - b).map((number) => `${name}.${number}`)
}

/** The lines that are not blank. */
export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '')
