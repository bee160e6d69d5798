// What a person can do to the simulated CRM from the sandbox page: remove the app, suspend the account, make things fail.

import { z } from 'zod'
import type { ShellDeps } from './shell.ts'
import { actOnInvoice, INVOICE_ACTION } from './shell-invoices.ts'
import { makeOrderObject } from './shell-orders.ts'
import type { Place } from './shell-view.ts'

/** `at`: the element that shows it. */
export type ActionResult = { isDone: boolean; text: string; at?: string }

const ACTIONS = [
  'uninstall',
  'suspend',
  'activate',
  'expire-tokens',
  'forget-refresh',
  'fail-calls',
  'slow-down',
  'lose-answers',
  'refuse-call',
  'withdraw-permission',
  'clear-faults',
  'add-account',
  'retry-webhooks',
  'make-orders',
] as const

const form = z.object({ action: z.union([z.enum(ACTIONS), z.string().regex(INVOICE_ACTION)]) })

const done = (text: string): ActionResult => ({ isDone: true, text })

/** Makes `act(place, form)`; answers in a sentence what came of it. */
export const createShellActions = ({ crm }: Pick<ShellDeps, 'crm'>) => {
  const { control } = crm

  const run: Record<(typeof ACTIONS)[number], (place: Place) => ActionResult> = {
    uninstall: ({ company, location }) => {
      control.uninstall(location?.id ?? company.id)
      return done('Removed. The app was notified by webhook.')
    },
    suspend: ({ location }) => {
      if (!location) return { isDone: false, text: 'Choose an account first.' }
      control.suspendLocation(location.id)
      return done('The account is no longer active: its tokens are refused.')
    },
    activate: ({ location }) => {
      if (!location) return { isDone: false, text: 'Choose an account first.' }
      control.activateLocation(location.id)
      return done('The account is active again.')
    },
    'expire-tokens': ({ company, location }) => {
      control.expireTokens(location?.id ?? company.id)
      return done('Access tokens have expired. The next call must renew them.')
    },
    'forget-refresh': ({ company, location }) => {
      control.expireTokens(location?.id ?? company.id)
      control.forgetRefreshTokens(location?.id ?? company.id)
      return done('All tokens are dead. The next event shows that the account must be reconnected.')
    },
    'fail-calls': () => {
      control.failNext({ path: '/contacts/*', times: 3, kind: 'answer', status: 503 })
      return done('The next three contact calls are answered with 503.')
    },
    'slow-down': () => {
      control.failNext({ path: '/contacts/*', times: 3, kind: 'answer', status: 429 })
      return done('The next three contact calls are answered with 429.')
    },
    'lose-answers': () => {
      control.failNext({ path: '/contacts/*', times: 1, kind: 'lost' })
      return done('The next contact call is carried out, but its answer is lost on the way.')
    },
    'refuse-call': () => {
      const body = { statusCode: 422, error: 'Unprocessable Entity', message: ['email must be an email'] }
      control.failNext({ path: '/contacts/*', kind: 'answer', status: 422, body })
      return done('The next contact call is refused as having invalid data.')
    },
    'withdraw-permission': ({ company, location }) => {
      control.withdrawScopes(location?.id ?? company.id, ['contacts.write'])
      return done('The app may no longer change contacts, as when a new feature needs a permission nobody has granted.')
    },
    'clear-faults': () => {
      control.clearFaults()
      return done('Calls work again.')
    },
    'add-account': ({ company }) => {
      const { name } = control.addLocation({ name: 'Sunrise Bakery', companyId: company.id })
      return done(`${name} was added. Reload to choose it.`)
    },
    'make-orders': ({ location }) => done(makeOrderObject(crm, location?.id)),
    'retry-webhooks': () => {
      control.retryWebhooksNow()
      return done('Waiting webhooks are sent now.')
    },
  }

  return (place: Place, body: unknown): ActionResult => {
    const parsed = form.safeParse(body)
    if (!parsed.success) return { isDone: false, text: 'There is no such action.' }
    const [, action, id] = INVOICE_ACTION.exec(parsed.data.action) ?? []
    const part = action ? 'invoices' : parsed.data.action === 'make-orders' ? 'orders' : undefined
    const at = part ? { at: `${part}-result` } : {}
    try {
      if (action && id) return { ...done(actOnInvoice(crm, { action, id, locationId: place.location?.id })), ...at }
      return { ...run[parsed.data.action as (typeof ACTIONS)[number]](place), ...at }
    } catch (error) {
      return { isDone: false, text: error instanceof Error ? error.message : 'Something went wrong.', ...at }
    }
  }
}
