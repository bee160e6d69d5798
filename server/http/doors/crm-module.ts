// The door of calls by the CRM's own workflow builder. The platform does not sign them, so a long secret that we set as
// a header of each module is the proof. The body names the account; the handlers check it.

import { createHash, timingSafeEqual } from 'node:crypto'
import { AppError } from '../../errors.ts'
import type { Door } from './doors.ts'

export const MODULE_SECRET_HEADER = 'x-connect-secret'

export type CrmModuleDeps = {
  /** Several during rotation. With none the door stays closed. */
  secrets: readonly string[]
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Throws `unauthenticated`. Compares with all secrets in constant time. */
export const createCrmModuleDoor = ({ secrets }: CrmModuleDeps): Door<'crm-module'> => {
  const hashes = secrets.map(hashOf)
  return (request) => {
    const given = hashOf(request.get(MODULE_SECRET_HEADER) ?? '')
    let isOpen = false
    for (const hash of hashes) isOpen = timingSafeEqual(hash, given) || isOpen
    if (!isOpen) {
      throw new AppError('unauthenticated', {
        detail: 'This address is for workflows of the CRM, with the secret of the app.',
      })
    }
  }
}
