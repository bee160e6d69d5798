// What all screens share: who may look, and the row of a screen. A company's session sees its list of accounts wherever
// it goes, since the other screens are about one account.

import { AppError } from '../../errors.ts'
import type { Installation } from '../../store/installations.ts'
import type { Session } from '../doors/session.ts'
import type { Reply } from '../reply.ts'
import { type Call, defineRoute, type InputSchemas, type Route } from '../route.ts'
import type { InstallationReader } from './deps.ts'

/** The installation behind a session. Throws `not_installed` when it went away since. */
export const installationOf = async (
  { locationId }: Session,
  installations: Pick<InstallationReader, 'find'>,
): Promise<Installation> => {
  const installation = await installations.find(locationId)
  if (!installation || installation.status === 'uninstalled') throw new AppError('not_installed')
  return installation
}

/** Data every screen's view gets besides its own. */
export const screenData = ({ role }: Session) => ({ isAdmin: role === 'admin' })

export type ScreenRow<Input extends InputSchemas> = {
  path: string
  input?: Input
  handler(call: Call<'session', Input>): Promise<Reply>
}

/** Makes `GET` rows of screens; company sessions get what `ofCompany` answers. */
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

/** A `POST` row that changes something of one account: administrators only, never with a company's session. */
export const defineChange = changeBy(demandAccount)

/** A `POST` row that changes something of a company's accounts: its administrators only. */
export const defineCompanyChange = changeBy(demandCompany)

/** The company behind a session of a whole company. */
export const companyIdOf = ({ companyId, locationId }: Session): string => companyId ?? locationId

/** A `GET` row of a screen about a company's accounts: with a company's session only. */
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
