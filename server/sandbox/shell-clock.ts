// The clock on the sandbox page: what it shows, and how far a press moves it.

import { z } from 'zod'
import type { MovableClock } from './clock.ts'

const HOUR_MS = 3_600_000
const STEPS = [
  { value: 'hour', label: '1 hour on', ms: HOUR_MS },
  { value: 'day', label: '1 day on', ms: 24 * HOUR_MS },
  { value: 'three-days', label: '3 days on', ms: 72 * HOUR_MS },
  { value: 'thirty-days', label: '30 days on', ms: 720 * HOUR_MS },
]

const form = z.object({ step: z.string() })

const inWords = (ms: number): string => {
  const hours = Math.round(ms / HOUR_MS)
  const parts = [
    [Math.floor(hours / 24), 'day'],
    [hours % 24, 'hour'],
  ] as const
  return parts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}${count > 1 ? 's' : ''}`] : [])).join(' ')
}

/** The clock's view data. */
export const clockShown = (clock: MovableClock) => ({
  shown: new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' }).format(clock.now()),
  ahead: inWords(clock.aheadMs()),
  steps: STEPS.map(({ value, label }) => [value, label] as const),
})

/** Answers in a sentence what came of it. */
export const moveClock = async (clock: MovableClock, body: unknown): Promise<string> => {
  const { data } = form.safeParse(body)
  const step = STEPS.find(({ value }) => value === data?.step)
  if (!step) return 'There is no such step.'
  try {
    await clock.move(step.ms)
    return 'Everything that was due by now is on its way.'
  } catch (error) {
    if (error instanceof RangeError) return 'A year ahead is the most. Start with a new data folder.'
    throw error
  }
}
