// Starts the real process as a user would, in a data folder of its own, for tests that stop it, kill it and start again.

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PATIENCE_MS } from './patience.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }
/** As `npm start` does it, but for the settings of whoever runs the tests. */
const START = scripts.start
  .split(' ')
  .slice(1)
  .filter((part) => !part.startsWith('--env-file'))

export type Running = {
  /** `http://127.0.0.1:PORT` */
  url: string
  port: number
  child: ChildProcess
  output(): string
  /** Sends the signal and waits for the end. Resolves with the exit code, or the signal's name when it was killed. */
  end(signal?: NodeJS.Signals): Promise<number | string>
}

/** A folder that is gone after the test. */
export const temporaryFolder = async (t: { after(hook: () => Promise<void>): void }): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'rankr-connect-'))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

export type Environment = Record<string, string>

const inherited = (): Environment =>
  Object.fromEntries(
    ['PATH', 'HOME', 'NODE_COMPILE_CACHE'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )

const launch = (environment: Environment) => {
  const child = spawn(process.execPath, START, {
    cwd: ROOT,
    env: { ...inherited(), PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      child.emit('text')
    })
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  return { child, ended, output: () => text }
}

/** Starts and waits until the server says it is ready. Rejects with its output when it ends before. */
export const start = async (environment: Environment): Promise<Running> => {
  const { child, ended, output } = launch(environment)
  const port = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Not ready in time:\n${output()}`)), PATIENCE_MS)
    const look = () => {
      const found = /"port":(\d+).*"msg":"ready"/.exec(output())
      if (!found) return
      clearTimeout(timer)
      child.off('text', look)
      resolve(Number(found[1]))
    }
    child.on('text', look)
    void ended.then((code) => {
      clearTimeout(timer)
      reject(new Error(`Ended with ${code}:\n${output()}`))
    })
  })
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    child,
    output,
    end: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}

/** Starts what is expected to end by itself. */
export const startAndEnd = async (environment: Environment): Promise<{ code: number | string; output: string }> => {
  const { ended, output } = launch(environment)
  return { code: await ended, output: output() }
}
