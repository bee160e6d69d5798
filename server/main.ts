// Starts and stops the process; nothing else. wire.ts chooses what is started.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadConfig, summarizeConfig } from './config.ts'
import { closeServer } from './http/close-server.ts'
import { answerUnreadable, demandHost } from './http/unreadable-requests.ts'
import { createWhileStarting } from './http/while-starting.ts'
import { createLog } from './log.ts'
import { sandboxSecretsIn } from './sandbox/secrets.ts'
import { explainStart } from './start-failure.ts'
import { onStopSignals } from './stop-signals.ts'
import { startEmbeddedPostgres } from './store/embedded.ts'
import { welcome } from './welcome.ts'
import { wire } from './wire.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

const run = async (): Promise<void> => {
  const config = loadConfig(sandboxSecretsIn)
  const log = createLog({ level: config.logLevel })
  log.info({ config: summarizeConfig(config) }, 'starting')
  if (config.mode === 'live' && !config.databaseUrl) {
    log.warn(
      { dataDir: config.dataDir },
      'DATABASE_URL is not set: the database lies in DATA_DIR, for this process alone',
    )
  }

  // The port is taken before anything else, so that a port in use is said at once and the public address is known.
  const starting = createWhileStarting()
  const server = createServer({ requireHostHeader: false }, starting.listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const publicUrl = config.publicUrl ?? `http://127.0.0.1:${port}`
  answerUnreadable(server, { publicUrl })

  const database = config.databaseUrl ? undefined : startEmbeddedPostgres({ dataDir: config.dataDir, log })
  /** Also one that is just being started: it would outlive this process. */
  const endDatabase = async (): Promise<void> => {
    const embedded = await database?.catch(() => undefined)
    await embedded?.stop()
  }
  let stop = endDatabase
  const signals = onStopSignals({ inOrder: () => stop(), atOnce: endDatabase, log })

  const begin = async (): Promise<void> => {
    const embedded = await database
    const parts = await wire({ config, log, publicUrl, databaseUrl: config.databaseUrl ?? embedded!.url })
    const listener = demandHost(parts.app, { publicUrl })
    server.off('request', starting.listener).on('request', listener)
    starting.handOver(listener)
    parts.limit(server)
    await parts.start()
    stop = async () => {
      // Readiness goes false first, then no new connection is taken, then open ones end, then work in hand.
      await parts.drain()
      await closeServer(server, { graceMs: config.drainSeconds * 1000 })
      await parts.stop()
      await endDatabase()
    }
    say(welcome({ config, publicUrl, port, embedded: Boolean(embedded), found: embedded?.adopted ?? false }))
    log.info({ port, publicUrl }, 'ready')
  }
  try {
    await begin()
  } catch (error) {
    // Told to stop meanwhile, a start fails for want of its database.
    if (signals.isTold()) return
    await endDatabase()
    throw error
  }
}

run().catch((error) => {
  process.stderr.write(`\nRankr Connect could not start.\n${explainStart(error)}\n\n`)
  process.exit(1)
})
