// The only reader of the environment. All faults are reported in one message; the summary for the log shows no secret.

import { createHash, createPublicKey, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { EncryptionKey } from './store/seal.ts'

/** HighLevel's own webhook key (Ed25519), the same for all apps; HIGHLEVEL_WEBHOOK_PUBLIC_KEY replaces it. */
const CRM_WEBHOOK_PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=
-----END PUBLIC KEY-----`

const url = (protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  })

const webUrl = url(['http:', 'https:']).transform((text) => text.replace(/\/+$/, ''))

/** Its parts are put behind it and its host name is compared, so there is nothing else in it. */
const origin = webUrl.refine((text) => URL.canParse(text) && new URL(text).href === `${new URL(text).origin}/`, {
  error: 'must be an address alone, like https://connect.example.com: no path, no question mark, no password',
})

const wholeNumber = (least: number, most: number) => {
  const range = `must be from ${least} to ${most}`
  return z.coerce.number({ error: 'must be a number' }).int('must be a whole number').min(least, range).max(most, range)
}

const oneOf = <const Names extends readonly string[]>(names: Names) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` })

/** Two while one is rotated. An empty one, of a comma left behind, would let in whoever sends nothing. */
const secrets = (least: number) =>
  z
    .string()
    .transform((text) => text.split(',').map((secret) => secret.trim()))
    .refine((list) => list.every((secret) => secret.length >= least), {
      error:
        least === 1
          ? 'must be a secret, or several separated by commas, none of them empty'
          : `must be a secret of at least ${least} characters, or several separated by commas`,
    })

const encryptionKeys = z.string().transform((text, context): EncryptionKey[] => {
  const keys = text.split(',').map((part) => {
    const [id = '', encoded = ''] = part.trim().split(':')
    return { id, key: Buffer.from(encoded, 'base64') }
  })
  for (const { id, key } of keys) {
    if (!/^[\w-]{1,32}$/.test(id) || key.length !== 32) {
      context.addIssue({ code: 'custom', message: 'must be id:base64 of 32 bytes, several separated by commas' })
      return z.NEVER
    }
  }
  // Which of the two had sealed a value could not be told.
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    context.addIssue({ code: 'custom', message: 'must give each key an id of its own' })
    return z.NEVER
  }
  return keys
})

// Several keys, one after the other, so that both are accepted while HighLevel rotates.
const publicKeys = z.string().transform((text, context): string[] => {
  const keys = text.replaceAll('\\n', '\n').match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? []
  const usable = keys.filter((pem) => {
    try {
      return createPublicKey(pem).asymmetricKeyType === 'ed25519'
    } catch {
      return false
    }
  })
  if (usable.length === 0 || usable.length !== keys.length) {
    context.addIssue({ code: 'custom', message: 'must be one or more Ed25519 public keys in PEM form' })
    return z.NEVER
  }
  return usable
})

/** Blank is unset; the line end of a file that a secret was read from does not belong to it. */
const trimmed = (environment: Record<string, string | undefined>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, value?.trim() || undefined]))

const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: origin.optional(),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  DATA_DIR: z.string().default('.data'),
  HIGHLEVEL_CLIENT_ID: z.string().optional(),
  HIGHLEVEL_CLIENT_SECRET: z.string().optional(),
  HIGHLEVEL_SSO_KEY: secrets(1).optional(),
  HIGHLEVEL_API_URL: webUrl.default('https://services.leadconnectorhq.com'),
  HIGHLEVEL_MARKETPLACE_URL: webUrl.default('https://marketplace.gohighlevel.com'),
  HIGHLEVEL_RESUME_PATH: z
    .string()
    .regex(/^(?:\/[\w.-]+)+$/, 'must be a path that begins with a slash')
    .default('/workflows-marketplace/actions/resume-internal-action'),
  HIGHLEVEL_WEBHOOK_PUBLIC_KEY: publicKeys.default([CRM_WEBHOOK_PUBLIC_KEY]),
  MODULE_SECRET: secrets(32).optional(),
  RANKR_API_URL: webUrl.optional(),
  RANKR_CLIENT_ID: z.string().optional(),
  RANKR_CLIENT_SECRET: z.string().optional(),
  ZENDESK_API_URL: webUrl.optional(),
  FRESHDESK_API_URL: webUrl.optional(),
  ENCRYPTION_KEYS: encryptionKeys.optional(),
  SESSION_SECRET: z.string().min(32, 'must be at least 32 characters').optional(),
  ROLE: oneOf(['all', 'web', 'worker']).default('all'),
  NODE_CONCURRENCY: wholeNumber(1, 256).default(16),
  ACCOUNT_CONCURRENCY: wholeNumber(1, 64).default(8),
  BACKLOG_LIMIT: wholeNumber(1_000, 1_000_000_000).default(5_000_000),
  ACCOUNT_BACKLOG_LIMIT: wholeNumber(100, 1_000_000_000).default(1_000_000),
  DRAIN_SECONDS: wholeNumber(0, 300).optional(),
  // A repeated delivery is recognised for seven days, so events are kept for longer than that.
  EVENT_RETENTION_DAYS: wholeNumber(8, 3650).default(30),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl.optional(),
  PLATFORM_LABEL: z.string().max(60, 'must be at most 60 characters').default('your CRM'),
  NOTICE: z.string().max(500, 'must be at most 500 characters').optional(),
})

/** A sandbox has no load balancer before it. */
const LIVE_DRAIN_SECONDS = 10

/** Without these a live process must not start. */
const NEEDED_LIVE = [
  'PUBLIC_URL',
  'HIGHLEVEL_CLIENT_SECRET',
  'HIGHLEVEL_SSO_KEY',
  'ENCRYPTION_KEYS',
  'SESSION_SECRET',
] as const

/** Over http anybody on the way could read along. From this machine to itself there is no way. */
const isInsecure = (publicUrl = ''): boolean =>
  URL.canParse(publicUrl) &&
  new URL(publicUrl).protocol === 'http:' &&
  !['localhost', '127.0.0.1', '[::1]'].includes(new URL(publicUrl).hostname)

type Environment = z.infer<typeof environmentSchema>

export type Config = {
  mode: 'sandbox' | 'live'
  port: number
  host: string
  /** Where browsers and webhooks reach us; no slash at the end. Undefined in sandbox mode until the port is known. */
  publicUrl: string | undefined
  databaseUrl: string | undefined
  redisUrl: string | undefined
  dataDir: string
  crm: {
    clientId: string
    clientSecret: string
    /** Shared secrets that open the user context; more than one while rotating (comma-separated). */
    ssoKeys: string[]
    apiUrl: string
    marketplaceUrl: string
    /** Where steps of its builder that wait for us are told that they are done. */
    resumePath: string
    webhookPublicKeys: string[]
  }
  /** Of the header that the CRM's workflow builder sends; more than one while rotating. None: it is not let in. */
  moduleSecrets: string[]
  rankr: { apiUrl: string | undefined; clientId: string | undefined; clientSecret: string | undefined }
  /** In place of the desks' own addresses, with `{name}` where the account's name belongs. */
  deskUrls: { zendesk: string | undefined; freshdesk: string | undefined }
  encryptionKeys: EncryptionKey[]
  sessionSecret: string
  role: 'all' | 'web' | 'worker'
  /** Accounts that this process works on at once, and events of one account that are worked on at once. */
  concurrency: { node: number; account: number }
  /** Events that may wait in the database before webhooks are kept out: of all accounts, and of one. */
  backlog: { all: number; account: number }
  /** How long a process that stops still answers, so that the load balancer notices that it is not ready. */
  drainSeconds: number
  /** Events, runs and attempts older than so many days are dropped, a day at a time; so are failed events, so long after they were settled. */
  eventRetentionDays: number
  logLevel: Environment['LOG_LEVEL']
  /** Where traces go; none are made when it is not set. */
  traceEndpoint: string | undefined
  platformLabel: string
  notice: string | undefined
}

/** Thrown with every fault of the environment, one a line, each saying what to do. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Secrets that a sandbox makes for itself and keeps in its data folder between starts. */
export type SandboxSecrets = { encryptionKey: string; sessionSecret: string; clientSecret: string; ssoKey: string }

/** New secrets for a sandbox, to be kept by the caller. */
export const newSandboxSecrets = (): SandboxSecrets => ({
  encryptionKey: `sandbox:${randomBytes(32).toString('base64')}`,
  sessionSecret: randomBytes(32).toString('base64url'),
  clientSecret: randomBytes(24).toString('base64url'),
  ssoKey: randomBytes(24).toString('base64url'),
})

/**
 * Reads the environment. Without HIGHLEVEL_CLIENT_ID the mode is `sandbox`, and secrets that are not set come from
 * `sandboxSecretsIn` the data folder. Throws ConfigError naming every fault.
 */
export const readConfig = (
  environment: Record<string, string | undefined>,
  sandboxSecretsIn: (dataDir: string) => SandboxSecrets = newSandboxSecrets,
): Config => {
  const parsed = environmentSchema.safeParse(trimmed(environment))
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  const live = Boolean(environment.HIGHLEVEL_CLIENT_ID?.trim())
  if (live) {
    if (isInsecure(environment.PUBLIC_URL)) faults.push('PUBLIC_URL: must start with https:// in live mode')
    for (const name of NEEDED_LIVE) {
      if (!environment[name]?.trim()) faults.push(`${name}: is needed in live mode (HIGHLEVEL_CLIENT_ID is set)`)
    }
  }
  if (!parsed.success || faults.length > 0) {
    throw new ConfigError(
      `The settings are not complete:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nSee .env.example.`,
    )
  }
  const env = parsed.data
  const sandboxSecrets = live ? newSandboxSecrets() : sandboxSecretsIn(env.DATA_DIR)
  return {
    mode: live ? 'live' : 'sandbox',
    port: env.PORT,
    host: env.HOST,
    publicUrl: env.PUBLIC_URL,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    dataDir: env.DATA_DIR,
    crm: {
      clientId: env.HIGHLEVEL_CLIENT_ID ?? 'sandboxapp-connect',
      clientSecret: env.HIGHLEVEL_CLIENT_SECRET ?? sandboxSecrets.clientSecret,
      ssoKeys: env.HIGHLEVEL_SSO_KEY ?? [sandboxSecrets.ssoKey],
      apiUrl: env.HIGHLEVEL_API_URL,
      marketplaceUrl: env.HIGHLEVEL_MARKETPLACE_URL,
      resumePath: env.HIGHLEVEL_RESUME_PATH,
      webhookPublicKeys: env.HIGHLEVEL_WEBHOOK_PUBLIC_KEY,
    },
    moduleSecrets: env.MODULE_SECRET ?? [],
    rankr: { apiUrl: env.RANKR_API_URL, clientId: env.RANKR_CLIENT_ID, clientSecret: env.RANKR_CLIENT_SECRET },
    deskUrls: { zendesk: env.ZENDESK_API_URL, freshdesk: env.FRESHDESK_API_URL },
    encryptionKeys: env.ENCRYPTION_KEYS ?? encryptionKeys.parse(sandboxSecrets.encryptionKey),
    sessionSecret: env.SESSION_SECRET ?? sandboxSecrets.sessionSecret,
    role: env.ROLE,
    concurrency: { node: env.NODE_CONCURRENCY, account: env.ACCOUNT_CONCURRENCY },
    backlog: { all: env.BACKLOG_LIMIT, account: env.ACCOUNT_BACKLOG_LIMIT },
    drainSeconds: env.DRAIN_SECONDS ?? (live ? LIVE_DRAIN_SECONDS : 0),
    eventRetentionDays: env.EVENT_RETENTION_DAYS,
    logLevel: env.LOG_LEVEL,
    traceEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    platformLabel: env.PLATFORM_LABEL,
    notice: env.NOTICE,
  }
}

/** The settings of this process, from its environment. */
export const loadConfig = (sandboxSecretsIn: (dataDir: string) => SandboxSecrets): Config =>
  readConfig(process.env, sandboxSecretsIn)

const fingerprint = (secret: string): string => `set (${createHash('sha256').update(secret).digest('hex').slice(0, 6)})`

/** What the start writes to the log: every setting, secrets only as "set" with a short fingerprint. */
export const summarizeConfig = (config: Config): Record<string, unknown> => ({
  mode: config.mode,
  role: config.role,
  listen: `${config.host}:${config.port}`,
  publicUrl: config.publicUrl ?? '(from the port)',
  database: config.databaseUrl ? new URL(config.databaseUrl).host : `embedded in ${config.dataDir}`,
  redis: config.redisUrl ? new URL(config.redisUrl).host : '(none)',
  crm: {
    clientId: config.crm.clientId,
    clientSecret: fingerprint(config.crm.clientSecret),
    ssoKeys: config.crm.ssoKeys.map(fingerprint),
    apiUrl: config.crm.apiUrl,
    webhookKeys: config.crm.webhookPublicKeys.length,
  },
  moduleSecrets: config.moduleSecrets.map(fingerprint),
  rankr: { apiUrl: config.rankr.apiUrl ?? '(none)', clientId: config.rankr.clientId ?? '(none)' },
  deskUrls: { zendesk: config.deskUrls.zendesk ?? '(its own)', freshdesk: config.deskUrls.freshdesk ?? '(its own)' },
  encryptionKeyIds: config.encryptionKeys.map(({ id }) => id),
  sessionSecret: fingerprint(config.sessionSecret),
})
