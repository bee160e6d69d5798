// The attributes of an error code (errors.ts).

/**
 * How a failure is to be treated by whoever may try again.
 * - `passing`: the same call may work later (429, 5xx, network).
 * - `person`: works again only after somebody acts (scope, reconnect); the mailbox pauses.
 * - `permanent`: will never work with this input.
 */
export type RetryClass = 'passing' | 'person' | 'permanent'

export type ErrorRow = { status: number; retry: RetryClass; title: string; detail: string }

/** Builds the attributes of one code. */
export const row = (status: number, retry: RetryClass, title: string, detail: string): ErrorRow => ({
  status,
  retry,
  title,
  detail,
})
