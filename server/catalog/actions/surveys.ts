// Surveys, and what people answered.
import { limit, locationId, page, skip } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const surveyId = {
  key: 'surveyId',
  label: 'Survey',
  type: 'select',
  in: 'query',
  choices: { from: 'crm.surveys.list', itemsAt: 'surveys', value: 'id', label: 'name' },
} as const satisfies FieldEntry

const period = [
  { key: 'startAt', label: 'From', type: 'date', in: 'query' },
  { key: 'endAt', label: 'Until', type: 'date', in: 'query' },
] as const satisfies FieldEntry[]

const text = { key: 'query', name: 'q', label: 'Text', type: 'string', in: 'query' } as const satisfies FieldEntry

const sampleSubmission = {
  id: '38303ec7-629a-49e2-888a-cf8bf0b1f97e',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  createdAt: '2026-03-02T14:05:11.000Z',
  name: 'Maya Okafor',
  email: 'maya.okafor@example.com',
}

const meta = { total: 1, currentPage: 1, nextPage: null, prevPage: null }

export const surveyActions: ActionEntry[] = [
  {
    id: 'crm.surveys.list',
    label: 'List surveys',
    description: 'Reads all surveys of the account.',
    resource: 'surveys',
    system: 'crm',
    scope: ['surveys.readonly'],
    method: 'GET',
    path: '/surveys/',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      { ...limit, in: 'query' },
      { ...skip, in: 'query' },
    ],
    sample: {
      input: { limit: 20 },
      output: {
        surveys: [{ id: 'sV5bN9xKz2WqT7mL4rYc', name: 'How did it go?', locationId: 'h4Rk9mT2xQeW7vLp3ZsA' }],
        total: 1,
      },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'surveys',
      totalAt: 'total',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 50, skipKey: 'skip' },
    },
  },
  {
    id: 'crm.surveys.list-submissions',
    label: 'List survey answers',
    description: 'Reads what people answered in surveys.',
    resource: 'surveys',
    system: 'crm',
    scope: ['surveys.readonly'],
    method: 'GET',
    path: '/surveys/submissions',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      surveyId,
      text,
      ...period,
      { ...page, in: 'query' },
      { ...limit, in: 'query' },
    ],
    sample: {
      input: { surveyId: 'sV5bN9xKz2WqT7mL4rYc', limit: 20 },
      output: { submissions: [{ ...sampleSubmission, surveyId: 'sV5bN9xKz2WqT7mL4rYc' }], meta },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'submissions',
      totalAt: 'meta.total',
      paging: { style: 'page', in: 'query', sizeKey: 'limit', maxSize: 100, pageKey: 'page', firstPage: 1 },
    },
  },
]
