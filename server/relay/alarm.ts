// Rings when a mailbox that rests for a short time is to be worked on again. The queue itself looks for sleeping jobs about
// once a second only, which would make every short rest a long one.

/** Longer rests are left to the queue. */
const LONGEST_MS = 30_000
/** Rests that end so close to each other share a ring, a little late: a job must be due when it is looked for. */
const SLOT_MS = 25

export type Alarm = (moment: Date) => void

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
    // No process lives on for it.
    timer.unref()
  }
}
