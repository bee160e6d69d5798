// Dot paths into JSON values: `contact.id`, `pipelines.stages`.

/**
 * The value at a dot path, or undefined. A list on the way is walked element by element and gives the list of what was
 * found, flattened: `pipelines.stages` of two pipelines is all their stages. A number as a step picks one element.
 */
export const readPath = (value: unknown, path: string): unknown => {
  let found: unknown = value
  for (const step of path.split('.')) {
    if (Array.isArray(found) && !/^\d+$/.test(step)) {
      found = found.flatMap((item) => readPath(item, step) ?? [])
    } else if (found !== null && typeof found === 'object' && Object.hasOwn(found, step)) {
      found = (found as Record<string, unknown>)[step]
    } else {
      return undefined
    }
  }
  return found
}

/** The first of several paths that has a value, as text; undefined when none has. */
export const firstText = (value: unknown, paths: readonly string[]): string | undefined => {
  for (const path of paths) {
    const found = readPath(value, path)
    if (typeof found === 'string' && found !== '') return found
    if (typeof found === 'number') return String(found)
  }
  return undefined
}
