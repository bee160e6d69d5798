// The sample company: three locations, their people, and a few contacts each. Ids are fixed so that tests and pages
// can name them. E-mails lie under example.com and phones in the range kept free for fiction.

import { standardSchemas } from './objects.ts'
import type { Contact, CustomField, Location, User } from './rows.ts'
import type { Pipeline } from './sales-rows.ts'
import type { State } from './state.ts'

export const SEED = {
  companyId: 'AcmeGrowth0000000001',
  locations: {
    dental: 'BrightDental00000001',
    fitness: 'HarborFitness0000001',
    legal: 'NovaLegal00000000001',
  },
  users: {
    owner: 'OliviaOwner000000001',
    admin: 'AdamAdmin00000000001',
    user: 'UmaUser0000000000001',
  },
} as const

const { companyId } = SEED

const location = (
  id: string,
  [name, city, state, timezone, area]: [string, string, string, string, string],
): Location => ({
  id,
  companyId,
  name,
  email: `hello@${name.toLowerCase().replace(' ', '-')}.example.com`,
  phone: `+1${area}5550100`,
  address: '100 Main Street',
  city,
  state,
  country: 'US',
  postalCode: '00001',
  website: `https://${name.toLowerCase().replace(' ', '-')}.example.com`,
  timezone,
  settings: {
    allowDuplicateContact: false,
    allowDuplicateOpportunity: false,
    allowFacebookNameMerge: false,
    disableContactTimezone: false,
  },
  contactIdentifiers: ['email', 'phone'],
  isActive: true,
})

const LOCATIONS: Location[] = [
  location(SEED.locations.dental, ['Bright Dental', 'Austin', 'TX', 'America/Chicago', '512']),
  location(SEED.locations.fitness, ['Harbor Fitness', 'San Diego', 'CA', 'America/Los_Angeles', '619']),
  location(SEED.locations.legal, ['Nova Legal', 'Boston', 'MA', 'America/New_York', '617']),
]

const person = (
  id: string,
  [firstName, lastName]: [string, string],
  rest: Pick<User, 'type' | 'role' | 'isOwner' | 'locationIds'>,
): User => ({
  id,
  companyId,
  firstName,
  lastName,
  email: `${firstName}.${lastName}@example.com`.toLowerCase(),
  phone: '+12025550199',
  ...rest,
})

const EVERYWHERE = LOCATIONS.map(({ id }) => id)

const USERS: User[] = [
  person(SEED.users.owner, ['Olivia', 'Owner'], { type: 'agency', role: 'admin', isOwner: true, locationIds: [] }),
  person(SEED.users.admin, ['Adam', 'Admin'], {
    type: 'account',
    role: 'admin',
    isOwner: false,
    locationIds: EVERYWHERE,
  }),
  person(SEED.users.user, ['Uma', 'User'], {
    type: 'account',
    role: 'user',
    isOwner: false,
    locationIds: [SEED.locations.dental],
  }),
]

const PEOPLE: [string, [string, string][]][] = [
  [
    SEED.locations.dental,
    [
      ['Maya', 'Chen'],
      ['Luis', 'Ortega'],
      ['Priya', 'Nair'],
      ['Tom', 'Becker'],
    ],
  ],
  [
    SEED.locations.fitness,
    [
      ['Nina', 'Hart'],
      ['Omar', 'Said'],
      ['Kate', 'Lindqvist'],
    ],
  ],
  [
    SEED.locations.legal,
    [
      ['Sam', 'Price'],
      ['Aiko', 'Tanaka'],
      ['Bruno', 'Silva'],
      ['Dana', 'Wolf'],
      ['Eric', 'Moreau'],
    ],
  ],
]

const contactsOf = (at: string): Contact[] =>
  PEOPLE.flatMap(([locationId, people], place) =>
    people.map(
      ([firstName, lastName], index): Contact => ({
        id: `${firstName}${lastName}`.padEnd(19, '0').slice(0, 19) + place,
        locationId,
        firstName,
        lastName,
        email: `${firstName}.${lastName}@example.com`.toLowerCase(),
        phone: `+1202555${String(150 + place * 10 + index).padStart(4, '0')}`,
        country: 'US',
        source: 'import',
        dnd: false,
        tags: index === 0 ? ['customer', 'vip'] : index === 1 ? ['lead'] : ['customer'],
        customFields: [],
        followers: [],
        dateAdded: at,
        dateUpdated: at,
      }),
    ),
  )

const field = (locationId: string, place: number, [name, key, dataType]: [string, string, string]): CustomField => ({
  id: `Field${key.replaceAll('_', '')}`.padEnd(19, '0').slice(0, 19) + place,
  locationId,
  name,
  fieldKey: `contact.${key}`,
  dataType,
  model: 'contact',
  position: 0,
})

const FIELDS: [string, string, string][] = [
  ['Preferred time', 'preferred_time', 'TEXT'],
  ['Lifetime value', 'lifetime_value', 'MONETORY'],
  ['Birthday club', 'birthday_club', 'CHECKBOX'],
]

const PIPELINES: [string, string[]][] = [
  ['Sales', ['New lead', 'Contacted', 'Proposal', 'Closed']],
  ['Orders', ['Placed', 'Paid', 'Fulfilled']],
]

const pipeline = (locationId: string, place: number, [name, stages]: [string, string[]]): Pipeline => ({
  id: `Pipeline${name}`.padEnd(19, '0') + place,
  locationId,
  name,
  stages: stages.map((stage, position) => ({
    id: `Stage${name}${position}`.padEnd(19, '0') + place,
    name: stage,
    position,
  })),
})

/** Fills an empty state with the sample company. */
export const seedCompany = (state: State, at: Date): void => {
  const instant = at.toISOString()
  state.companies.put({ id: companyId, name: 'Acme Growth', email: 'team@acme-growth.example.com' })
  for (const row of LOCATIONS) state.locations.put(row)
  for (const row of USERS) state.users.put(row)
  for (const [place, { id }] of LOCATIONS.entries()) {
    for (const name of ['customer', 'lead', 'vip']) {
      state.tags.put({ id: `Tag${name}`.padEnd(19, '0') + place, locationId: id, name })
    }
    for (const each of FIELDS) state.customFields.put(field(id, place, each))
    for (const each of PIPELINES) state.pipelines.put(pipeline(id, place, each))
    for (const each of standardSchemas(id, instant)) state.objects.put(each)
    state.calendars.put({
      id: 'Calendar'.padEnd(19, '0') + place,
      locationId: id,
      name: 'First visit',
      description: 'Thirty minutes to get to know each other',
      isActive: true,
    })
    state.workflows.put({
      id: 'Workflow'.padEnd(19, '0') + place,
      locationId: id,
      name: 'Welcome new customers',
      status: 'published',
      version: 1,
      createdAt: instant,
      updatedAt: instant,
    })
  }
  for (const row of contactsOf(instant)) state.contacts.put(row)
}
