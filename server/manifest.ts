// The schema of app.manifest.json, and the developer portal's rules that can be checked here. test/manifest.test.ts
// compares it with routes, catalog and installer.

import { readFileSync } from 'node:fs'
import { z } from 'zod'

export const MANIFEST_FILE = new URL('../app.manifest.json', import.meta.url)

/** Filled in when the manifest is handed over; everything else in braces is the platform's own, such as {{location.id}}. */
export const PLACEHOLDERS = [
  'PUBLIC_URL',
  'WEBSITE_URL',
  'SUPPORT_EMAIL',
  'REVIEW_VIDEO_URL',
  'REVIEW_SCOPES_VIDEO_URL',
] as const

const PLACEHOLDER = `\\{(?:${PLACEHOLDERS.join('|')})\\}`

// The product is sold under other names, and the review refuses the platform's brand and words of its tenancy.
const BRAND =
  /(?:go[\s-]?)?high[\s.-]?level|\bghl\b|lead[\s-]?connector|\bsub-?accounts?\b|\bagenc(?:y|ies)\b|\blocations?\b/i

const words = (least: number, most: number) =>
  z
    .string()
    .min(least)
    .max(most)
    .refine((text) => !BRAND.test(text), 'says a word of the platform that people must not see')

/** https, or a placeholder for the part before the path. */
const address = z.string().regex(new RegExp(`^(?:https://[^\\s@]+|${PLACEHOLDER}[^\\s@]*)$`))

/** Secrets are filled in when the manifest is pushed, or stay as the portal has them; never in the file. */
const secret = z.string().regex(/^\$\{(?:env:[A-Z][A-Z0-9_]*|remote)\}$/)

const keywords = z
  .array(words(2, 40))
  .refine((list) => list.join('').length <= 200, 'search keywords have 200 characters in all')

const images = z.array(address).max(9)

/** A module's key cannot be changed once it is published. */
const moduleKey = z
  .string()
  .regex(/^[a-z][a-z_]{0,249}$/)
  .refine((key) => !/^(?:lc_|iatf_)/.test(key), 'keys of the platform itself')

const header = z.strictObject({ key: z.string().min(1), value: z.string().min(1) })

const workflowModule = z.strictObject({
  key: moduleKey,
  /** The catalog entry behind it: its fields or filters, and its sample. */
  entry: z.string().min(3),
  name: words(2, 60),
  description: words(2, 200),
  url: address,
  headers: z.array(header),
  /** Of an action: the contact waits until we say that it is done. */
  pauses: z.boolean().optional(),
})

const authField = z.strictObject({
  key: z.string().regex(/^[A-Za-z]\w{0,59}$/),
  label: words(2, 60),
  type: z.enum(['text', 'password']),
  required: z.boolean(),
  helpText: z.string().max(300),
  /** Asked for when a company adds the app to many accounts at once, too. */
  toBeShownForAgencyInstallation: z.boolean(),
})

export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  appType: z.enum(['standard', 'template']),
  basicInfo: z.strictObject({
    name: words(2, 50),
    tagline: words(20, 170),
    companyName: words(2, 50),
    website: address,
    category: z.string().min(2),
    subcategory: z.array(z.string().min(2)).min(1).max(3),
    businessNiche: z.array(z.string().min(2)).max(3),
    logoUrl: address,
  }),
  listing: z.strictObject({
    private: z.boolean(),
    /** Who may install: cannot be changed after the first save. */
    userTypes: z.array(z.enum(['Company', 'Location'])).min(1),
    isWhiteLabelFriendly: z.boolean(),
    /** Cannot be taken back once it is on. */
    isAgencyBulkInstallEnabled: z.boolean(),
    searchKeywords: keywords,
  }),
  profiles: z.strictObject({
    agency: z.strictObject({
      description: words(300, 5000),
      previewImageUrls: images,
      previewVideoUrl: address.nullable(),
    }),
    subAccount: z.strictObject({ enabled: z.boolean(), description: words(300, 5000), previewImageUrls: images }),
  }),
  oauth: z.strictObject({
    allowedScopes: z.array(z.string().regex(/^[\w/.-]+$/)).min(1),
    redirectUris: z.array(address).min(1),
    clientKeys: z
      .array(z.strictObject({ name: z.string().min(1), id: secret, secret, isDefault: z.boolean() }))
      .refine((keys) => keys.filter(({ isDefault }) => isDefault).length === 1, 'one client key is the default'),
    defaults: z.strictObject({ clientKey: z.string().min(1), redirectUrl: address }),
  }),
  /** Opens the user context of the custom page. */
  sso: z.strictObject({ sharedSecret: secret }),
  webhooks: z.strictObject({
    webhookUrl: address,
    /** `url` for events whose body does not say which event it is. */
    subscribedEvents: z.array(z.strictObject({ name: z.string().regex(/^[A-Za-z]+$/), url: address.optional() })),
  }),
  modules: z.strictObject({
    /** Set in the portal by hand: the platform's own tool does not know them. */
    customPages: z.array(
      z.strictObject({
        name: words(2, 50),
        url: address,
        placement: z.enum(['app-details', 'account-navigation', 'company-navigation']),
        allowCamera: z.boolean(),
        allowMicrophone: z.boolean(),
      }),
    ),
    workflows: z.strictObject({ triggers: z.array(workflowModule).max(20), actions: z.array(workflowModule) }),
    /** What whoever adds the app is asked for, and where it is checked. */
    externalAuth: z
      .strictObject({
        type: z.enum(['basic', 'oauth2']),
        url: address,
        headers: z.array(header),
        fields: z.array(authField).min(1).max(3),
      })
      .nullable(),
  }),
  supportConfig: z.strictObject({
    supportEmail: z.string().min(3),
    websiteUrl: address,
    documentationUrl: address,
    termsAndConditionsUrl: address,
    privacyPolicyUrl: address,
  }),
  billing: z.strictObject({ billingType: z.enum(['free', 'freemium', 'paid']) }),
  review: z.strictObject({
    endToEndDemoUrl: address,
    scopesDemoUrl: address,
    additionalDetails: z.string().max(500),
  }),
})

export type Manifest = z.output<typeof manifestSchema>

/** The manifest as it lies in the file, unchecked. */
export const manifestInFile = (): unknown => JSON.parse(readFileSync(MANIFEST_FILE, 'utf8'))

/** The manifest, checked. Throws when the file does not fit the schema. */
export const readManifest = (): Manifest => manifestSchema.parse(manifestInFile())

/** The same, with every fault as `place: what is wrong`. */
export const checkManifest = (input: unknown): { ok: true; manifest: Manifest } | { ok: false; faults: string[] } => {
  const { data, error } = manifestSchema.safeParse(input)
  if (data) return { ok: true, manifest: data }
  return { ok: false, faults: error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`) }
}

/** The schema for editors and other tools (JSON Schema 2020-12). */
export const manifestJsonSchema = (): object => z.toJSONSchema(manifestSchema)

/** Scopes that installing and uninstalling need, whatever is done with the app afterwards. */
export const INSTALLER_SCOPES: Record<string, string> = {
  'locations.readonly': 'Name and time zone of the account',
  'marketplace-installer-details.readonly': 'Who installed, and under which domain they use the CRM',
  'oauth.readonly': 'Which accounts a company has chosen',
  'oauth.write': 'A token for each of them, and uninstalling from our side',
}

/** Scopes that modules of the CRM's own workflow builder need, whatever they do. */
export const BUILDER_SCOPES: Record<string, string> = {
  'workflows.readonly': 'Rankr’s events and actions in the workflow builder of the CRM',
}

/** Scopes that are asked for although no built-in workflow needs them, with the reason. */
export const OFFERED_SCOPES: Record<string, string> = {
  'medias.write': 'Workflows that people make copy files into the media library, as a step that is offered to all',
}

/** Events that are picked although no built-in workflow needs them, with the reason. */
export const OFFERED_EVENTS: Record<string, string> = {
  ContactCreate: 'An account may pass it on to its own webhooks and to other accounts',
  ContactDelete: 'The same',
  ContactTagUpdate: 'The same',
  ContactUpdate: 'The same',
}
