// The digest of the official OpenAPI files: enough of every operation to check paths, versions and permissions where the
// files themselves are not at hand. `node test/catalog/digest.ts --write` writes it anew from ../shared/ghl.
import { readFileSync, writeFileSync } from 'node:fs'
import { type Operation, readOfficial, SOURCE } from './official.ts'

export type DigestRow = {
  method: string
  path: string
  /** What to send as the Version header. */
  version: string
  /** The permissions of each way to be let in; empty when the file names none. */
  scopes: string[][]
  operationId: string
}

export type Digest = { source: typeof SOURCE; operations: DigestRow[] }

export const DIGEST_FILE = new URL('../fixtures/openapi-digest.json', import.meta.url)

const row = (operation: Operation): DigestRow => ({
  method: operation.method,
  path: operation.path,
  version: operation.generation === 'v3' ? 'v3' : (operation.versions[0] ?? '2021-07-28'),
  scopes: operation.security.map(({ scopes }) => scopes).filter((scopes) => scopes.length > 0),
  operationId: operation.operationId,
})

/** The digest of the given operations, one row a line, so that a newer state of the files shows as a readable diff. */
export const digestOf = (operations: Operation[]): string => {
  const rows = operations
    .map(row)
    .map((entry) => ({ entry, key: `${entry.path} ${entry.method} ${entry.version}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ entry }) => JSON.stringify(entry))
  return `{\n"source": ${JSON.stringify(SOURCE)},\n"operations": [\n${rows.join(',\n')}\n]\n}\n`
}

export const readDigest = (): Digest => JSON.parse(readFileSync(DIGEST_FILE, 'utf8')) as Digest

if (process.argv.includes('--write') && import.meta.main) {
  const official = readOfficial()
  if (!official) throw new Error('../shared/ghl is not there')
  writeFileSync(DIGEST_FILE, digestOf(official.operations))
  console.log(`${official.operations.length} operations written`)
}
