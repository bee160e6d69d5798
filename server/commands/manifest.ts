// `npm run manifest -- --out DIR`: writes the manifest as the files of the marketplace's own tool. What breaks a rule is
// named, all of it, and nothing is written. `--modules` first brings app.manifest.json in line with the catalog. `--set PUBLIC_URL=https://…` fills in a value (again for each one).

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { action, trigger } from '../catalog/index.ts'
import { dynamicFilters, dynamicInputs } from '../highlevel/dynamic-fields.ts'
import { checkManifest, MANIFEST_FILE, type Manifest, manifestInFile } from '../manifest.ts'
import { builderModules } from './builder-modules.ts'
import {
  FILLABLE,
  type Fill,
  faultsOfFill,
  type ManifestFile,
  type ModuleParts,
  manifestFiles,
} from './manifest-files.ts'
import { brokenRules } from './manifest-rules.ts'

/** Options of live lists are asked for when a person fills in the step, so none are written down. */
const partsOf = (kind: 'triggers' | 'actions', entryId: string): ModuleParts | undefined => {
  if (kind === 'actions') {
    const entry = action(entryId)
    return entry && { fields: dynamicInputs(entry.input), sample: entry.sample.output }
  }
  const entry = trigger(entryId)
  return entry && { fields: dynamicFilters(entry.filters), sample: entry.sample }
}

const readFill = (settings: readonly string[]): { fill: Fill; faults: string[] } => {
  const fill: Record<string, string> = {}
  const faults: string[] = []
  for (const setting of settings) {
    const [, name, value] = /^([A-Z_]+)=(.*)$/s.exec(setting) ?? []
    if (name === undefined || value === undefined || !(FILLABLE as readonly string[]).includes(name)) {
      faults.push(`--set ${setting}: write NAME=value, with one of ${FILLABLE.join(', ')}`)
    } else fill[name] = value
  }
  return { fill, faults: [...faults, ...faultsOfFill(fill)] }
}

const SEMVER = /^\d+\.\d+\.\d+$/

type Wanted = { input: unknown; settings: readonly string[]; version: string; createdAt: Date }

/** The files, or every fault. */
export const prepareManifest = ({ input, settings, version, createdAt }: Wanted) => {
  const { fill, faults } = readFill(settings)
  if (!SEMVER.test(version)) faults.push(`--version ${version}: write three numbers, like 1.0.0`)
  const checked = checkManifest(input)
  if (!checked.ok) return { files: [], open: [], faults: [...checked.faults, ...faults] }
  const { manifest } = checked
  const built = manifestFiles({ manifest, fill, version, createdAt, partsOf })
  return { ...built, faults: [...brokenRules(manifest), ...built.faults, ...faults] }
}

const write = (folder: string, files: readonly ManifestFile[]): void => {
  for (const { path, content } of files) {
    const place = join(folder, path)
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, `${JSON.stringify(content, null, 2)}\n`)
  }
}

/** Writes what the catalog offers to the CRM's builder into app.manifest.json. */
const writeModules = (): void => {
  const manifest = manifestInFile() as Manifest
  manifest.modules.workflows = builderModules()
  writeFileSync(MANIFEST_FILE, `${JSON.stringify(manifest, null, 2)}\n`)
}

type Output = { write(text: string): unknown }

/** Does what the arguments ask for and answers the exit code. Throws on an unknown option. */
export const writeManifest = (args: string[], { out, err }: { out: Output; err: Output }): number => {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: 'string' },
      modules: { type: 'boolean', default: false },
      set: { type: 'string', multiple: true, default: [] },
      version: { type: 'string', default: '1.0.0' },
    },
  })
  if (values.modules) {
    writeModules()
    if (!values.out) return 0
  }
  if (!values.out) {
    err.write('Say where to: npm run manifest -- --out DIR\n')
    return 2
  }
  const { files, faults, open } = prepareManifest({
    input: manifestInFile(),
    settings: values.set,
    version: values.version,
    createdAt: new Date(),
  })
  if (faults.length > 0) {
    err.write(`Nothing was written:\n${faults.map((fault) => `  ${fault}\n`).join('')}`)
    return 1
  }
  write(values.out, files)
  out.write(files.map(({ path }) => `${join(values.out!, path)}\n`).join(''))
  if (open.length > 0) out.write(`Taken from the environment by the push: ${open.join(', ')}\n`)
  return 0
}

if (import.meta.main) {
  process.exitCode = writeManifest(process.argv.slice(2), { out: process.stdout, err: process.stderr })
}
