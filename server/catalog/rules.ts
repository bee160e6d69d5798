// What a shape cannot say about one entry: rules from an entry to a list of faults. Rules over the whole catalog (unique
// ids, choices that exist) are tests.
import { readPath } from './paths.ts'
import type { Action, Field, Paging, Trigger } from './schema.ts'

const repeated = (values: string[]): string[] => values.filter((value, index) => values.indexOf(value) !== index)

const CHOOSING: readonly string[] = ['select', 'multiselect', 'radio']

/** Faults of one field and of the fields inside it. */
export const fieldFaults = (field: Field): string[] => {
  const faults: string[] = []
  const check = (holds: boolean, fault: string) => {
    if (!holds) faults.push(`${field.key}: ${fault}`)
  }
  check((field.type === 'object') === (field.fields !== undefined), 'an object, and only an object, has fields')
  check((field.type === 'hidden') === (field.fill !== undefined), 'a hidden field, and only it, says what fills it')
  check(
    (field.type === 'attachment' && field.format !== 'url') === (field.file !== undefined),
    'an attachment that is copied, and only it, says which files are taken',
  )
  check(CHOOSING.includes(field.type) === (field.choices !== undefined), 'a choice, and only it, has choices')
  check(field.type !== 'radio' || Array.isArray(field.choices), 'radio buttons need choices known beforehand')
  check(field.type !== 'multiselect' || field.list, 'a multiple choice is a list')
  check(field.in !== 'path' || field.required, 'a part of the path is always required')
  check(field.in !== 'path' || !(field.list || field.fields), 'a part of the path is one plain value')
  check(field.in !== 'cleared' || Array.isArray(field.choices), 'what may be cleared is a list of fixed choices')
  check(field.in !== 'query' || field.type !== 'object', 'a query holds plain values')
  for (const key of repeated((field.fields ?? []).map((nested) => nested.key))) check(false, `has two fields ${key}`)
  return [...faults, ...(field.fields ?? []).flatMap(fieldFaults).map((fault) => `${field.key}.${fault}`)]
}

/** The input keys with which a list asks for its next page. */
export const pagingKeys = (paging: Paging): string[] => {
  switch (paging.style) {
    case 'none':
      return []
    case 'skip':
      return [paging.sizeKey, paging.skipKey]
    case 'page':
      return [paging.sizeKey, paging.pageKey]
    case 'cursor':
      return [paging.sizeKey, ...paging.cursors.map((cursor) => cursor.key)]
  }
}

/** The names in braces of a path, in order. */
export const pathParts = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)

/** Faults of one action. */
export const actionFaults = (action: Action): string[] => {
  const faults: string[] = []
  const check = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault)
  }
  const remote = action.system === 'crm' || action.system === 'rankr'
  check(action.id.startsWith(`${action.system}.`), 'the id begins with the system')
  check(remote === (action.method !== undefined), 'a call to the CRM or to Rankr, and only such a call, has a method')
  check(remote === (action.path !== undefined), 'a call to the CRM or to Rankr, and only such a call, has a path')
  check((action.system === 'crm') === (action.version !== undefined), 'a call to the CRM, and only it, has a version')
  check(
    action.system === 'crm' || action.system === 'app' || action.scope.length === 0,
    'only what touches the CRM needs a permission of it',
  )
  check(action.risk !== 'read' || action.idempotent, 'reading twice changes nothing')
  const copiesFiles = action.input.some((field) => field.file)
  check(!copiesFiles || action.bodyStyle === 'multipart', 'files are copied in a multipart body')
  check(action.list === undefined || action.risk === 'read', 'a list is read')
  check(action.method !== 'GET' || !action.input.some((field) => field.in === 'body'), 'a GET has no body')

  const keys = action.input.map((field) => field.key)
  for (const key of repeated(keys)) check(false, `has two fields ${key}`)
  const wireNames = action.input.map((field) => `${field.in} ${field.name ?? field.key}`)
  for (const name of repeated(wireNames)) check(false, `sends two values as ${name}`)

  const parts = pathParts(action.path ?? '')
  const given = action.input.filter((field) => field.in === 'path').map((field) => field.name ?? field.key)
  for (const part of parts) check(given.includes(part), `the path part {${part}} has no field`)
  for (const name of given) check(parts.includes(name), `the field ${name} is no part of the path`)

  for (const key of action.naturalKey ?? []) check(keys.includes(key), `the natural key ${key} is no field`)
  for (const key of action.list ? pagingKeys(action.list.paging) : []) {
    check(keys.includes(key), `the paging key ${key} is no field`)
  }
  return [...faults, ...action.input.flatMap(fieldFaults)]
}

/** Faults of one trigger. */
export const triggerFaults = (trigger: Trigger): string[] => {
  const faults: string[] = []
  const check = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault)
  }
  check(trigger.id.startsWith(`${trigger.system}.`), 'the id begins with the system')
  check(trigger.system === 'crm' || trigger.scope.length === 0, 'only an event of the CRM needs a permission of it')
  check(trigger.literal !== trigger.event, 'the literal is named only where it differs from the event')
  check((trigger.system === 'app') === (trigger.delivery === 'inside'), 'our own events, and only they, arise inside')
  check(
    trigger.recordKey.some((path) => readPath(trigger.sample, path) !== undefined),
    'no path of the record key has a value in the sample',
  )
  const { settings, settingsSample, addressee } = trigger
  check(settings.length > 0 === (settingsSample !== undefined), 'settings, and only they, have an example')
  check(
    addressee === undefined || readPath(trigger.sample, addressee.path) !== undefined,
    'whom it is for has no value in the sample',
  )
  check(
    addressee === undefined || !('setting' in addressee) || settings.some(({ key }) => key === addressee.setting),
    'whom it is for is no setting',
  )
  for (const filter of trigger.filters) {
    check(readPath(trigger.sample, filter.path) !== undefined, `the filter ${filter.path} has no value in the sample`)
  }
  return faults
}
