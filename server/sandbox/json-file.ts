// State of a simulation, kept in memory and in one JSON file. Knows nothing of what it keeps.

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export type JsonFile<T> = {
  /** The state itself: change it in place, then call `save`. */
  readonly value: T
  /** Asks for a write; calls during a write end up in one further write. */
  save(): void
  /** Resolves when all that was asked for is written. */
  written(): Promise<void>
}

type Options<T> = {
  /** Without a file the state lives in memory only. */
  file: string | undefined
  initial: () => T
  onError: (error: unknown) => void
}

/** Reads `file`, or starts from `initial()` when there is none. Throws when the file holds no JSON. */
export const createJsonFile = <T>({ file, initial, onError }: Options<T>): JsonFile<T> => {
  const value: T = file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : initial()
  let isDirty = false
  let writing: Promise<void> | undefined

  const writeWhileDirty = async (target: string): Promise<void> => {
    while (isDirty) {
      isDirty = false
      // Written beside and renamed: a killed process leaves the old state or the new one, never half of it.
      await writeFile(`${target}.new`, JSON.stringify(value, null, 1), { mode: 0o600 })
      await rename(`${target}.new`, target)
    }
  }

  return {
    value,
    save() {
      if (!file) return
      isDirty = true
      if (writing) return
      mkdirSync(dirname(file), { recursive: true })
      writing = writeWhileDirty(file)
        .catch(onError)
        .finally(() => {
          writing = undefined
        })
    },
    async written() {
      await writing
    },
  }
}
