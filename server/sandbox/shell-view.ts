// What the sandbox page shows: read from the two simulations, changed nowhere. Knows no HTTP.

import type { Company, Contact, Location, User } from './crm/rows.ts'
import type { ShellDeps } from './shell.ts'
import { clockShown } from './shell-clock.ts'
import { invoicesOf } from './shell-invoices.ts'
import { ordersOf } from './shell-orders.ts'

/** Where the page is open: in an account, or (without location) in the company's own view. */
export type Place = { company: Company; location: Location | undefined; role: 'admin' | 'user' }

const LISTED = 30

type Deps = Pick<ShellDeps, 'crm' | 'rankr' | 'clock' | 'appUrl' | 'app'> & { opened: ReadonlySet<string> }

const nameOf = ({ firstName, lastName, email, phone }: Contact): string =>
  [firstName, lastName].filter(Boolean).join(' ') || email || phone || 'Without a name'

/** Makes the function that gathers everything the shell's views need. */
export const createShellView = ({ crm, rankr, clock, appUrl, app, opened }: Deps) => {
  const { state, control } = crm

  /** Fields that a mapping may have filled in, by the names that people know. */
  const moreOf = ({ country, customFields }: Contact) => [
    ...(country ? [{ name: 'Country', value: country }] : []),
    ...customFields.flatMap(({ id, value }) => {
      const field = state.customFields.get(id)
      return field ? [{ name: field.name, value: String(value) }] : []
    }),
  ]

  const contactsOf = (locationId: string) =>
    state.contacts
      .by('location', locationId)
      .map((contact) => ({
        ...contact,
        name: nameOf(contact),
        notes: state.notes.by('contact', contact.id).map(({ body, title }) => ({ body, title })),
        more: moreOf(contact),
      }))
      .sort((a, b) => b.dateUpdated.localeCompare(a.dateUpdated) || a.name.localeCompare(b.name))

  /** The person of the place: the owner in the company's view, else an administrator or a user of the account. */
  const personOf = ({ company, location, role }: Place): User => {
    const people = state.users.by('company', company.id)
    const fits = location
      ? people.find((user) => user.type === 'account' && user.role === role)
      : people.find((user) => user.isOwner)
    return fits ?? people[0]!
  }

  /** `open`: what the person has open in the CRM; it is chosen beforehand. */
  const installUrl = ({ company, location }: Place): string => {
    const url = new URL(`${appUrl}/sandbox/crm/v2/oauth/chooselocation`)
    url.searchParams.set('response_type', 'code')
    url.searchParams.set('client_id', app.clientId)
    url.searchParams.set('redirect_uri', app.redirectUri)
    url.searchParams.set('scope', app.scopes.join(' '))
    url.searchParams.set('open', location ? `location:${location.id}` : `company:${company.id}`)
    return url.href
  }

  const stepsOf = (place: Place, isInstalled: boolean, contacts: Contact[]) => {
    const hasArrived = contacts.some(({ source }) => source !== 'import')
    const isConnected = rankr.workspace.connections.length > 0
    const steps = [
      { title: 'Install the app', isDone: isInstalled },
      { title: 'Open its settings', isDone: isInstalled && (opened.has(place.location?.id ?? '') || isConnected) },
      { title: 'Connect Rankr', isDone: isInstalled && isConnected },
      { title: 'Switch on customers', isDone: hasArrived },
      { title: 'Send a customer', isDone: hasArrived },
    ]
    return { steps, nextStep: steps.findIndex(({ isDone }) => !isDone) }
  }

  const ordersShown = (locationId: string | undefined) => {
    const { hasObject, rows } = locationId ? ordersOf(crm, locationId) : { hasObject: false, rows: [] }
    return { hasObject, rows: rows.slice(0, LISTED) }
  }

  return (place: Place) => {
    const { company, location, role } = place
    const contacts = location ? contactsOf(location.id) : []
    const isInstalled = location
      ? state.installations.count('location', location.id) > 0
      : state.installations.by('company', company.id).some(({ locationId }) => !locationId)
    const account = location?.id ?? 'company'
    return {
      ...place,
      account,
      person: personOf(place),
      locations: [...state.locations.all()],
      isInstalled,
      /** Names what the stage shows, so that the page can tell whether it changed. */
      stage: isInstalled ? `open-${account}-${role}` : `empty-${account}`,
      frameUrl: `${appUrl}/settings${location ? `?location=${encodeURIComponent(location.id)}` : ''}`,
      frameOrigin: new URL(appUrl).origin,
      installUrl: installUrl(place),
      appInstallUrl: `${appUrl}/install`,
      contacts: contacts.slice(0, LISTED),
      contactCount: contacts.length,
      orders: ordersShown(location?.id),
      invoices: location ? invoicesOf(crm, location.id).slice(0, LISTED) : [],
      ...stepsOf(place, isInstalled, contacts),
      deliveries: control.deliveries().reverse().slice(0, LISTED),
      calls: control.calls().reverse().slice(0, LISTED),
      faults: control.faults(),
      clock: clockShown(clock),
    }
  }
}
