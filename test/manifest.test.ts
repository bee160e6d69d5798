import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { builderActions, MOST_BUILDER_TRIGGERS } from '../server/catalog/builder.ts'
import { action, scopesFor, triggers, triggersForEvent, webhookEventsFor } from '../server/catalog/index.ts'
import { SCOPES } from '../server/catalog/scopes.ts'
import { builderModules } from '../server/commands/builder-modules.ts'
import {
  BUILDER_SCOPES,
  INSTALLER_SCOPES,
  type Manifest,
  manifestJsonSchema,
  manifestSchema,
  OFFERED_EVENTS,
  OFFERED_SCOPES,
  readManifest,
} from '../server/manifest.ts'
import { METADATA_ACTIONS } from '../server/sync/metadata.ts'
import { permissionsEn } from '../server/texts/permissions-en.ts'
import { templates } from '../server/workflows/templates/index.ts'
import { ROUTES } from './http/route-list.ts'

const manifest = readManifest()

const fitsWith = (change: (copy: Manifest) => void): boolean => {
  const copy = structuredClone(manifest)
  change(copy)
  return manifestSchema.safeParse(copy).success
}

/** `{PUBLIC_URL}/settings?location={{location.id}}` → `/settings` */
const pathOf = (address: string): string => {
  assert.match(address, /^\{PUBLIC_URL\}\//)
  return address.slice('{PUBLIC_URL}'.length).split('?')[0]!
}

const isRoute = (method: string, path: string): boolean =>
  ROUTES.some((route) => {
    const pattern = new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`)
    return route.method === method && pattern.test(path)
  })

/** The picture behind an address of ours. */
const pictureOf = (address: string) => {
  const name = /^\{PUBLIC_URL\}\/assets\/current\/(.+\.png)$/.exec(address)?.[1]
  assert.ok(name, address)
  const bytes = readFileSync(new URL(`../public/${name}`, import.meta.url))
  assert.equal(bytes.toString('latin1', 1, 4), 'PNG')
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), size: bytes.length }
}

/** The ids of the actions of a workflow, however deep its branches. */
const actionsIn = (document: object): string[] => {
  const ids = [...JSON.stringify(document).matchAll(/"action":"([^"]+)"/g)].map(([, id]) => id!)
  assert.ok(ids.length > 0 && ids.every((id) => action(id)))
  return ids
}

test('the file fits its schema, and the JSON schema says the same', () => {
  const validate = new Ajv2020({ strict: false }).compile(manifestJsonSchema())
  assert.equal(validate(manifest), true, JSON.stringify(validate.errors))
  assert.equal(validate({ ...manifest, extra: 1 }), false)
})

test('a secret in the open, a brand word and an address without https do not fit', () => {
  const faults: ((copy: Manifest) => void)[] = [
    ({ sso }) => Object.assign(sso, { sharedSecret: 'f5e1c0de' }),
    ({ oauth }) => Object.assign(oauth.clientKeys[0]!, { secret: 'x' }),
    ({ oauth }) => Object.assign(oauth, { redirectUris: ['https://user:pw@connect.example.com/oauth/callback'] }),
    ({ basicInfo }) => Object.assign(basicInfo, { tagline: 'The best way to sync with GoHighLevel' }),
    ({ profiles }) =>
      Object.assign(profiles.agency, { description: 'For every sub-account of your agency. '.repeat(9) }),
    ({ webhooks }) => Object.assign(webhooks, { webhookUrl: 'http://connect.example.com/webhooks/crm' }),
    ({ listing }) => Object.assign(listing, { searchKeywords: Array(9).fill('x'.repeat(30)) }),
  ]
  assert.ok(fitsWith(() => {}))
  for (const fault of faults) assert.ok(!fitsWith(fault), fault.toString())
})

test('every address of ours is a route', () => {
  const { oauth, webhooks, modules } = manifest
  for (const address of [...oauth.redirectUris, oauth.defaults.redirectUrl]) {
    assert.ok(isRoute('GET', pathOf(address)), address)
  }
  for (const { url } of modules.customPages) assert.ok(isRoute('GET', pathOf(url)), url)
  const incoming = [webhooks.webhookUrl, ...webhooks.subscribedEvents.flatMap(({ url }) => url ?? [])]
  for (const address of incoming) assert.ok(isRoute('POST', pathOf(address)), address)
  for (const { url } of [...modules.workflows.triggers, ...modules.workflows.actions]) {
    assert.ok(isRoute('POST', pathOf(url)), url)
  }
})

test('logo and pictures are there, in the sizes that the marketplace takes', () => {
  const { basicInfo, profiles } = manifest
  const logo = pictureOf(basicInfo.logoUrl)
  assert.ok(logo.width === logo.height && logo.width >= 400 && logo.width <= 800 && logo.size <= 512 * 1024)
  const { agency, subAccount } = profiles
  for (const address of [...agency.previewImageUrls, ...subAccount.previewImageUrls]) {
    const { width, height, size } = pictureOf(address)
    assert.ok(width >= 600 && width <= 1000 && size <= 5 * 1024 * 1024, address)
    assert.ok(width / height >= 1.5 && width / height <= 1.8, address)
  }
})

test('the default client key and redirect address are among those listed', () => {
  const { clientKeys, defaults, redirectUris } = manifest.oauth
  assert.ok(clientKeys.some(({ name }) => name === defaults.clientKey))
  assert.ok(redirectUris.includes(defaults.redirectUrl))
})

test('no address contains the brand or a word of its tenancy, but for the platform’s own variable', () => {
  const addresses = JSON.stringify(manifest).match(/"\{PUBLIC_URL\}[^"]*"/g) ?? []
  assert.ok(addresses.length >= 4)
  for (const address of addresses) {
    assert.doesNotMatch(address.replace('?location={{location.id}}', ''), /ghl|high.?level|agency|location/i)
  }
})

test('every event is known to a trigger, with an address of its own exactly when its body does not name it', () => {
  for (const { name, url } of manifest.webhooks.subscribedEvents) {
    const known = triggersForEvent('crm', name).filter(({ event }) => event === name)
    assert.ok(known.length > 0, `no trigger of the catalog knows ${name}`)
    assert.ok(
      known.every(({ delivery }) => delivery === 'picked'),
      `${name} cannot be picked`,
    )
    const needsAddress = known.some(({ ownAddress }) => ownAddress)
    assert.equal(url, needsAddress ? `{PUBLIC_URL}/webhooks/crm/${name}` : undefined, name)
  }
})

test('events and scopes are listed once, in order', () => {
  const names = manifest.webhooks.subscribedEvents.map(({ name }) => name)
  assert.deepEqual(names, [...new Set(names)].sort())
  const scopes = manifest.oauth.allowedScopes
  assert.deepEqual(scopes, [...new Set(scopes)].sort())
})

test('the events are those of the built-in workflows and those that accounts are offered, and no other', () => {
  const started = templates.flatMap(({ document }) => document.triggers.map(({ trigger }) => trigger))
  const names = manifest.webhooks.subscribedEvents.map(({ name }) => name)
  assert.deepEqual(names, [...new Set([...webhookEventsFor(started), ...Object.keys(OFFERED_EVENTS)])].sort())
})

test('the scopes are those of the installer, the events and the actions in use, and no other', () => {
  const subscribed = new Set(manifest.webhooks.subscribedEvents.map(({ name }) => name))
  const used = scopesFor({
    actionIds: [
      ...templates.flatMap(({ document }) => actionsIn(document)),
      ...METADATA_ACTIONS,
      ...builderActions.map(({ id }) => id),
    ],
    triggerIds: triggers.filter(({ system, event }) => system === 'crm' && subscribed.has(event)).map(({ id }) => id),
  })
  assert.deepEqual(
    manifest.oauth.allowedScopes,
    [
      ...new Set([
        ...[INSTALLER_SCOPES, BUILDER_SCOPES, OFFERED_SCOPES].flatMap((scopes) => Object.keys(scopes)),
        ...used,
      ]),
    ].sort(),
  )
})

test('the modules are those that the catalog offers to the builder, as it describes them', () => {
  assert.deepEqual(manifest.modules.workflows, builderModules())
  const { triggers, actions } = manifest.modules.workflows
  assert.ok(triggers.length > 10 && triggers.length <= MOST_BUILDER_TRIGGERS)
  assert.ok(actions.length > 5)
  for (const { entry } of actions) assert.notEqual(action(entry)?.system, 'crm', 'the CRM has actions of its own')
})

test('every scope is one that people can be told about', () => {
  for (const scope of manifest.oauth.allowedScopes) {
    assert.ok(scope in SCOPES || scope in INSTALLER_SCOPES, scope)
    assert.ok(scope.replaceAll(/[./-]/g, '_') in permissionsEn.scopes, `${scope} is told in one language only`)
  }
})
