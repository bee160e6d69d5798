// The token endpoints' answer as one shape for both dialects. Unknown fields are dropped.

import { z } from 'zod'

export type TokenAnswer = {
  accessToken: string
  /** Single use, lives one year. A minted location token may come without. */
  refreshToken: string | undefined
  /** Seconds. */
  expiresInSeconds: number
  scopes: string[]
  userType: 'Location' | 'Company'
  locationId: string | undefined
  companyId: string | undefined
  userId: string | undefined
  planId: string | undefined
  versionId: string | undefined
  isBulk: boolean
  installToFuture: boolean | undefined
}

/** Used without expires_in: shorter than any lifetime seen so far (86,399 s). */
const CAUTIOUS_SECONDS = 3_600

const text = z.string().min(1).max(20_000)
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value || undefined)
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined)
const seconds = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .nullish()
  .transform((value) => (value && value > 0 ? Math.min(value, 31_536_000) : undefined))

const answerSchema = z.object({
  access_token: text.optional(),
  accessToken: text.optional(),
  refresh_token: optionalText,
  refreshToken: optionalText,
  expires_in: seconds,
  expiresIn: seconds,
  scope: z.union([z.string(), z.array(z.string())]).nullish(),
  userType: z.enum(['Location', 'Company']).nullish().catch(undefined),
  locationId: optionalText,
  companyId: optionalText,
  userId: optionalText,
  planId: optionalText,
  versionId: optionalText,
  isBulkInstallation: flag,
  installToFutureLocations: flag,
})

/** Undefined when it is not a token answer: access token missing, or a field of the wrong type. */
export const parseTokenAnswer = (data: unknown): TokenAnswer | undefined => {
  const parsed = answerSchema.safeParse(data)
  if (!parsed.success) return undefined
  const answer = parsed.data
  const accessToken = answer.access_token ?? answer.accessToken
  if (!accessToken) return undefined
  const scopes = Array.isArray(answer.scope) ? answer.scope : (answer.scope ?? '').split(/[\s,]+/)
  return {
    accessToken,
    refreshToken: answer.refresh_token ?? answer.refreshToken,
    expiresInSeconds: answer.expires_in ?? answer.expiresIn ?? CAUTIOUS_SECONDS,
    scopes: [...new Set(scopes.filter(Boolean))].sort(),
    userType: answer.userType ?? (answer.locationId ? 'Location' : 'Company'),
    locationId: answer.locationId,
    companyId: answer.companyId,
    userId: answer.userId,
    planId: answer.planId,
    versionId: answer.versionId,
    isBulk: answer.isBulkInstallation ?? false,
    installToFuture: answer.installToFutureLocations,
  }
}
