// Entries that the catalog's schema must take, and entries that it must refuse, each with the reason.
import type { ActionEntry, FieldEntry, TriggerEntry } from '../../server/catalog/schema.ts'

export type Example<Entry> = { entry: Entry; reason: string }
/** `says` is what the fault must say, so that an entry is not refused for something else. */
export type AntiExample = { entry: unknown; reason: string; says: RegExp }

const action: ActionEntry = {
  id: 'crm.things.get',
  label: 'Get a thing',
  description: 'Reads one thing.',
  resource: 'things',
  system: 'crm',
  scope: ['contacts.readonly'],
  method: 'GET',
  path: '/things/{thingId}',
  version: 'v3',
  input: [{ key: 'thingId', label: 'Thing', type: 'string', in: 'path', required: true }],
  sample: { input: { thingId: 'a1' }, output: { thing: { id: 'a1' } } },
  risk: 'read',
  idempotent: true,
}

const ownAction: ActionEntry = {
  id: 'app.things.merge',
  label: 'Merge things',
  description: 'Joins two things into one.',
  resource: 'things',
  system: 'app',
  scope: ['contacts.write'],
  input: [{ key: 'into', label: 'Into', type: 'string', required: true }],
  sample: { input: { into: 'a1' }, output: { thingId: 'a1' } },
  risk: 'write',
  idempotent: true,
}

const trigger: TriggerEntry = {
  id: 'rankr.thing.created',
  label: 'Thing created',
  description: 'A thing was made.',
  resource: 'things',
  system: 'rankr',
  event: 'thing.created',
  sample: { type: 'thing.created', data: { id: 'a1', colours: ['red'] } },
  filters: [{ path: 'data.colours', label: 'Colours', type: 'string' }],
  dedupeKey: { in: 'header', key: 'webhook-id' },
  recordKey: ['data.id'],
}

const text = (more: Partial<FieldEntry>): FieldEntry => ({ key: 'word', label: 'Word', type: 'string', ...more })
const withField = (field: unknown): unknown => ({ ...ownAction, input: [...ownAction.input, field] })
const limit: FieldEntry = { key: 'limit', label: 'Number', type: 'numerical', in: 'query' }

export const ACTION_EXAMPLES: Example<ActionEntry>[] = [
  { entry: action, reason: 'a call to the CRM with its path part' },
  { entry: ownAction, reason: 'an action of our own has neither method nor path' },
  {
    entry: {
      ...action,
      path: '/things',
      input: [limit, { ...limit, key: 'skip' }],
      sample: { input: { limit: 20 }, output: { things: [{ id: 'a1' }] } },
      list: {
        itemsAt: 'things',
        paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'skip' },
      },
    },
    reason: 'a list that is read page by page',
  },
  {
    entry: {
      ...ownAction,
      input: [
        ...ownAction.input,
        {
          key: 'parts',
          label: 'Parts',
          type: 'object',
          list: true,
          fields: [text({ required: true }), { key: 'sub', label: 'Sub', type: 'object', fields: [text({})] }],
        },
      ],
    },
    reason: 'nested fields, as deep as the body needs',
  },
]

export const ACTION_ANTI_EXAMPLES: AntiExample[] = [
  { entry: { ...action, id: 'getThing' }, reason: 'ids are dotted', says: /ids are dotted/ },
  {
    entry: { ...action, id: 'rankr.things.get' },
    reason: 'an id names the system it calls',
    says: /begins with the system/,
  },
  {
    entry: { ...action, label: 'Get a sub-account' },
    reason: 'people must not see words of the platform',
    says: /people must not see/,
  },
  {
    entry: { ...action, description: 'Reads one HighLevel thing.' },
    reason: 'people must not see the name of the platform',
    says: /people must not see/,
  },
  {
    entry: { ...action, scope: ['contacts.read'] },
    reason: 'a misspelt permission ends the install without a word',
    says: /Invalid option/,
  },
  { entry: { ...action, input: [] }, reason: 'a part of the path needs a value', says: /\{thingId\} has no field/ },
  {
    entry: { ...action, input: [...action.input, text({ in: 'path', required: true })] },
    reason: 'a value for the path needs a place in it',
    says: /word is no part of the path/,
  },
  {
    entry: { ...action, input: [{ ...action.input[0], required: false }] },
    reason: 'a path with a hole in it is another path',
    says: /always required/,
  },
  {
    entry: { ...action, input: [...action.input, text({})] },
    reason: 'a GET carries no body',
    says: /GET has no body/,
  },
  {
    entry: { ...action, version: undefined },
    reason: 'the CRM wants a version with every call',
    says: /has a version/,
  },
  { entry: { ...action, version: '2020-01-01' }, reason: 'the CRM knows only some versions', says: /Invalid option/ },
  { entry: { ...ownAction, method: 'POST', path: '/x' }, reason: 'our own actions are no calls', says: /has a method/ },
  { entry: { ...action, idempotent: false }, reason: 'reading twice changes nothing', says: /reading twice/ },
  {
    entry: { ...ownAction, list: { itemsAt: 'things', paging: { style: 'none' } } },
    reason: 'what changes something is no list',
    says: /a list is read/,
  },
  {
    entry: {
      ...action,
      list: {
        itemsAt: 'things',
        paging: { style: 'page', in: 'query', sizeKey: 'limit', maxSize: 9, pageKey: 'page', firstPage: 1 },
      },
    },
    reason: 'the next page is asked for through fields',
    says: /paging key limit is no field/,
  },
  {
    entry: { ...ownAction, naturalKey: ['email'] },
    reason: 'a natural key is made of inputs',
    says: /natural key email/,
  },
  {
    entry: withField(text({ key: 'into' })),
    reason: 'two fields with one key shadow each other',
    says: /two fields into/,
  },
  {
    entry: withField(text({ name: 'into' })),
    reason: 'two fields with one name on the wire overwrite each other',
    says: /two values as body into/,
  },
  { entry: withField(text({ type: 'select' })), reason: 'nothing to choose from', says: /has choices/ },
  {
    entry: withField(text({ choices: [{ value: 'a', label: 'A' }] })),
    reason: 'choices on a field that is typed',
    says: /has choices/,
  },
  {
    entry: withField(
      text({ type: 'radio', choices: { from: 'crm.things.list', itemsAt: 'a', value: 'b', label: 'c' } }),
    ),
    reason: 'radio buttons are drawn before anything was read',
    says: /known beforehand/,
  },
  {
    entry: withField(text({ type: 'object' })),
    reason: 'an object without fields cannot be filled in',
    says: /has fields/,
  },
  {
    entry: withField(text({ type: 'hidden' })),
    reason: 'a hidden field that nothing fills',
    says: /says what fills it/,
  },
  {
    entry: withField({
      key: 'outer',
      label: 'Outer',
      type: 'object',
      fields: [{ key: 'inner', label: 'Inner', type: 'multiselect', choices: [{ value: 'a', label: 'A' }] }],
    }),
    reason: 'rules hold for nested fields too',
    says: /outer\.inner: a multiple choice is a list/,
  },
  {
    entry: withField(text({ type: 'text' as 'string' })),
    reason: 'only known field types can be drawn',
    says: /Invalid option/,
  },
  {
    entry: withField({ ...text({}), showIf: 'into' }),
    reason: 'conditions do not belong in data',
    says: /Unrecognized key/,
  },
  { entry: { ...ownAction, run: () => 1 }, reason: 'nothing but data', says: /Unrecognized key/ },
  {
    entry: { ...ownAction, sample: { input: {}, output: () => 1 } },
    reason: 'a sample can be printed',
    says: /Invalid input/,
  },
]

export const TRIGGER_EXAMPLES: Example<TriggerEntry>[] = [
  { entry: trigger, reason: 'an event of Rankr, with a filter on a list' },
  {
    entry: {
      ...trigger,
      id: 'crm.thing.created',
      system: 'crm',
      scope: ['contacts.readonly'],
      event: 'ThingCreate',
      ownAddress: true,
      recordKey: ['missing', 'data.id'],
    },
    reason: 'an event without a type, whose id may lie in one of two places',
  },
]

export const TRIGGER_ANTI_EXAMPLES: AntiExample[] = [
  {
    entry: { ...trigger, id: 'crm.thing.created' },
    reason: 'an id names the system it comes from',
    says: /begins with/,
  },
  { entry: { ...trigger, sample: undefined }, reason: 'nothing can be mapped without a sample', says: /Invalid input/ },
  {
    entry: { ...trigger, recordKey: ['data.number'] },
    reason: 'order per record needs the id of the record',
    says: /no path of the record key/,
  },
  {
    entry: { ...trigger, filters: [{ path: 'data.size', label: 'Size', type: 'string' }] },
    reason: 'a filter on what is not there never holds',
    says: /data\.size has no value/,
  },
  {
    entry: { ...trigger, scope: ['contacts.readonly'] },
    reason: 'Rankr asks for no permission of the CRM',
    says: /only an event of the CRM/,
  },
  {
    entry: { ...trigger, literal: 'thing.created' },
    reason: 'a literal that says nothing new',
    says: /only where it differs/,
  },
  { entry: { ...trigger, delivery: 'inside' }, reason: 'events of Rankr come from outside', says: /arise inside/ },
  { entry: { ...trigger, recordKey: [] }, reason: 'every event is about something', says: /Too small/ },
]
