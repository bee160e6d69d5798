// An error code as sentences for people: what is wrong and, while it is not over, how it goes on.

import { ERRORS } from '../errors.ts'
import { en } from './en.ts'
import type { Texts } from './texts.ts'

/** `isOver`: nothing is tried again by itself any more. */
export type ProblemWords = (code: string, options?: { isOver?: boolean }) => string

const { problems, goesOn } = en.settings

const isProblem = (code: string): code is keyof typeof problems => Object.hasOwn(problems, code)
const hasMore = (code: string): code is keyof typeof goesOn => Object.hasOwn(goesOn, code)

export const createProblemWords =
  (t: Texts): ProblemWords =>
  (code, { isOver = false } = {}) => {
    const what = isProblem(code) ? t(`settings.problems.${code}`) : t('settings.problems.other', { code })
    return hasMore(code) && !isOver ? `${what} ${t(`settings.goesOn.${code}`)}` : what
  }

/** What was said of one failure beside its code; nothing where that is but that it is tried again, which is over. */
export const detailOfEnded = ({ code, detail }: { code: string; detail: string | null }): string | undefined => {
  const row = Object.hasOwn(ERRORS, code) ? ERRORS[code as keyof typeof ERRORS] : undefined
  return detail === null || (row?.retry === 'passing' && row.detail === detail) ? undefined : detail
}
