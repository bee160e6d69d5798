// Forms, and what people sent through them.
import { limit, locationId, page, skip } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const formId = {
  key: 'formId',
  label: 'Form',
  type: 'select',
  in: 'query',
  choices: { from: 'crm.forms.list', itemsAt: 'forms', value: 'id', label: 'name' },
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

export const formActions: ActionEntry[] = [
  {
    id: 'crm.forms.list',
    label: 'List forms',
    description: 'Reads all forms of the account.',
    resource: 'forms',
    system: 'crm',
    scope: ['forms.readonly'],
    method: 'GET',
    path: '/forms/',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      { ...limit, in: 'query' },
      { ...skip, in: 'query' },
    ],
    sample: {
      input: { limit: 20 },
      output: {
        forms: [{ id: 'fM3xK8wTz5LqR7nY2bVd', name: 'Sign up', locationId: 'h4Rk9mT2xQeW7vLp3ZsA' }],
        total: 1,
      },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'forms',
      totalAt: 'total',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 50, skipKey: 'skip' },
    },
  },
  {
    id: 'crm.forms.list-submissions',
    label: 'List form entries',
    description: 'Reads what people sent through forms.',
    resource: 'forms',
    system: 'crm',
    scope: ['forms.readonly'],
    method: 'GET',
    path: '/forms/submissions',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      formId,
      text,
      ...period,
      { ...page, in: 'query' },
      { ...limit, in: 'query' },
    ],
    sample: {
      input: { formId: 'fM3xK8wTz5LqR7nY2bVd', limit: 20 },
      output: { submissions: [{ ...sampleSubmission, formId: 'fM3xK8wTz5LqR7nY2bVd' }], meta },
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
