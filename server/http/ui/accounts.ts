// The accounts of a company, shown when the page is opened for the whole company: their health, and changes to many at
// once. Choosing one reopens the page for it; session.ts then checks that it belongs to the company.

import { z } from 'zod'
import { AppError, asAppError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { AccountHealth, AccountState, CompanyHealth } from '../../store/company-health.ts'
import type { Installation } from '../../store/installations.ts'
import type { CompanyService } from '../../workflows/company-service.ts'
import type { Template } from '../../workflows/templates/template.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { InstallationReader, Transaction } from './deps.ts'
import { companyIdOf, defineCompanyChange, defineCompanyScreen, screenData } from './screen.ts'

export type AccountsDeps = {
  installations: Pick<InstallationReader, 'locationsOf'>
  companyHealth: CompanyHealth
  companyService: CompanyService
  templates: readonly Template[]
  transaction: Transaction
  log: Pick<Log, 'warn'>
}

const PAGE = 50

/** Filters the list by status. */
const SHOWN = ['attention', 'unconnected'] as const satisfies AccountState[]

const listed = z.object({
  q: z.string().trim().max(100).catch(''),
  shown: z.enum(SHOWN).optional().catch(undefined),
  page: z.coerce.number().int().min(1).max(1_000).catch(1),
})

type Search = z.output<typeof listed>

const id = z.string().regex(/^[\w-]{1,64}$/)
/** One checkbox comes as text, several as a list. */
const chosen = z.preprocess((sent) => (typeof sent === 'string' ? [sent] : (sent ?? [])), z.array(id).max(PAGE))

const body = listed.extend({ accounts: chosen })

type Line = Pick<Installation, 'name' | 'status' | 'installedAt'> & {
  id: string
  health: AccountHealth | undefined
}

/** The result of a change: the number of accounts changed, those that failed, and those that still need options. */
type Outcome = {
  message?: 'switchedOn' | 'switchedOff' | 'copied'
  count?: number
  failed?: string[]
  toChoose?: string[]
  refused?: 'noneChosen' | 'noSource'
}

const nameOf = ({ name, tenantId }: Installation): string => name ?? tenantId

const createAccounts = (deps: AccountsDeps) => {
  const allOf = async (session: Session): Promise<Installation[]> => {
    const all = await deps.installations.locationsOf(companyIdOf(session))
    return all
      .filter(({ status }) => status !== 'uninstalled')
      .sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || (a.tenantId < b.tenantId ? -1 : 1))
  }

  const show = async (session: Session, { q, shown: kind, page }: Search, outcome: Outcome = {}): Promise<Reply> => {
    const all = await allOf(session)
    const wanted = q.toLocaleLowerCase()
    const inState = kind && (await deps.companyHealth.inState(companyIdOf(session), kind))
    const found = all.filter(
      (one) => nameOf(one).toLocaleLowerCase().includes(wanted) && (!inState || inState.has(one.tenantId)),
    )
    const shown = found.slice((page - 1) * PAGE, page * PAGE)
    const health = await deps.companyHealth.read(
      companyIdOf(session),
      shown.map(({ tenantId }) => tenantId),
    )
    const accounts = shown.map(
      ({ tenantId, name, status, installedAt }): Line => ({
        id: tenantId,
        name,
        status,
        installedAt,
        health: health.get(tenantId),
      }),
    )
    return view(
      'screens/accounts',
      {
        ...screenData(session),
        accounts,
        sources: all.map((one) => ({ value: one.tenantId, label: nameOf(one) })),
        templates: deps.templates.map((template) => template.id),
        total: all.length,
        found: found.length,
        search: { q, shown: kind, page },
        kinds: SHOWN,
        pages: Math.max(1, Math.ceil(found.length / PAGE)),
        ...outcome,
      },
      { status: outcome.refused ? 422 : 200 },
    )
  }

  return { allOf, show }
}

/** The reply for a company's session: its installed accounts, by name. */
export const createAccountsScreen = (deps: AccountsDeps) => {
  const { show } = createAccounts(deps)
  return (session: Session): Promise<Reply> => show(session, { q: '', shown: undefined, page: 1 })
}

/** Routes below `/settings/accounts`; for sessions of a whole company only. */
export const accountRoutes = (deps: AccountsDeps): Route[] => {
  const { companyService, templates, transaction, log } = deps
  const { allOf, show } = createAccounts(deps)

  /** Changes each account separately: one that fails leaves the others changed, and is listed by name. */
  const inEach = async (
    accounts: Installation[],
    work: (account: Installation) => Promise<void>,
  ): Promise<string[]> => {
    const failed: string[] = []
    for (const account of accounts) {
      try {
        await work(account)
      } catch (error) {
        log.warn({ err: asAppError(error), locationId: account.tenantId }, 'a change for many accounts failed in one')
        failed.push(nameOf(account))
      }
    }
    return failed
  }

  return [
    defineCompanyScreen({
      path: '/settings/accounts',
      input: { query: listed },
      handler: ({ caller, query }) => show(caller, query),
    }),

    defineCompanyChange({
      path: '/settings/accounts/switch',
      audit: 'sync.changed',
      input: {
        body: body.extend({ template: z.string().max(60), to: z.enum(['on', 'off']) }),
      },
      async handler({ caller, body: { accounts, template: wanted, to, ...search }, audit }) {
        const template = templates.find((one) => one.id === wanted)
        if (!template) throw new AppError('not_found')
        const own = (await allOf(caller)).filter(({ tenantId }) => accounts.includes(tenantId))
        if (own.length === 0) return await show(caller, search, { refused: 'noneChosen' })
        const failed = await inEach(own, ({ tenantId: locationId }) =>
          transaction(async (on) => {
            const change = { isEnabled: to === 'on', by: caller.userId, on }
            const isChanged = await companyService.switch(locationId, template, change)
            const details = { switched: to, isChanged, forCompany: true }
            await audit({ subjectType: 'sync', subjectId: wanted, locationId, details }, on)
          }),
        )
        const message = to === 'on' ? 'switchedOn' : 'switchedOff'
        return await show(caller, search, { message, count: own.length - failed.length, failed })
      },
    }),

    defineCompanyChange({
      path: '/settings/accounts/copy',
      audit: 'settings.copied',
      input: { body: body.extend({ from: id }) },
      async handler({ caller, body: { accounts, from, ...search }, audit }) {
        const all = await allOf(caller)
        const source = all.find(({ tenantId }) => tenantId === from)
        const others = all.filter(({ tenantId }) => accounts.includes(tenantId) && tenantId !== from)
        if (!source) return await show(caller, search, { refused: 'noSource' })
        if (others.length === 0) return await show(caller, search, { refused: 'noneChosen' })
        const toChoose: string[] = []
        const failed = await inEach(others, async (account) => {
          const { tenantId: locationId } = account
          const { kept } = await transaction(async (on) => {
            const copied = await companyService.copy(from, locationId, { by: caller.userId, on })
            await audit({ subjectType: 'settings', locationId, details: { from, ...copied } }, on)
            return copied
          })
          if (kept.length > 0) toChoose.push(nameOf(account))
        })
        const count = others.length - failed.length
        return await show(caller, search, { message: 'copied', count, failed, toChoose })
      },
    }),
  ]
}
