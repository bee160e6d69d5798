// What every template can use besides its own data: texts, addresses of files, icons, and how to write times and
// numbers. Knows no tenant and no request but its language.

import { createSay, type Say } from '../texts/say.ts'
import { chooseLocale, createTexts, type Locale, type Texts } from '../texts/texts.ts'
import type { Assets } from './assets.ts'
import type { IconShape } from './icons.ts'
import { recordOf } from './ui/event-words.ts'

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const satisfies [Intl.RelativeTimeFormatUnit, number][]

export type ViewLocals = {
  t: Texts
  /** Words of the catalog and sentences of the server, in the reader's language. */
  say: Say
  locale: Locale
  /** The hashed address of a file of public/, for example `css/base.css`. */
  asset: Assets['url']
  icon: (name: string) => IconShape[]
  /** A line of the operator for everybody who opens the settings. */
  notice: string | undefined
  /** Where people get help: an address or `mailto:`. */
  supportUrl: string | undefined
  /** A moment in UTC, for people without our script; ISO text is accepted as well. */
  dateTime: (at: Date | string) => string
  /** How long `at` is past at the moment `now`, where a time cannot be shown in the reader's own zone. */
  ago: (at: Date, now: Date) => string
  /** A day (UTC) without its year. */
  day: (at: Date) => string
  /** An hour (UTC) of its day. */
  hour: (at: Date) => string
  number: (value: number) => string
  /** A record without its kind, which is said elsewhere. */
  record: (key: string) => string
  /** An amount as decimal text ("1490.50"), with all of its digits. */
  decimal: (text: string) => string
  /** How far the server's clock is ahead, in milliseconds; 0 but in a sandbox. */
  clockAhead: () => number
}

type Deps = {
  assets: Assets
  icons: ViewLocals['icon']
  platformLabel: string
  notice?: string | undefined
  supportUrl?: string | undefined
  /** How far the clock of a sandbox is ahead of the reader's, in milliseconds. */
  clockAhead?: (() => number) | undefined
}

/** `seconds` from now; negative is past. Weeks and more are given in days. */
const spanInWords = (seconds: number, format: Intl.RelativeTimeFormat): string => {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const)
  return format.format(Math.trunc(seconds / size), unit)
}

/** Returns the values for one reader, by the Accept-Language header of the request. */
export const createViewLocals = ({ assets, icons, platformLabel, notice, supportUrl, clockAhead = () => 0 }: Deps) => {
  const localsOf = (locale: Locale): ViewLocals => {
    const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
    const days = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' })
    const hours = new Intl.DateTimeFormat(locale, {
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: 'UTC',
    })
    const spans = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
    const numbers = new Intl.NumberFormat(locale)
    return {
      t: createTexts({ locale, platformLabel }),
      say: createSay(locale),
      locale,
      asset: assets.url,
      icon: icons,
      notice,
      supportUrl,
      clockAhead,
      dateTime: (at) => `${dates.format(new Date(at))} UTC`,
      ago: (at, now) => spanInWords((at.getTime() - now.getTime()) / 1000, spans),
      day: (at) => days.format(at),
      hour: (at) => hours.format(at),
      number: (value) => numbers.format(value),
      record: recordOf,
      decimal: (text) => {
        const digits = text.split('.')[1]?.length ?? 0
        const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
        return format.format(text as Intl.StringNumericLiteral)
      },
    }
  }
  const locals: Record<Locale, ViewLocals> = { en: localsOf('en'), es: localsOf('es') }
  return (acceptLanguage?: string): ViewLocals => locals[chooseLocale(acceptLanguage)]
}
