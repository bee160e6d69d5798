// E-mail templates.
import { limit, locationId, offset } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const templateId = {
  key: 'templateId',
  label: 'Template',
  type: 'select',
  in: 'path',
  required: true,
  choices: { from: 'crm.email-templates.list', itemsAt: 'items', value: 'id', label: 'name', search: 'search' },
} as const satisfies FieldEntry

const content = [
  { key: 'editorContent', label: 'Text', type: 'rich-text' },
  { key: 'subjectLine', label: 'Subject', type: 'string' },
  { key: 'previewText', label: 'Preview', type: 'string' },
  { key: 'fromName', label: 'Sender name', type: 'string', group: 'Sender' },
  { key: 'fromEmail', label: 'Sender e-mail', type: 'string', format: 'email', group: 'Sender' },
] as const satisfies FieldEntry[]

const editorType = {
  key: 'editorType',
  label: 'Kind',
  type: 'select',
  choices: [
    { value: 'html', label: 'With layout' },
    { value: 'text', label: 'Plain text' },
  ],
} as const satisfies FieldEntry

const sampleTemplate = {
  id: '66f6a1c8e4a5c60013d2e5a1',
  name: 'Welcome',
  editorType: 'html',
  isPlainText: false,
  fromName: 'Northwind Coaching',
  fromEmail: 'hello@northwind.example.com',
  previewText: 'Good to have you here',
  createdAt: '2026-03-02T16:00:00.000Z',
  updatedAt: '2026-03-02T16:00:00.000Z',
}

export const emailTemplateActions: ActionEntry[] = [
  {
    id: 'crm.email-templates.list',
    label: 'List e-mail templates',
    description: 'Finds e-mail templates by name.',
    resource: 'email-templates',
    system: 'crm',
    scope: ['emails/templates.readonly'],
    method: 'GET',
    path: '/emails/locations/{locationId}/templates',
    version: 'v3',
    input: [
      { ...locationId, in: 'path' },
      { key: 'search', label: 'Text', type: 'string', in: 'query' },
      { key: 'archived', label: 'Archived ones', type: 'toggle', in: 'query' },
      { ...limit, in: 'query' },
      { ...offset, in: 'query' },
    ],
    sample: {
      input: { search: 'welcome', limit: 20 },
      output: {
        items: [
          {
            id: '66f6a1c8e4a5c60013d2e5a1',
            name: 'Welcome',
            type: 'template',
            editorType: 'html',
            updatedAt: '2026-03-02T16:00:00.000Z',
          },
        ],
        total: 1,
      },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'items',
      totalAt: 'total',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'offset' },
    },
  },
  {
    id: 'crm.email-templates.get',
    label: 'Get an e-mail template',
    description: 'Reads one e-mail template.',
    resource: 'email-templates',
    system: 'crm',
    scope: ['emails/templates.readonly'],
    method: 'GET',
    path: '/emails/locations/{locationId}/templates/{templateId}',
    version: 'v3',
    input: [{ ...locationId, in: 'path' }, templateId],
    sample: {
      input: { templateId: '66f6a1c8e4a5c60013d2e5a1' },
      output: { ...sampleTemplate, subject: 'Welcome to Rankr', deleted: false },
    },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'crm.email-templates.create',
    label: 'Create an e-mail template',
    description: 'Adds an e-mail template.',
    resource: 'email-templates',
    system: 'crm',
    scope: ['emails/templates.write'],
    method: 'POST',
    path: '/emails/locations/{locationId}/templates',
    version: 'v3',
    input: [
      { ...locationId, in: 'path' },
      { key: 'name', label: 'Name', type: 'string', required: true },
      { ...editorType, required: true },
      ...content,
    ],
    sample: {
      input: {
        name: 'Welcome',
        editorType: 'html',
        editorContent: '<p>Good to have you here.</p>',
        subjectLine: 'Welcome to Rankr',
      },
      output: { ...sampleTemplate, subjectLine: 'Welcome to Rankr' },
    },
    risk: 'write',
    idempotent: false,
    naturalKey: ['name'],
  },
  {
    id: 'crm.email-templates.update',
    label: 'Change an e-mail template',
    description: 'Changes the text, the subject or the sender of an e-mail template.',
    resource: 'email-templates',
    system: 'crm',
    scope: ['emails/templates.write'],
    method: 'PATCH',
    path: '/emails/locations/{locationId}/templates/{templateId}',
    version: 'v3',
    input: [
      { ...locationId, in: 'path' },
      templateId,
      { key: 'name', label: 'Name', type: 'string' },
      editorType,
      ...content,
      { key: 'archived', label: 'Archived', type: 'toggle' },
    ],
    sample: {
      input: { templateId: '66f6a1c8e4a5c60013d2e5a1', subjectLine: 'Welcome aboard' },
      output: {
        ...sampleTemplate,
        archived: false,
        subjectLine: 'Welcome aboard',
        previewUrl: 'https://storage.example.com/preview.html',
      },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'crm.email-templates.delete',
    label: 'Delete an e-mail template',
    description: 'Deletes an e-mail template.',
    resource: 'email-templates',
    system: 'crm',
    scope: ['emails/templates.write'],
    method: 'DELETE',
    path: '/emails/locations/{locationId}/templates/{templateId}',
    version: 'v3',
    input: [{ ...locationId, in: 'path' }, templateId],
    sample: { input: { templateId: '66f6a1c8e4a5c60013d2e5a1' }, output: { deleted: true } },
    risk: 'destroy',
    idempotent: true,
  },
]
