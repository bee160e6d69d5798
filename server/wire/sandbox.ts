// Wires the simulated systems of sandbox mode. The app reaches them over HTTP only.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { actions } from '../catalog/index.ts'
import type { Action } from '../catalog/schema.ts'
import type { Config } from '../config.ts'
import { MODULE_SECRET_HEADER } from '../http/doors/crm-module.ts'
import type { Log } from '../log.ts'
import type { Manifest } from '../manifest.ts'
import { createMovableClock, createSandbox, type MovableClock } from '../sandbox/create-sandbox.ts'
import { createSimulatedCrm, type SampleAnswer } from '../sandbox/crm/simulated-crm.ts'
import { moduleSecretsOf } from './modules.ts'

type Options = {
  config: Config
  manifest: Manifest
  log: Log
  publicUrl: string
  redirectUri: string
  asset: (name: string) => string
  clock: MovableClock
}

/** The catalog's samples of calls to the CRM, as the simulation takes them: it shares no code with the catalog. */
export const sampleAnswersOf = (entries: readonly Action[]): SampleAnswer[] =>
  entries.flatMap(({ system, method, path, version, scope, token, sample }) =>
    system === 'crm' && method && path && version ? [{ method, path, version, scope, token, body: sample.output }] : [],
  )

/** By which the whole process goes; kept in `DATA_DIR/sandbox`. */
export const wireSandboxClock = ({ config, log }: Pick<Options, 'config' | 'log'>): MovableClock =>
  createMovableClock({
    file: join(config.dataDir, 'sandbox', 'clock.json'),
    onError: (err) => log.error({ err }, 'not everything went on after the clock was moved'),
  })

/** Both simulations keep what they know in `DATA_DIR/sandbox`, so that a new start finds it again. */
export const wireSandbox = ({ config, manifest, log, publicUrl, redirectUri, asset, clock }: Options) => {
  const folder = join(config.dataDir, 'sandbox')
  mkdirSync(folder, { recursive: true })
  const { clientId, clientSecret, ssoKeys } = config.crm
  const scopes = manifest.oauth.allowedScopes
  const secret = { [MODULE_SECRET_HEADER]: moduleSecretsOf(config)[0]! }
  const inPlace = (url: string) => url.replace('{PUBLIC_URL}', publicUrl)
  const crm = createSimulatedCrm({
    now: clock.now,
    file: join(folder, 'crm.jsonl'),
    samples: sampleAnswersOf(actions),
    apiUrl: `${publicUrl}/sandbox/crm`,
    apps: [
      {
        clientId,
        clientSecret,
        ssoKey: ssoKeys[0]!,
        redirectUris: manifest.oauth.redirectUris.map(inPlace),
        webhookUrl: inPlace(manifest.webhooks.webhookUrl),
        events: manifest.webhooks.subscribedEvents.map(({ name }) => name),
        eventUrls: Object.fromEntries(
          manifest.webhooks.subscribedEvents.flatMap(({ name, url }) => (url ? [[name, inPlace(url)]] : [])),
        ),
        scopes,
        ...(manifest.modules.externalAuth && {
          externalAuth: {
            ...manifest.modules.externalAuth,
            url: inPlace(manifest.modules.externalAuth.url),
            headers: secret,
          },
        }),
        modules: { url: `${publicUrl}/modules`, headers: secret },
      },
    ],
  })
  const { router, start, stop } = createSandbox({
    crm,
    rankrFile: join(folder, 'rankr.json'),
    deskFile: join(folder, 'desk.json'),
    appUrl: publicUrl,
    app: { clientId, redirectUri, scopes },
    asset,
    clock,
    onError: (err) => log.warn({ err }, 'the sandbox met a problem'),
  })
  return {
    router,
    start,
    stop,
    publicKeyPem: crm.publicKeyPem,
    crmUrl: `${publicUrl}/sandbox/crm`,
    rankrUrl: `${publicUrl}/sandbox/rankr/api`,
  }
}
