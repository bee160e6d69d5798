// Runs all test files, or those whose path contains one of the arguments: `npm run test:only -- http/ui store/seal`.
// Most files share processes, one for each core, that take the next file whenever they have ended one (test/together.ts says
// why); what counts on its time, drives a browser or changes its own process has one to itself. The long ones come first, so
// that none is left running alone at the end.

import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LANES = join(ROOT, '.data/test/lanes')

/** Processes of their own, in the order of how long they take. */
const ALONE = [
  'test/relay/three-nodes.test.ts',
  'test/main.test.ts',
  'test/browser/main-job.test.ts',
  'test/browser/records.test.ts',
  'test/browser/workflows.test.ts',
  'test/browser/docs.test.ts',
  'test/store/embedded.test.ts',
  // Registers itself for the whole process, as OpenTelemetry has it.
  'test/telemetry.test.ts',
]

/** Of those that share processes, in the order of how long they take. */
const LONG = [
  'test/sync/backfill/backfill.test.ts',
  'test/sync/crash.test.ts',
  'test/sync/integrity/check.test.ts',
  'test/docs/examples.test.ts',
  'test/highlevel/installer-model.test.ts',
]

/** What each process runs that shares the files with the others. */
const lane = (number: number, files: string[]): string => {
  const path = join(LANES, `${number}.js`)
  writeFileSync(
    path,
    `import { runTogether } from ${JSON.stringify(import.meta.resolve('./together.ts'))}
await runTogether(${JSON.stringify(files, null, 2)}, {
  root: new URL(${JSON.stringify(pathToFileURL(ROOT).href)}),
  taken: new URL(${JSON.stringify(pathToFileURL(join(LANES, 'taken/')).href)}),
})
`,
  )
  return path
}

const openLanes = (files: string[], atMost: number): string[] => {
  rmSync(LANES, { recursive: true, force: true })
  mkdirSync(join(LANES, 'taken'), { recursive: true })
  return Array.from({ length: Math.min(atMost, files.length) }, (_, index) => lane(index + 1, files))
}

const wanted = process.argv.slice(2)
const files = globSync('test/**/*.test.ts', { cwd: ROOT })
  .sort()
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
const alone = ALONE.filter((file) => files.includes(file))
const shared = files.filter((file) => !alone.includes(file))
const long = LONG.filter((file) => shared.includes(file))
const ordered = [...long, ...shared.filter((file) => !long.includes(file))]
// No more than there are cores: those that drive a browser or count on a node being noticed in time need theirs.
const concurrency = availableParallelism()

// The types do not have it yet.
type Options = NonNullable<Parameters<typeof run>[0]> & { globalSetupPath: string }

const options: Options = {
  files: [...alone.map((file) => join(ROOT, file)), ...openLanes(ordered, concurrency)],
  concurrency,
  globalSetupPath: fileURLToPath(import.meta.resolve('./global-setup.ts')),
}

run(options)
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .compose(spec)
  .pipe(process.stdout)
