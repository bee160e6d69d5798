// Reads name, time zone and white-label domain of an installation from HighLevel. All optional: whatever is not granted
// or not answered stays as it is.

import { asAppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Installation, InstallationChange, Installations } from '../store/installations.ts'
import type { OAuth } from './oauth.ts'
import type { Tokens } from './tokens.ts'

export type Describe = ReturnType<typeof createDescribe>

type Deps = {
  installations: Pick<Installations, 'find' | 'update'>
  oauth: Pick<OAuth, 'location' | 'installerDetails'>
  tokens: Pick<Tokens, 'tokenFor'>
  log: Log
}

/** The updated row; `isComplete` is false when an answer is missing that may come later. */
export type Described = { installation: Installation | undefined; isComplete: boolean }

export const createDescribe =
  ({ installations, oauth, tokens, log }: Deps) =>
  async (tenantId: string): Promise<Described> => {
    const row = await installations.find(tenantId)
    if (row?.status !== 'active') return { installation: row, isComplete: true }
    let isComplete = true
    const found: InstallationChange = {}

    const ask = async (
      scope: string,
      question: (accessToken: string) => Promise<InstallationChange>,
    ): Promise<void> => {
      if (!row.scopes.includes(scope)) return
      try {
        Object.assign(found, await question((await tokens.tokenFor(tenantId)).accessToken))
      } catch (error) {
        if (asAppError(error).retry === 'passing') isComplete = false
        log.warn({ err: error, tenantId }, 'details of an installation are missing')
      }
    }

    await ask('marketplace-installer-details.readonly', async (token) => {
      const { companyName, companyId, whiteLabelDomain } = await oauth.installerDetails(token)
      return {
        ...(row.kind === 'company' && companyName ? { name: companyName } : {}),
        ...(companyId && !row.companyId ? { companyId } : {}),
        ...(whiteLabelDomain ? { whiteLabelDomain } : {}),
      }
    })
    if (row.kind === 'location') {
      await ask('locations.readonly', async (token) => {
        const { name, timeZone, companyId } = await oauth.location(token, tenantId)
        return {
          ...(name ? { name } : {}),
          ...(timeZone ? { timeZone } : {}),
          ...(companyId && !row.companyId ? { companyId } : {}),
        }
      })
    }
    if (Object.keys(found).length === 0) return { installation: row, isComplete }
    await installations.update(tenantId, found)
    return { installation: await installations.find(tenantId), isComplete }
  }
