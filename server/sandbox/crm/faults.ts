// Faults on demand, for tests and for the sandbox page: the next calls of a path fail the way networks and servers do.

export type Fault = {
  /** Any method when left out. */
  method?: string | undefined
  /** A path below the mount point, exact or with `*` for one or more characters: `/contacts/*`. */
  path: string
  /** How many calls fail; 1. */
  times?: number | undefined
  /**
   * - `answer`: `status` (503), `headers` and `body` instead of doing the work.
   * - `hang`: no answer at all; the work is not done.
   * - `reset`: the connection breaks before the work is done.
   * - `lost`: the work is done, then the connection breaks: the caller cannot know.
   */
  kind?: 'answer' | 'hang' | 'reset' | 'lost' | undefined
  status?: number | undefined
  headers?: Record<string, string> | undefined
  body?: unknown
}

type Armed = Fault & { left: number; pattern: RegExp }

const asPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.+')}/?$`)

/** Faults waiting for their calls. */
export const createFaults = () => {
  let armed: Armed[] = []
  return {
    arm(fault: Fault): void {
      armed.push({ ...fault, left: fault.times ?? 1, pattern: asPattern(fault.path) })
    },
    /** The fault this call meets, if any; used up by it. */
    take(method: string, path: string): Fault | undefined {
      const fault = armed.find((each) => (!each.method || each.method === method) && each.pattern.test(path))
      if (!fault) return undefined
      fault.left -= 1
      if (fault.left <= 0) armed = armed.filter((each) => each !== fault)
      return fault
    },
    clear(): void {
      armed = []
    },
    /** Those still waiting. */
    list: (): Fault[] => armed.map(({ left, pattern: _, ...fault }) => ({ ...fault, times: left })),
  }
}

export type Faults = ReturnType<typeof createFaults>
