// A sandbox makes its own secrets at the first start and keeps them in its data folder: what it sealed must open again.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newSandboxSecrets, type SandboxSecrets } from '../config.ts'

/** The secrets kept in `dataDir`, made and written (mode 0600) when there are none yet. */
export const sandboxSecretsIn = (dataDir: string): SandboxSecrets => {
  const file = join(dataDir, 'sandbox-secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const secrets = newSandboxSecrets()
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  return secrets
}
