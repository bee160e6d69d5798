// Every sentence a person reads on our pages comes from here: `t('overview.title')`. One file per language, with the
// same keys (the compiler and a test hold them together). Knows no page and no tenant.
// White-label: no text names the platform; `{crm}` is whatever PLATFORM_LABEL says.

import { en } from './en.ts'
import { es } from './es.ts'

/** A text that depends on a number: the forms of Intl.PluralRules that the language needs; `count` chooses. */
type Plural = { one: string; other: string }

type Leaves<T> = T extends string | Plural
  ? ''
  : { [K in keyof T & string]: Leaves<T[K]> extends '' ? K : `${K}.${Leaves<T[K]>}` }[keyof T & string]

/** The same tree with any strings: what each further language must fill. */
export type Translation<T = typeof en> = {
  [K in keyof T]: T[K] extends string ? string : T[K] extends Plural ? Plural : Translation<T[K]>
}

export type TextKey = Leaves<typeof en>
export type Locale = 'en' | 'es'
type TextValues = Record<string, string | number>
export type Texts = (key: TextKey, values?: TextValues) => string

const LANGUAGES: Record<Locale, Translation> = { en, es }

/** The label of config.ts when nobody set one: each language then says it in its own words. */
const DEFAULT_LABEL = 'your CRM'

const find = (tree: unknown, key: string): unknown =>
  key.split('.').reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], tree)

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/**
 * Returns the lookup for one language. `{name}` in a text is replaced by `values.name`, numbers in the language's own
 * writing; `{crm}` and `{Crm}` (start of a sentence) need no value. Throws for an unknown key or a missing value: both
 * are faults of a template, found by the first test that renders it.
 */
export const createTexts = ({ locale, platformLabel }: { locale: Locale; platformLabel: string }): Texts => {
  const language = LANGUAGES[locale]
  const crm = platformLabel === DEFAULT_LABEL ? language.crm : platformLabel
  const numbers = new Intl.NumberFormat(locale)
  const plurals = new Intl.PluralRules(locale)
  const standing: TextValues = { crm, Crm: capitalized(crm) }

  return (key, values = {}) => {
    const found = find(language, key)
    const text =
      typeof found === 'string' || found === undefined
        ? found
        : (found as Plural)[plurals.select(Number(values.count)) === 'one' ? 'one' : 'other']
    if (typeof text !== 'string') throw new Error(`There is no text ${key}`)
    return text.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
      const value = values[name] ?? standing[name]
      if (value === undefined) throw new Error(`The text ${key} needs a value for ${name}`)
      return typeof value === 'number' ? numbers.format(value) : value
    })
  }
}

/** The language for a reader, from the Accept-Language header (RFC 9110, 12.5.4); English when none of ours is asked for. */
export const chooseLocale = (acceptLanguage: string | undefined): Locale => {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part
        .trim()
        .toLowerCase()
        .split(/;\s*q=/)
      return { language: tag.split('-')[0] ?? '', weight: quality === undefined ? 1 : Number(quality) || 0 }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  const match = wanted.find(({ language }) => Object.hasOwn(LANGUAGES, language))
  return match ? (match.language as Locale) : 'en'
}
