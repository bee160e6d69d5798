// Wakes mailboxes after short pauses. The queue itself only looks for due jobs about once a second.

/** Longer pauses are left to the queue. */
const LONGEST_MS = 30_000
/** Pauses that end within this time share one wake-up, slightly late: a job must be due when it is looked for. */
const SLOT_MS = 25

export type Alarm = (moment: Date) => void

/** Calls `ring` when the next pause ends. */
export const createAlarm = ({ ring, now }: { ring: () => void; now: () => Date }): Alarm => {
  const slots = new Set<number>()
  return (moment) => {
    const slot = Math.floor(moment.getTime() / SLOT_MS) + 2
    const delayMs = slot * SLOT_MS - now().getTime()
    if (delayMs > LONGEST_MS || slots.has(slot)) return
    slots.add(slot)
    const timer = setTimeout(
      () => {
        slots.delete(slot)
        ring()
      },
      Math.max(0, delayMs),
    )
    // Does not keep the process alive.
    timer.unref()
  }
}
