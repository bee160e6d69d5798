// Draws every page that a test of screens looks at in Spanish too, and finds what reads the same in both languages: a text that
// was written into a view, or made by the server and not looked up (server/texts/say.ts).

import type { Request } from 'express'
import type { Render } from '../../../server/http/reply.ts'

/** What is no text of ours: code, data as it came, what was typed. */
const NOT_READ =
  /<(script|style|code|pre|time|svg|textarea|output)\b[\s\S]*?<\/\1>|<(\w+)[^>]*\b(?:lang="en"|class="panel-sample")[\s\S]*?<\/\2>|<!--[\s\S]*?-->/g
const READ_ATTRIBUTE = /\s(?:aria-label|alt|title|placeholder|data-confirm(?:-title|-button)?)="([^"]*)"/g

const textsOf = (html: string): string[] => {
  const read = html.replaceAll(NOT_READ, '<i>')
  const attributes = [...read.matchAll(READ_ATTRIBUTE)].map(([, text]) => text!)
  return [...read.split(/<[^>]*>/), ...attributes].map((text) =>
    text
      .replaceAll(/\s+/g, ' ')
      .replace(/^ ?: /, '')
      .replace(/ · Rankr Connect$/, '')
      .trim(),
  )
}

/** Numbers, amounts, signs, keys, ids, addresses, and what tests give with signs in it that HTML has to escape. */
const NO_WORDS = [
  /^[^\p{L}]*$/u,
  /^[^ ]*[\d_.:/@][^ ]*$/,
  /^[\d.,]+ \p{L}{2,3}$/u,
  /^[\da-f.:/]+, [\da-f.:/]+$/,
  /^[\w-]{20,}$/,
  /&(?:lt|amp);/,
  // Names of fields as a program writes them.
  /^(?:[a-z]+(?:Id|Index)|X-\w+)$/,
  // Fields of a test's events, called as in the data, with what they hold.
  /^(?:Plan|Visits)(?:, (?:Plan|Visits)| \(\w+\))?$/,
  // Steps of the long workflow of a test.
  /^s[abcdnxy]+$/,
]

/** Names of products and of standards, and words that Spanish has as well. */
const ALIKE = new Set([
  ...['Rankr', 'Rankr Connect', 'Zendesk', 'Freshdesk', 'Zoom', 'Google', 'Google Meet', 'Microsoft Teams', 'Facebook'],
  ...[
    'Pinterest',
    'Visa',
    'Mastercard',
    'Cheque',
    'Instagram',
    'TikTok',
    'WhatsApp',
    'RCS',
    'Reel',
    'JSON',
    'GET',
    'EC P-256',
    'US',
    'USD',
    'HTTP',
    'SKU',
    'SMS',
  ],
  ...['No', 'Total', 'Normal', 'Digital', 'Real', 'Plan', 'Ticket', 'Tickets', 'Blog', 'Blogs', 'Webhook', 'Webhooks'],
])

/** What people, the CRM and Rankr have named in the tests, or said. */
const GIVEN = new Set([
  ...[
    'Call-back form',
    'company',
    'email',
    'paid',
    'Open',
    'Signed',
    'Harbor',
    'Harbor Dental',
    'Harbor South',
    'Bay',
    'Bay Fitness',
    'Cliff',
    'Maya',
    'Okafor',
    'Maya Okafor',
    'Okafor Studio',
  ],
  ...[
    'Shop',
    'Phone',
    'Server',
    'Other',
    'Desk',
    'Order desk',
    'Webhook: Order desk',
    'My Rankr',
    'Sample',
    'Sample workspace',
  ],
  ...[
    'North to south',
    'northwind',
    'sample-loc',
    'A copy',
    'Mine',
    'Second',
    'New branch',
    'Later › X',
    'Test',
    'Sales',
    'Won',
  ],
  ...[
    'a',
    'b',
    'c',
    'd',
    'B',
    'ads',
    'contact',
    'customer',
    'order',
    'trial',
    'number',
    'status',
    'total',
    'name',
    'start',
    'lead',
    'false',
    'growth',
    'GROWTH',
    'paying',
  ],
  ...[
    'plan',
    'plan, Plan',
    'visits',
    'Visits',
    'visits, Visits',
    'plan (growth)',
    'visits (7)',
    'id (cus_1)',
    'growth-plan',
  ],
  ...[
    'event.type (customer.updated)',
    'Contact marked deleted',
    'deleted in rankr',
    'Name of cus',
    'Rankr: m••••@example.com',
  ],
  ...[
    'Yes it is',
    'The phone number is not valid.',
    'email must be an email',
    'customer.created · customer',
    'Contact updated',
  ],
])

const mayStay = (text: string): boolean =>
  ALIKE.has(text) || GIVEN.has(text.replace(/[_:]?\d+$/, '')) || NO_WORDS.some((one) => one.test(text))

const speaksSpanish = (request: Request): boolean => request.get('accept-language')?.startsWith('es') ?? false

const inSpanish = (request: Request): Request =>
  Object.create(request, {
    get: { value: (name: string) => (name.toLowerCase() === 'accept-language' ? 'es' : request.get(name)) },
  }) as Request

/** `same`: every text that read the same in both languages so far and should not. */
export const createBothLanguages = (render: Render): { render: Render; same(): string[] } => {
  const same = new Set<string>()
  return {
    render: async (name, data, request) => {
      const shown = await render(name, data, request)
      if (speaksSpanish(request)) return shown
      const spanish = new Set(textsOf(await render(name, data, inSpanish(request))))
      for (const text of textsOf(shown)) if (spanish.has(text) && !mayStay(text)) same.add(text)
      return shown
    },
    same: () => [...same].sort(),
  }
}
