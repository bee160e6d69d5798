// Any call over HTTP to an address that a person typed in. The address is checked before it is called.
import type { ActionEntry } from '../schema.ts'

export const httpActions: ActionEntry[] = [
  {
    id: 'http.request',
    label: 'Call a web address',
    description:
      'Sends a request to another system and hands its answer to the next steps. Addresses inside our own network are refused.',
    resource: 'http',
    system: 'http',
    input: [
      {
        key: 'method',
        label: 'Method',
        type: 'select',
        required: true,
        choices: [
          { value: 'GET', label: 'GET: read' },
          { value: 'POST', label: 'POST: add' },
          { value: 'PUT', label: 'PUT: replace' },
          { value: 'PATCH', label: 'PATCH: change' },
          { value: 'DELETE', label: 'DELETE: remove' },
        ],
      },
      { key: 'url', label: 'Address', type: 'string', required: true, format: 'url', max: 2000 },
      { key: 'query', label: 'Added to the address', type: 'map', help: 'Names and values after the question mark.' },
      { key: 'headers', label: 'Headers', type: 'map', sensitive: true },
      {
        key: 'bodyType',
        label: 'Kind of body',
        type: 'select',
        choices: [
          { value: 'json', label: 'JSON' },
          { value: 'form', label: 'Form' },
          { value: 'text', label: 'Text' },
        ],
      },
      { key: 'body', label: 'Body', type: 'json' },
      {
        key: 'timeoutSeconds',
        label: 'Give up after seconds',
        type: 'numerical',
        format: 'integer',
        min: 1,
        max: 60,
        group: 'More',
      },
      {
        key: 'isIdempotent',
        label: 'May be sent twice',
        type: 'toggle',
        group: 'More',
        help: 'Say so when the other system does the same thing only once; a failed call is then tried again.',
      },
    ],
    sample: {
      input: {
        method: 'POST',
        url: 'https://hooks.example.com/orders',
        headers: { 'X-Source': 'rankr' },
        bodyType: 'json',
        body: { order: 'ord_5521', total: 129.9 },
      },
      output: { status: 200, headers: { 'content-type': 'application/json' }, body: { received: true } },
    },
    risk: 'write',
    idempotent: false,
  },
]
