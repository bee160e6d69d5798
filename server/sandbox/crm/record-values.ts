// Values of object records: what each type of field accepts. Create and update differ: on update, lists of options and
// files take { add, remove }, and null clears.

import type { ObjectField, ObjectRecord } from './object-rows.ts'
import { unprocessable } from './refusal.ts'

type Check = (value: unknown, field: ObjectField) => boolean

const isText: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const isOption: Check = (value, { options, allowCustomOption }) =>
  typeof value === 'string' && (allowCustomOption === true || (options ?? []).some(({ key }) => key === value))
const areOptions: Check = (value, field) => Array.isArray(value) && value.every((each) => isOption(each, field))
const areFiles: Check = (value) =>
  Array.isArray(value) &&
  value.every((each) => typeof each === 'object' && each !== null && typeof each.url === 'string')

const isMoney: Check = (value) => {
  if (typeof value !== 'object' || value === null) return false
  const { currency, value: amount, ...rest } = value as Record<string, unknown>
  return currency === 'default' && typeof amount === 'number' && Object.keys(rest).length === 0
}

const CHECKS: Record<ObjectField['dataType'], [check: Check, hint: string]> = {
  TEXT: [isText, 'must be a string'],
  LARGE_TEXT: [isText, 'must be a string'],
  EMAIL: [isText, 'must be a string'],
  NUMERICAL: [isNumber, 'must be a number'],
  PHONE: [(value) => typeof value === 'string' && /^\+\d{7,15}$/.test(value), 'must be a phone number in E.164 format'],
  MONETORY: [isMoney, 'must be an object with currency "default" and a number as value'],
  CHECKBOX: [areOptions, 'must be an array of option keys'],
  MULTIPLE_OPTIONS: [areOptions, 'must be an array of option keys'],
  SINGLE_OPTIONS: [isOption, 'must be an option key'],
  RADIO: [isOption, 'must be an option key'],
  DATE: [(value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value), 'must be a date as YYYY-MM-DD'],
  TEXTBOX_LIST: [isText, 'must be a string'],
  FILE_UPLOAD: [areFiles, 'must be an array of objects with a url'],
}

const LISTS: ObjectField['dataType'][] = ['CHECKBOX', 'MULTIPLE_OPTIONS', 'FILE_UPLOAD']

/** A field by the key that properties use: without the object's part, and with a label for text box lists. */
const fieldFor = (fields: readonly ObjectField[], objectKey: string, key: string): ObjectField => {
  const field = fields.find(
    ({ fieldKey, dataType, options }) =>
      fieldKey === `${objectKey}.${key}` ||
      (dataType === 'TEXTBOX_LIST' &&
        (options ?? []).some((option) => `${fieldKey}.${option.key}` === `${objectKey}.${key}`)),
  )
  if (!field) throw unprocessable(`properties.property ${key} should not exist`)
  return field
}

const demand = (key: string, value: unknown, field: ObjectField): void => {
  const [check, hint] = CHECKS[field.dataType]
  if (!check(value, field)) throw unprocessable(`properties.${key} ${hint}`)
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const changedList = (key: string, old: unknown, value: unknown, field: ObjectField): unknown[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unprocessable(`properties.${key} must be an object with add and remove`)
  }
  const { add = [], remove = [], ...rest } = value as Record<string, unknown>
  if (!Array.isArray(add) || !Array.isArray(remove) || Object.keys(rest).length > 0) {
    throw unprocessable(`properties.${key} must be an object with add and remove`)
  }
  demand(key, add, field)
  const kept = (Array.isArray(old) ? old : []).filter((each) => !remove.some((gone) => same(gone, each)))
  return [...kept, ...add.filter((each) => !kept.some((there) => same(there, each)))]
}

type Written = Record<string, unknown>

/** The properties of a new record. Throws a 422 for fields that do not exist and values of another type. */
export const newProperties = (fields: readonly ObjectField[], objectKey: string, written: Written): Written => {
  for (const [key, value] of Object.entries(written)) demand(key, value, fieldFor(fields, objectKey, key))
  return { ...written }
}

/** The properties of `record` after an update. Throws as newProperties does. */
export const changedProperties = (fields: readonly ObjectField[], record: ObjectRecord, written: Written): Written => {
  const properties = { ...record.properties }
  for (const [key, value] of Object.entries(written)) {
    const field = fieldFor(fields, record.objectKey, key)
    if (value === null) {
      delete properties[key]
    } else if (LISTS.includes(field.dataType)) {
      properties[key] = changedList(key, properties[key], value, field)
    } else {
      demand(key, value, field)
      properties[key] = value
    }
  }
  return properties
}
