// Shared by all screens: access, and the route of a screen. A company's session gets its list of accounts everywhere,
// since the other screens are about one account.

import { AppError } from '../../errors.ts'
import type { Installation } from '../../store/installations.ts'
import type { Session } from '../doors/session.ts'
import type { Reply } from '../reply.ts'
import { type Call, defineRoute, type InputSchemas, type Route } from '../route.ts'
import type { InstallationReader } from './deps.ts'

/** The session's installation. Throws `not_installed` when it ended meanwhile. */
export const installationOf = async (
  { locationId }: Session,
  installations: Pick<InstallationReader, 'find'>,
): Promise<Installation> => {
  const installation = await installations.find(locationId)
  if (!installation || installation.status === 'uninstalled') throw new AppError('not_installed')
  return installation
}

/** Data passed to every screen's view. */
export const screenData = ({ role }: Session) => ({ isAdmin: role === 'admin' })

export type ScreenRow<Input extends InputSchemas> = {
  path: string
  input?: Input
  handler(call: Call<'session', Input>): Promise<Reply>
}

/** Defines `GET` routes of screens; company sessions get `ofCompany`'s answer. */
export const createScreen =
  (ofCompany: (session: Session) => Promise<Reply>) =>
  <Input extends InputSchemas = Record<never, never>>({ path, input, handler }: ScreenRow<Input>): Route =>
    defineRoute<'session', Input>({
      method: 'GET',
      path,
      door: 'session',
      ...(input ? { input } : {}),
      audit: { none: 'reads only' },
      handler: (call) => (call.caller.scope === 'company' ? ofCompany(call.caller) : handler(call)),
    })

export type Screen = ReturnType<typeof createScreen>

export type ChangeRow<Input extends InputSchemas> = {
  path: string
  audit: string | { none: string }
  input?: Input
  bodyLimitBytes?: number
  handler(call: Call<'session', Input>): Promise<Reply>
}

const demandAccount = ({ scope }: Session): void => {
  if (scope === 'company') throw new AppError('forbidden')
}

const demandCompany = ({ scope }: Session): void => {
  if (scope !== 'company') throw new AppError('forbidden')
}

const changeBy =
  (demand: (session: Session) => void) =>
  <Input extends InputSchemas = Record<never, never>>({
    path,
    audit,
    input,
    bodyLimitBytes,
    handler,
  }: ChangeRow<Input>): Route =>
    defineRoute<'session', Input>({
      method: 'POST',
      path,
      door: 'session',
      role: 'admin',
      ...(input ? { input } : {}),
      ...(bodyLimitBytes ? { bodyLimitBytes } : {}),
      audit,
      async handler(call) {
        demand(call.caller)
        return await handler(call)
      },
    })

/** A `POST` route that changes one account: administrators only, no company sessions. */
export const defineChange = changeBy(demandAccount)

/** A `POST` route that changes a company's accounts: its administrators only. */
export const defineCompanyChange = changeBy(demandCompany)

/** The company of a company-wide session. */
export const companyIdOf = ({ companyId, locationId }: Session): string => companyId ?? locationId

/** A `GET` route about a company's accounts: company sessions only. */
export const defineCompanyScreen = <Input extends InputSchemas = Record<never, never>>({
  path,
  input,
  handler,
}: ScreenRow<Input>): Route =>
  defineRoute<'session', Input>({
    method: 'GET',
    path,
    door: 'session',
    ...(input ? { input } : {}),
    audit: { none: 'reads only' },
    async handler(call) {
      demandCompany(call.caller)
      return await handler(call)
    },
  })
