// The door of HighLevel's webhooks: a signature over the bytes as received. It proves "from HighLevel", not "for this
// app": webhooks/crm.ts still checks app and installation.

import { AppError } from '../../errors.ts'
import type { Door } from './doors.ts'

export type SignedCrmRequest = { rawBody: Buffer }

export type CrmSignatureDeps = {
  /** Whether `header` signs exactly `rawBody` under one of the accepted keys. False when there is no header. */
  verify: (signed: { rawBody: Buffer; header: string | undefined }) => boolean | Promise<boolean>
}

/** Throws `invalid_signature`. The retired RSA header (X-WH-Signature) is not accepted. */
export const createCrmSignatureDoor =
  ({ verify }: CrmSignatureDeps): Door<'crm-signature'> =>
  async (request, rawBody) => {
    if (!(await verify({ rawBody, header: request.get('x-ghl-signature') }))) {
      throw new AppError('invalid_signature', {
        detail: 'The request does not carry a valid signature of its body, so nothing was done.',
      })
    }
    return { rawBody }
  }
