import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { prepareManifest, writeManifest } from '../../server/commands/manifest.ts'
import { brokenRules } from '../../server/commands/manifest-rules.ts'
import { type Manifest, manifestInFile, readManifest } from '../../server/manifest.ts'

const createdAt = new Date('2026-11-25T10:00:00.000Z')

const FILL = [
  'PUBLIC_URL=https://connect.example.com',
  'WEBSITE_URL=https://rankr.example.com',
  'SUPPORT_EMAIL=help@rankr.example.com',
  'REVIEW_VIDEO_URL=https://video.example.com/tour',
  'REVIEW_SCOPES_VIDEO_URL=https://video.example.com/scopes',
  'APP_ID=665c6bb13d4e5364bdec0e2f',
  'APP_VERSION_ID=665c6bb13d4e5364bdec0e30',
]

/** The manifest with a change. */
const changed = (change: (manifest: Manifest) => void): unknown => {
  const copy = structuredClone(readManifest())
  change(copy)
  return copy
}

const prepare = (input: unknown = manifestInFile(), settings: string[] = FILL, version = '1.0.0') =>
  prepareManifest({ input, settings, version, createdAt })

type Files = ReturnType<typeof prepare>['files']

// biome-ignore lint/suspicious/noExplicitAny: each file has a shape of its own
const fileAt = (files: Files, path: string): any => files.find((file) => file.path === path)?.content

const header = { key: 'x-connect-secret', value: `\${env:MODULE_SECRET}` }

const withModules = (more: { value?: string; entry?: string } = {}) =>
  changed(({ oauth, modules }) => {
    oauth.allowedScopes.push('workflows.readonly')
    modules.workflows.triggers.push({
      key: 'customer_created',
      entry: more.entry ?? 'rankr.customer.created',
      name: 'Customer created in Rankr',
      description: 'Starts when a customer was added in Rankr.',
      url: '{PUBLIC_URL}/modules/triggers/customer_created',
      headers: [{ ...header, ...(more.value ? { value: more.value } : {}) }],
    })
    modules.workflows.actions.push({
      key: 'add_note',
      entry: 'rankr.customers.add-note',
      name: 'Write a note in Rankr',
      description: 'Adds a note to a customer in Rankr.',
      url: '{PUBLIC_URL}/modules/actions/add_note',
      headers: [header],
    })
  })

test('the app’s file has every part that the marketplace asks for, filled in', () => {
  const { files, faults, open } = prepare()
  assert.deepEqual(faults, [])
  assert.deepEqual(open, [])
  const app = fileAt(files, 'ghl-app.json')
  assert.deepEqual(
    [app.schemaVersion, app.appId, app.versionId, app.version, app.status, app.appType, app.createdAt],
    [1, '665c6bb13d4e5364bdec0e2f', '665c6bb13d4e5364bdec0e30', '1.0.0', 'draft', 'standard', createdAt.toISOString()],
  )
  const { basicInfo, listing, profiles, oauth, supportConfig, billing, review } = app
  assert.ok(basicInfo.name.length <= 50 && basicInfo.companyName.length <= 50)
  assert.ok(basicInfo.tagline.length >= 20 && basicInfo.tagline.length <= 170)
  assert.ok(
    basicInfo.subcategory.length >= 1 && basicInfo.subcategory.length <= 3 && basicInfo.businessNiche.length <= 3,
  )
  assert.match(basicInfo.contact, /@/)
  assert.ok(listing.searchKeywords.join('').length <= 200)
  assert.ok(profiles.agency.description.length >= 300 && profiles.subAccount.previewImageUrls.length >= 3)
  assert.deepEqual(
    oauth.redirectUris,
    ['/oauth/callback', '/developers/callback'].map((path) => `https://connect.example.com${path}`),
  )
  assert.ok(oauth.redirectUris.includes(oauth.defaults.redirectUrl))
  assert.ok(oauth.clientKeys.every((key: object) => !('secret' in key)))
  assert.ok(supportConfig.supportEmail && supportConfig.supportedServices.length > 0)
  assert.equal(billing.billingType, 'free')
  assert.match(review.endToEndDemoUrl, /^https:/)
  assert.match(review.scopesDemoUrl, /^https:/)
})

test('webhooks have a file of their own', () => {
  const { files } = prepare()
  const webhooks = fileAt(files, 'src/webhooks/ghl-webhooks.json')
  assert.deepEqual(Object.keys(webhooks), ['schemaVersion', 'appId', 'versionId', 'webhookUrl', 'subscribedEvents'])
  assert.equal(webhooks.webhookUrl, 'https://connect.example.com/webhooks/crm')
  const filled = JSON.stringify(readManifest().webhooks.subscribedEvents).replaceAll(
    '{PUBLIC_URL}',
    'https://connect.example.com',
  )
  assert.deepEqual(webhooks.subscribedEvents, JSON.parse(filled))
})

test('what is not filled in is left to the environment of the push, and said', () => {
  const { files, faults, open } = prepare(manifestInFile(), [])
  assert.deepEqual(faults, [])
  assert.equal(open.length, FILL.length)
  assert.equal(fileAt(files, 'ghl-app.json').basicInfo.website, `\${env:WEBSITE_URL}`)
  assert.equal(fileAt(files, 'src/webhooks/ghl-webhooks.json').webhookUrl, `\${env:PUBLIC_URL}/webhooks/crm`)
  assert.doesNotMatch(JSON.stringify(files), /"\{[A-Z_]+\}/)
})

test('no file holds a secret: only names of the environment, or nothing', () => {
  const { files } = prepare(withModules())
  const text = JSON.stringify(files)
  assert.doesNotMatch(text, /HIGHLEVEL_(?:CLIENT_SECRET|SSO_KEY)/)
  assert.match(text, /\$\{env:MODULE_SECRET\}/)
})

test('modules are written from their catalog entries', () => {
  const { files, faults } = prepare(withModules())
  assert.deepEqual(faults, [])
  const trigger = fileAt(files, 'src/modules/workflows/triggers/customer_created.json')
  const [made] = trigger.versions
  assert.deepEqual([trigger.key, made.version, made.status], ['customer_created', '1.0', 'draft'])
  assert.deepEqual(
    made.filters.map(({ field }: { field: string }) => field),
    ['data.email', 'data.company', 'data.tags'],
  )
  assert.equal(made.subscriptionConfig.url, 'https://connect.example.com/modules/triggers/customer_created')
  assert.ok(made.customVars.some(({ reference }: { reference: string }) => reference === 'data.email'))
  assert.equal(made.customVarsJson.type, 'customer.created')

  const [action] = fileAt(files, 'src/modules/workflows/actions/add_note.json').versions
  assert.ok(action.info.description.length <= 200 && action.info.summary.length <= 500)
  assert.deepEqual(Object.keys(action.inputs[0]), ['section', 'fields'])
  assert.deepEqual(
    [action.executionConfig.type, action.executionConfig.method, action.executionConfig.headers],
    ['API', 'POST', [header]],
  )
})

test('external authentication asks for what the manifest says, and has no file when it is switched off', () => {
  const path = 'src/external-auth/config.json'
  const { files, faults } = prepare(readManifest())
  assert.deepEqual(faults, [])
  const { enabled, type, fields, requestConfig } = fileAt(files, path)
  assert.deepEqual([enabled, type, requestConfig.method], [true, 'basic', 'POST'])
  assert.equal(requestConfig.url, 'https://connect.example.com/modules/external-auth')
  assert.deepEqual(requestConfig.headers, [header])
  assert.deepEqual(
    fields.map(({ key, type: kind, required }: { key: string; type: string; required: boolean }) => [
      key,
      kind,
      required,
    ]),
    [
      ['rankrClientId', 'text', false],
      ['rankrClientSecret', 'password', false],
    ],
  )
  assert.deepEqual(requestConfig.body[0], { key: 'rankrClientId', value: '{{userData.rankrClientId}}' })
  const off = changed(({ modules }) => {
    modules.externalAuth = null
  })
  assert.equal(fileAt(prepare(off).files, path), undefined)
})

test('every broken rule is named, each by its place', () => {
  const broken: [RegExp, (manifest: Manifest) => void][] = [
    [/previewImageUrls: needs at least 3/, ({ profiles }) => profiles.subAccount.previewImageUrls.splice(1)],
    [/clientKey: there is no client key "other"/, ({ oauth }) => Object.assign(oauth.defaults, { clientKey: 'other' })],
    [/redirectUrl: .* is no redirect/, ({ oauth }) => Object.assign(oauth.defaults, { redirectUrl: '{PUBLIC_URL}/x' })],
    [/companies.readonly is for apps of companies/, ({ oauth }) => oauth.allowedScopes.push('companies.readonly')],
    [/private app must say why/, ({ listing }) => Object.assign(listing, { private: true })],
    [
      /oauth2 needs more/,
      ({ modules }) => {
        Object.assign(modules.externalAuth!, { type: 'oauth2' })
      },
    ],
  ]
  assert.deepEqual(brokenRules(readManifest()), [])
  for (const [words, change] of broken) {
    const { faults } = prepare(changed(change))
    assert.equal(faults.length, 1, faults.join('\n'))
    assert.match(faults[0]!, words)
  }
  const all = changed((manifest) => {
    for (const [, change] of broken) change(manifest)
  })
  assert.equal(prepare(all).faults.length, broken.length)
})

test('modules break rules of their own', () => {
  const faultsOf = (input: unknown) => prepare(input).faults
  assert.match(
    faultsOf(withModules({ value: 'hunter2' })).join('\n'),
    /x-connect-secret of customer_created .* in the open/,
  )
  assert.match(faultsOf(withModules({ entry: 'rankr.no.such' })).join('\n'), /names rankr\.no\.such/)
  assert.match(
    faultsOf(withModules({ entry: 'rankr.customers.add-note' })).join('\n'),
    /which the catalog does not have/,
  )
  const without = structuredClone(withModules()) as Manifest
  without.oauth.allowedScopes = without.oauth.allowedScopes.filter((scope) => scope !== 'workflows.readonly')
  assert.match(faultsOf(without).join('\n'), /need workflows\.readonly/)
  const twice = structuredClone(withModules()) as Manifest
  twice.modules.workflows.actions.push(twice.modules.workflows.actions.at(-1)!)
  assert.match(faultsOf(twice).join('\n'), /two have the key add_note/)
})

test('a manifest that does not fit its schema is refused with every place', () => {
  const { faults, files } = prepare(
    changed(({ basicInfo, listing }) => {
      Object.assign(basicInfo, { tagline: 'GoHighLevel made easy for everybody', name: 'x'.repeat(51) })
      Object.assign(listing, { userTypes: [] })
    }),
  )
  assert.deepEqual(files, [])
  assert.deepEqual(faults.map((fault) => fault.split(':')[0]).sort(), [
    'basicInfo.name',
    'basicInfo.tagline',
    'listing.userTypes',
  ])
})

test('values that cannot be used are named, and so are names that nobody knows', () => {
  const { faults } = prepare(
    manifestInFile(),
    [
      'PUBLIC_URL=http://connect.example.com',
      'WEBSITE_URL=https://user:secret@rankr.example.com',
      'SUPPORT_EMAIL=nobody',
      'COLOUR=red',
    ],
    'one',
  )
  assert.equal(faults.length, 5)
  assert.match(faults.join('\n'), /PUBLIC_URL.*[\s\S]*COLOUR|COLOUR[\s\S]*PUBLIC_URL/)
  assert.match(faults.join('\n'), /--version one/)
  assert.equal(
    prepare(manifestInFile(), ['PUBLIC_URL=https://connect.example.com/']).faults.length,
    1,
    'a slash at the end',
  )
})

test('the command writes the files and tells which', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'manifest-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const run = (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = writeManifest(args, {
      out: { write: (text) => out.push(text) },
      err: { write: (text) => err.push(text) },
    })
    return { code, out: out.join(''), err: err.join('') }
  }
  const { code, out } = run('--out', folder, '--set', FILL[0]!)
  assert.equal(code, 0)
  assert.match(out, /ghl-app\.json\n/)
  assert.match(out, /Taken from the environment by the push: WEBSITE_URL/)
  const written = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  assert.deepEqual(
    written
      .map(({ name }) => name)
      .filter((name) => name.startsWith('ghl'))
      .sort(),
    ['ghl-app.json', 'ghl-webhooks.json'],
  )
  assert.ok(written.some(({ name }) => name === 'rankr_order_created.json'))
  assert.equal(JSON.parse(await readFile(join(folder, 'ghl-app.json'), 'utf8')).basicInfo.name, 'Rankr Connect')

  const refused = run('--out', join(folder, 'refused'), '--set', 'PUBLIC_URL=nowhere')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /Nothing was written:\n {2}PUBLIC_URL/)
  await assert.rejects(readdir(join(folder, 'refused')))
  assert.equal(run().code, 2)
  assert.throws(() => run('--where', 'x'))
})
