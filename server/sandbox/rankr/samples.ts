// The sample workspace of the simulated Rankr: records as its users know them, with a few fields no schema names.
// Knows nothing of webhooks. E-mails lie under example.com and phones in the range kept free for fiction.

import type { Customer, Invoice, Issue, Order, Records, User } from './records.ts'

const customer = (
  number: number,
  [name, company, plan, tags, country]: [string, string, string, string[], string],
): Customer => ({
  id: `cus_${1000 + number}`,
  email: `${name
    .normalize('NFD')
    // The one letter of them that is no letter with a mark.
    .replaceAll('ı', 'i')
    .replace(/[^a-z ]/gi, '')
    .toLowerCase()
    .replace(' ', '.')}@example.com`,
  name,
  phone: `+1202555${String(100 + number).padStart(4, '0')}`,
  company,
  tags,
  plan,
  country,
  visibility_score: 38 + ((number * 17) % 60),
  created_at: `2026-0${1 + (number % 9)}-1${number % 10}T09:30:00.000Z`,
})

const PEOPLE: [string, string, string, string[], string][] = [
  ['Ana Diaz', 'Diaz Dental', 'Growth', ['newsletter'], 'US'],
  ['Ben Okafor', 'Okafor Roofing', 'Starter', [], 'US'],
  ['Chiara Rossi', 'Trattoria Rossi', 'Growth', ['referral', 'newsletter'], 'IT'],
  ['David Cohen', 'Cohen & Partners Law', 'Scale', ['vip'], 'US'],
  ['Elif Yılmaz', 'Bosphorus Travel', 'Starter', ['newsletter'], 'TR'],
  ['Fatima Noor', 'Noor Skin Clinic', 'Growth', ['vip', 'referral'], 'AE'],
  ['Grace Liu', 'Liu Accounting', 'Starter', [], 'US'],
  ['Hugo Bernard', 'Atelier Bernard', 'Scale', ['newsletter'], 'FR'],
  ['Isla McKay', 'Highland Outfitters', 'Growth', [], 'GB'],
  ['Jonas Weber', 'Weber Solar', 'Scale', ['vip', 'newsletter'], 'DE'],
  ['Kavya Sharma', 'Sharma Yoga', 'Starter', ['referral'], 'IN'],
  ['Liam Murphy', 'Murphy Plumbing', 'Growth', [], 'IE'],
]

export const PRODUCTS = [
  { sku: 'AUDIT-1', name: 'Site audit', price: 149 },
  { sku: 'LOCAL-3', name: 'Local listing, 3 months', price: 87 },
  { sku: 'CONTENT-5', name: 'Content pack, 5 pages', price: 420 },
]

const order = (number: number): Order => {
  const product = PRODUCTS[number % PRODUCTS.length]!
  const quantity = 1 + (number % 2)
  return {
    order_id: `ord_${5000 + number}`,
    customer_id: `cus_${1001 + number}`,
    total: product.price * quantity,
    currency: 'USD',
    status: 'open',
    line_items: [{ sku: product.sku, name: product.name, quantity, price: product.price }],
    created_at: `2026-10-0${1 + number}T14:05:00.000Z`,
  }
}

const invoice = (number: number): Invoice => ({
  invoice_id: `inv_${8000 + number}`,
  customer_id: `cus_${1001 + number}`,
  amount: [149, 174, 420, 298][number % 4]!,
  currency: 'USD',
  status: number % 2 === 0 ? 'draft' : 'sent',
  due_date: `2026-12-0${1 + number}`,
  line_items: [{ name: 'Monthly service', quantity: 1, price: [149, 174, 420, 298][number % 4]! }],
  created_at: `2026-11-0${1 + number}T08:00:00.000Z`,
})

const user = (number: number, [name, role]: [string, string]): User => ({
  user_id: `usr_${200 + number}`,
  email: `${name.toLowerCase().replace(' ', '.')}@example.com`,
  name,
  role,
  signed_up_at: `2026-10-2${number}T16:45:00.000Z`,
})

export const ISSUE_TITLES = [
  'Pages answer slowly',
  'Broken links on the price list',
  'Home page lost its title',
] as const

const issue = (number: number): Issue => ({
  issue_id: `iss_${300 + number}`,
  customer_id: `cus_${1001 + number}`,
  title: ISSUE_TITLES[number]!,
  severity: number === 0 ? 'high' : 'medium',
  status: 'open',
  detected_at: `2026-11-1${number}T06:00:00.000Z`,
})

/** A new copy of the sample workspace: 12 customers, 6 orders, 6 invoices, 4 users, 2 issues. */
export const sampleRecords = (): Records => ({
  customers: PEOPLE.map((person, index) => customer(index + 1, person)),
  orders: Array.from({ length: 6 }, (_, index) => order(index)),
  invoices: Array.from({ length: 6 }, (_, index) => invoice(index)),
  users: (
    [
      ['Mia Torres', 'owner'],
      ['Noah Kim', 'editor'],
      ['Olga Petrova', 'viewer'],
      ['Paul Novak', 'editor'],
    ] as [string, string][]
  ).map((person, index) => user(index + 1, person)),
  issues: [0, 1].map(issue),
})

const FIRST = ['Maya', 'Oscar', 'Nina', 'Theo', 'Zoe', 'Ravi', 'Lena', 'Marco', 'Aisha', 'Felix', 'Ingrid', 'Tomas']
const LAST = ['Abbott', 'Castillo', 'Dubois', 'Eriksen', 'Farah', 'Grant', 'Hansen', 'Ito', 'Jensen', 'Kowalski']
const TRADES = ['Bakery', 'Dental', 'Garage', 'Interiors', 'Landscaping', 'Legal', 'Optics', 'Studio']

/**
 * A customer nobody has seen before. `number` makes id, e-mail and phone unique; `random` answers 0 <= n < 1.
 */
export const randomCustomer = (options: { number: number; now: Date; random: () => number }): Customer => {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(options.random() * list.length)]!
  const first = pick(FIRST)
  const last = pick(LAST)
  return {
    id: `cus_${options.number}`,
    email: `${first}.${last}.${options.number}@example.com`.toLowerCase(),
    name: `${first} ${last}`,
    phone: `+1202${String(5_550_000 + (options.number % 10_000)).padStart(7, '0')}`,
    company: `${last} ${pick(TRADES)}`,
    tags: pick([[], ['newsletter'], ['vip'], ['referral', 'newsletter']]),
    plan: pick(['Starter', 'Growth', 'Scale']),
    country: pick(['US', 'GB', 'DE', 'IN']),
    visibility_score: Math.round(20 + options.random() * 75),
    created_at: options.now.toISOString(),
  }
}
