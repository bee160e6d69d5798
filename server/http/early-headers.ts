// Headers known before the answer, such as the door's. On the fast path (fast-path.ts) they are collected in a list and
// written with the others: merging headers set one by one with a list costs a tenth of an API call.

import type { Response } from 'express'

/**
 * From now on, early headers of this response are collected in the returned list, after the fixed ones: alternating
 * names and values.
 */
export const collectEarlyHeaders = (response: Response, fixed: readonly string[]): string[] => {
  const collected = [...fixed]
  response.locals.earlyHeaders = collected
  return collected
}

/** Call once per name. */
export const sayEarly = (response: Response, name: string, value: string): void => {
  const collected = response.locals.earlyHeaders as string[] | undefined
  if (collected) collected.push(name, value)
  else response.setHeader(name, value)
}
