// Runs all test files, or those whose path contains one of the arguments: `npm run test:only -- http/ui store/seal`.
// Most files share processes (test/together.ts says why); what starts processes, a browser or changes its own process
// has one to itself. The long ones start first, so that none is left running alone at the end.

import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const GROUPS = join(ROOT, '.data/test/groups')
const GROUP_SIZE = 16

/** In the order of how long they take. */
const LONG = [
  'test/relay/three-nodes.test.ts',
  'test/main.test.ts',
  'test/browser/main-job.test.ts',
  'test/browser/records.test.ts',
  'test/browser/workflows.test.ts',
  'test/store/embedded.test.ts',
  'test/sync/integrity/check.test.ts',
]

const ALONE = [
  ...LONG,
  'test/browser/docs.test.ts',
  // Registers itself for the whole process, as OpenTelemetry has it.
  'test/telemetry.test.ts',
]

/** Groups of neighbours, since files of one folder load much the same. */
const gather = (files: string[]): string[] => {
  rmSync(GROUPS, { recursive: true, force: true })
  mkdirSync(GROUPS, { recursive: true })
  const groups = Math.ceil(files.length / GROUP_SIZE)
  return Array.from({ length: groups }, (_, group) => {
    const members = files.slice((group * files.length) / groups, ((group + 1) * files.length) / groups)
    const path = join(GROUPS, `${group + 1}.js`)
    writeFileSync(
      path,
      `import { runTogether } from ${JSON.stringify(import.meta.resolve('./together.ts'))}
runTogether(${JSON.stringify(members, null, 2)}, new URL(${JSON.stringify(pathToFileURL(ROOT).href)}))
`,
    )
    return path
  })
}

const wanted = process.argv.slice(2)
const files = globSync('test/**/*.test.ts', { cwd: ROOT })
  .sort()
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
const alone = ALONE.filter((file) => files.includes(file))
const shared = files.filter((file) => !ALONE.includes(file))

// The types do not have it yet.
type Options = NonNullable<Parameters<typeof run>[0]> & { globalSetupPath: string }

const options: Options = {
  files: [...alone.map((file) => join(ROOT, file)), ...gather(shared)],
  // No more than there are cores: those that drive a browser or count on a node being noticed in time need theirs.
  concurrency: availableParallelism(),
  globalSetupPath: fileURLToPath(import.meta.resolve('./global-setup.ts')),
}

run(options)
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .compose(spec)
  .pipe(process.stdout)
