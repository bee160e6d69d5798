// What every template can use besides its own data: texts, file addresses, icons, and formatting of times and numbers.
// Knows nothing of the request but its language and time zone.

import { createProblemWords, detailOfEnded, type ProblemWords } from '../texts/problem-words.ts'
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
  /** Catalog labels and server sentences in the reader's language. */
  say: Say
  /** An error code as sentences. */
  problem: ProblemWords
  /** Further details of a failure that has ended. */
  detailOfEnded: typeof detailOfEnded
  locale: Locale
  /** The hashed address of a file of public/, for example `css/base.css`. */
  asset: Assets['url']
  icon: (name: string) => IconShape[]
  /** The operator's notice for everybody who opens the settings. */
  notice: string | undefined
  /** Where people get help: an address or `mailto:`. */
  supportUrl: string | undefined
  /** A date and time in the reader's time zone, UTC when unknown; also accepts ISO text. */
  dateTime: (at: Date | string) => string
  /** The age of `at` at `now`, for where the reader's time zone cannot be used. */
  ago: (at: Date, now: Date) => string
  /** A day (UTC) without the year. */
  day: (at: Date) => string
  /** The hour of a day, in the reader's time zone like `dateTime`. */
  hour: (at: Date) => string
  number: (value: number) => string
  /** A record without its kind, where the kind is shown elsewhere. */
  record: (key: string) => string
  /** An amount given as decimal text ("1490.50"), with all its digits. */
  decimal: (text: string) => string
  /** How far the server's clock is ahead, in milliseconds; 0 outside a sandbox. */
  clockAhead: () => number
}

type Deps = {
  assets: Assets
  icons: ViewLocals['icon']
  platformLabel: string
  notice?: string | undefined
  supportUrl?: string | undefined
  /** How far a sandbox's clock is ahead of the reader's, in milliseconds. */
  clockAhead?: (() => number) | undefined
}

/** `seconds` from now; negative is past. Weeks and longer are shown in days. */
const spanInWords = (seconds: number, format: Intl.RelativeTimeFormat): string => {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const)
  return format.format(Math.trunc(seconds / size), unit)
}

type Times = Pick<ViewLocals, 'dateTime' | 'hour'>

/** Number of time zones whose formatters are cached; they are slow to create. */
const ZONES = 1_000

const timesIn = (locale: Locale, timeZone: string | undefined): Times => {
  const zone = { timeZone: timeZone ?? 'UTC' }
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...zone })
  const hours = new Intl.DateTimeFormat(locale, { weekday: 'short', hour: '2-digit', minute: '2-digit', ...zone })
  return {
    dateTime: (at) => `${dates.format(new Date(at))}${timeZone === undefined ? ' UTC' : ''}`,
    hour: (at) => hours.format(at),
  }
}

/** Formatters of a time zone; undefined for one that does not exist. */
const createTimes = () => {
  const known = new Map<string, Times | undefined>()
  return (locale: Locale, timeZone: string): Times | undefined => {
    const key = `${locale} ${timeZone}`
    if (known.has(key)) return known.get(key)
    if (known.size >= ZONES) known.clear()
    let times: Times | undefined
    try {
      times = timesIn(locale, timeZone)
    } catch {
      // A RangeError: an invalid zone is shown UTC.
    }
    known.set(key, times)
    return times
  }
}

/** The values for one reader, by the request's Accept-Language and X-Time-Zone (an IANA name). */
export const createViewLocals = ({ assets, icons, platformLabel, notice, supportUrl, clockAhead = () => 0 }: Deps) => {
  const localsOf = (locale: Locale): ViewLocals => {
    const days = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' })
    const spans = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
    const numbers = new Intl.NumberFormat(locale)
    const t = createTexts({ locale, platformLabel })
    return {
      t,
      problem: createProblemWords(t),
      detailOfEnded,
      say: createSay(locale),
      locale,
      asset: assets.url,
      icon: icons,
      notice,
      supportUrl,
      clockAhead,
      ...timesIn(locale, undefined),
      ago: (at, now) => spanInWords((at.getTime() - now.getTime()) / 1000, spans),
      day: (at) => days.format(at),
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
  const times = createTimes()
  return (acceptLanguage?: string, timeZone?: string): ViewLocals => {
    const own = locals[chooseLocale(acceptLanguage)]
    return timeZone ? { ...own, ...times(own.locale, timeZone.slice(0, 64)) } : own
  }
}
