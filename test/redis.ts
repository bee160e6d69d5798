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
  const port = await freePort()
  const flags = Object.entries({ port: String(port), dir, bind: '127.0.0.1', save: '', ...settings })
  const redis = spawn(
    'redis-server',
    flags.flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const ended = new Promise<void>((resolve) => redis.once('exit', () => resolve()))
  hooks.after(async () => {
    redis.kill()
    await ended
    await rm(dir, { recursive: true, force: true })
  })
  let output = ''
  await new Promise<void>((resolve, reject) => {
    redis.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('Ready to accept connections')) resolve()
    })
    void ended.then(() => reject(new Error(`redis-server ended:\n${output}`)))
  })
  return `redis://127.0.0.1:${port}`
}
