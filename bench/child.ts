// Processes that stand beside what is measured, so that each has a heap and an event loop of its own: started with fork,
// asked and answered over its channel.

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

type Question = { id: number; name: string; input: unknown }
type Answer = { id: number; value?: unknown; failure?: string }

export type Child = {
  pid: number
  /** What the process said when it was ready: the address of its server, where it has one. */
  url: string
  ask<Value = void>(name: string, input?: unknown): Promise<Value>
  stop(): Promise<void>
}

/** Starts `bench/servers/<file>` and waits until it is ready. Rejects when it ends before. */
export const startChild = async (file: string, input: Record<string, string> = {}): Promise<Child> => {
  const path = fileURLToPath(new URL(`servers/${file}`, import.meta.url))
  const child = fork(path, [JSON.stringify(input)], { serialization: 'advanced' })
  const waiting = new Map<number, (answer: Answer) => void>()
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)))
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready`)))
  })
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer))
  child.once('exit', () => {
    for (const [id, settle] of waiting) settle({ id, failure: `${file} ended` })
  })
  let last = 0
  return {
    pid: child.pid!,
    url,
    ask: <Value>(name: string, asked?: unknown) =>
      new Promise<Value>((resolve, reject) => {
        const id = ++last
        waiting.set(id, ({ value, failure }) => {
          waiting.delete(id)
          if (failure === undefined) resolve(value as Value)
          else reject(new Error(failure))
        })
        child.send({ id, name, input: asked } satisfies Question)
      }),
    stop: () => ended(child, () => child.kill()),
  }
}

/** Does `end` and waits until the process is gone. */
const ended = (child: ChildProcess, end: () => void): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    end()
  })

/** In the child: what it was started with. */
export const givenInput = (): Record<string, string> => JSON.parse(process.argv[2] ?? '{}')

/** In the child: says that it is ready, then answers questions by name. It ends when the parent does. */
// biome-ignore lint/suspicious/noExplicitAny: what is asked is between the two files.
export const answerParent = (url: string, answers: Record<string, (input: any) => unknown> = {}): void => {
  process.on('message', async ({ id, name, input }: Question) => {
    try {
      process.send?.({ id, value: await answers[name]?.(input) } satisfies Answer)
    } catch (error) {
      process.send?.({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.once('disconnect', () => process.exit(0))
  process.send?.(url)
}
