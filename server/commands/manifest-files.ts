// The manifest as the marketplace's own tool reads it: one file for the app, one for its webhooks, one per module, one for
// external authentication. Pure; writing them is manifest.ts.
// https://github.com/GoHighLevel/marketplace-cli

import { type Manifest, PLACEHOLDERS } from '../manifest.ts'

export type ManifestFile = { path: string; content: object }

/** What a catalog entry gives to its module, in the marketplace's format. */
export type ModuleParts = {
  /** `{ inputs }` of an action, `{ filters }` of a trigger. */
  fields: object
  /** An answer of the action, or a body of the trigger. */
  sample: unknown
}

/** Values that the manifest leaves open, and those that only the portal knows. */
export const FILLABLE = [...PLACEHOLDERS, 'APP_ID', 'APP_VERSION_ID'] as const

export type Fillable = (typeof FILLABLE)[number]

export type Fill = Partial<Record<Fillable, string>>

type Options = {
  manifest: Manifest
  /** What is not given is left to the tool, which takes it from the environment when it pushes: `${env:NAME}`. */
  fill: Fill
  /** Of the app, by semver; the first one is 1.0.0. */
  version: string
  createdAt: Date
  /** The parts of a catalog entry; undefined when there is none of that kind. */
  partsOf: (kind: 'triggers' | 'actions', entryId: string) => ModuleParts | undefined
}

type Module = Manifest['modules']['workflows']['actions'][number]

/** Written into the files where a value is not known. */
const leftOpen = (name: Fillable): string => `\${env:${name}}`

/** Every `{NAME}` in a value, however deep, replaced. */
const filled = <T>(value: T, fill: Fill): T => {
  if (typeof value === 'string') {
    return PLACEHOLDERS.reduce<string>(
      (text, name) => text.replaceAll(`{${name}}`, fill[name] ?? leftOpen(name)),
      value,
    ) as T
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, fill)) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, fill)])) as T
}

const CHECKS: Record<Fillable, (value: string) => boolean> = {
  PUBLIC_URL: (value) => isOrigin(value),
  WEBSITE_URL: (value) => isOrigin(value),
  REVIEW_VIDEO_URL: (value) => isHttps(value),
  REVIEW_SCOPES_VIDEO_URL: (value) => isHttps(value),
  SUPPORT_EMAIL: (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value),
  APP_ID: (value) => /^[\w-]+$/.test(value),
  APP_VERSION_ID: (value) => /^[\w-]+$/.test(value),
}

const isHttps = (value: string): boolean => {
  const url = URL.parse(value)
  return url?.protocol === 'https:' && url.username === '' && url.password === ''
}

/** Paths are put behind it. */
const isOrigin = (value: string): boolean => isHttps(value) && !/[/?#]$/.test(value)

/** What is wrong with the values that are filled in. */
export const faultsOfFill = (fill: Fill): string[] =>
  FILLABLE.flatMap((name) => {
    const value = fill[name]
    return value === undefined || CHECKS[name](value) ? [] : [`${name}: "${value}" cannot be used`]
  })

const appFile = ({ manifest, fill, version, createdAt }: Options): object => {
  const { schemaVersion, appType, basicInfo, listing, profiles, oauth, supportConfig, billing, review } = manifest
  return {
    schemaVersion,
    appId: fill.APP_ID ?? leftOpen('APP_ID'),
    versionId: fill.APP_VERSION_ID ?? leftOpen('APP_VERSION_ID'),
    createdAt: createdAt.toISOString(),
    version,
    status: 'draft',
    appType,
    basicInfo: { ...basicInfo, contact: supportConfig.supportEmail },
    listing,
    profiles,
    oauth: {
      allowedScopes: oauth.allowedScopes,
      redirectUris: oauth.redirectUris,
      defaults: oauth.defaults,
      // Secrets stay in the portal: the file names only the keys.
      clientKeys: oauth.clientKeys.map(({ id, name, isDefault }) => ({ id, name, isDefault })),
    },
    supportConfig: { ...supportConfig, supportedServices: ['email'] },
    billing: { ...billing, hasFreeTrial: false },
    review,
  }
}

/** Every leaf of a sample as a variable that people can use in the steps after it. */
const variablesIn = (value: unknown, path: string[] = []): object[] => {
  if (Array.isArray(value)) return [{ name: path.join(' '), reference: path.join('.'), fieldType: 'array' }]
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, item]) => variablesIn(item, [...path, key]))
  }
  const type = typeof value
  const fieldType = type === 'number' ? 'numerical' : type === 'boolean' ? 'boolean' : 'string'
  return [{ name: path.join(' '), reference: path.join('.'), fieldType }]
}

const moduleFile = (kind: 'triggers' | 'actions', module: Module, { fields, sample }: ModuleParts): object => {
  const { key, name, description, url, headers, pauses = false } = module
  const call = { url, headers }
  return {
    schemaVersion: 1,
    key,
    versions: [
      {
        version: '1.0',
        status: 'draft',
        info: { name, description, summary: description, icon: '', screenshots: [] },
        ...fields,
        customVars: variablesIn(sample),
        customVarsJson: sample,
        ...(kind === 'actions'
          ? { executionConfig: { type: 'API', method: 'POST', pauseExecution: pauses, ...call } }
          : { subscriptionConfig: call }),
      },
    ],
  }
}

const externalAuthFile = (auth: NonNullable<Manifest['modules']['externalAuth']>, ids: object): object => ({
  schemaVersion: 1,
  ...ids,
  enabled: true,
  updateAllRefreshTokens: false,
  type: auth.type,
  fields: auth.fields,
  requestConfig: {
    url: auth.url,
    method: 'POST',
    urlParams: [],
    headers: auth.headers,
    body: auth.fields.map(({ key }) => ({ key, value: `{{userData.${key}}}` })),
  },
  capabilities: { hasWhoAmIApi: false, multiAuthEnabled: false },
})

/** The files, and the faults that keep modules from being written. */
export const manifestFiles = (options: Options): { files: ManifestFile[]; faults: string[]; open: Fillable[] } => {
  const { manifest, fill, partsOf } = options
  const { webhooks, modules } = manifest
  const faults: string[] = []
  const ids = {
    appId: fill.APP_ID ?? leftOpen('APP_ID'),
    versionId: fill.APP_VERSION_ID ?? leftOpen('APP_VERSION_ID'),
  }
  const moduleFiles = (['actions', 'triggers'] as const).flatMap((kind) =>
    modules.workflows[kind].flatMap((module): ManifestFile[] => {
      const parts = partsOf(kind, module.entry)
      if (!parts) {
        faults.push(`modules.workflows.${kind}: ${module.key} names ${module.entry}, which the catalog does not have`)
        return []
      }
      return [{ path: `src/modules/workflows/${kind}/${module.key}.json`, content: moduleFile(kind, module, parts) }]
    }),
  )
  const files: ManifestFile[] = [
    { path: 'ghl-app.json', content: appFile(options) },
    { path: 'src/webhooks/ghl-webhooks.json', content: { schemaVersion: 1, ...ids, ...webhooks } },
    ...moduleFiles,
    ...(modules.externalAuth
      ? [{ path: 'src/external-auth/config.json', content: externalAuthFile(modules.externalAuth, ids) }]
      : []),
  ]
  const written = files.map(({ path, content }) => ({ path, content: filled(content, fill) }))
  const text = JSON.stringify(written)
  return { files: written, faults, open: FILLABLE.filter((name) => text.includes(leftOpen(name))) }
}
