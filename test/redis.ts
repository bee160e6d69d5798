// A Redis of one's own for a test or a measurement, where the machine has one.

import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

const isThere = (): boolean => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

type Hooks = { after(hook: () => unknown): void }

/** Answers its address, or undefined when there is no redis-server. It keeps nothing unless `settings` say so. */
export const startRedis = async (
  hooks: Hooks,
  settings: Record<string, string> = { appendonly: 'no' },
): Promise<string | undefined> => {
  if (!isThere()) return undefined
  const dir = await mkdtemp(join(tmpdir(), 'rankr-connect-redis-'))
  for (;;) {
    const port = await freePort()
    const { redis, ended, isReady, output } = await run({
      port: String(port),
      dir,
      bind: '127.0.0.1',
      save: '',
      ...settings,
    })
    if (isReady) {
      hooks.after(async () => {
        redis.kill()
        await ended
        await rm(dir, { recursive: true, force: true })
      })
      return `redis://127.0.0.1:${port}`
    }
    // Between its choice and its use somebody else may take a port.
    if (!/Address already in use/i.test(output)) throw new Error(`redis-server ended:\n${output}`)
  }
}

/** Resolves when it takes connections or has ended. */
const run = async (settings: Record<string, string>) => {
  const redis = spawn(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const ended = new Promise<void>((resolve) => redis.once('close', () => resolve()))
  let output = ''
  const isReady = await new Promise<boolean>((resolve) => {
    redis.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('Ready to accept connections')) resolve(true)
    })
    void ended.then(() => resolve(false))
  })
  return { redis, ended, isReady, output }
}
