// What the CRM's builder sends, and the checks that stand in for the signature it does not make: the account has the app and
// belongs to the company that is named, and the module is the one that the address names.

import { z } from 'zod'
import { AppError } from '../../errors.ts'

const id = z.string().min(1).max(128)
const optionalId = z.string().max(128).nullish()

export const params = z.object({ key: z.string().regex(/^[a-z][a-z_]{0,249}$/) })

export const meta = z.object({ key: id, version: z.string().max(20).nullish() })

/** Of a step that pauses its contact, `statusId` names the very execution; whatever else is there is handed back with it. */
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
  /** The company that the account belongs to, as far as we know. */
  companyOf: (locationId: string) => Promise<string | null | undefined>
}

/** Throws `not_found` when address and body name different modules, `not_installed` for an account that is not ours. */
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
