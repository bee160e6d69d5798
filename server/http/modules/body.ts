// Parses and checks calls of the CRM's builder, which are not signed: the account must have the app and belong to the
// named company, and the module must match the address.

import { z } from 'zod'
import { AppError } from '../../errors.ts'

const id = z.string().min(1).max(128)
const optionalId = z.string().max(128).nullish()

export const params = z.object({ key: z.string().regex(/^[a-z][a-z_]{0,249}$/) })

export const meta = z.object({ key: id, version: z.string().max(20).nullish() })

/** When a step pauses its contact, `statusId` identifies the execution; all other members are returned unchanged. */
export const extras = z.looseObject({
  locationId: id,
  workflowId: optionalId,
  companyId: optionalId,
  contactId: optionalId,
  statusId: optionalId,
})

export type Extras = z.output<typeof extras>

export type AccountDeps = {
  installed: (locationId: string) => Promise<boolean>
  /** The company the account belongs to, when known. */
  companyOf: (locationId: string) => Promise<string | null | undefined>
}

/** Throws `not_found` when address and body name different modules, `not_installed` for an account without the app. */
export const checkCall = async (
  { installed, companyOf }: AccountDeps,
  { key, body }: { key: string; body: { meta: z.output<typeof meta>; extras: Extras } },
): Promise<void> => {
  if (body.meta.key !== key) throw new AppError('not_found')
  const { locationId, companyId } = body.extras
  if (!(await installed(locationId))) throw new AppError('not_installed')
  if (!companyId) return
  const known = await companyOf(locationId)
  if (known && known !== companyId) throw new AppError('not_installed')
}
