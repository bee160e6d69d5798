// The modules of the CRM's workflow builder for the manifest, generated from the catalog.

import { builderActions, builderKey, builderTriggers, isSlow } from '../catalog/builder.ts'
import type { Action, Trigger } from '../catalog/schema.ts'
import { MODULE_SECRET_HEADER } from '../http/doors/crm-module.ts'
import type { Manifest } from '../manifest.ts'

type Module = Manifest['modules']['workflows']['actions'][number]

const MOST_LETTERS = 200

const headers = [{ key: MODULE_SECRET_HEADER, value: `\${env:MODULE_SECRET}` }]

/** Whole sentences, as many as fit. */
const shortened = (text: string): string => {
  if (text.length <= MOST_LETTERS) return text
  const end = text.lastIndexOf('. ', MOST_LETTERS - 1)
  return end > 0 ? text.slice(0, end + 1) : `${text.slice(0, MOST_LETTERS - 1)}…`
}

const moduleOf = (kind: 'triggers' | 'actions', { id, label, description }: Action | Trigger): Module => {
  const key = builderKey(id)
  const name = kind === 'triggers' ? `Rankr: ${label}` : label
  const url = `{PUBLIC_URL}/modules/${kind}/${key}`
  return { key, entry: id, name, description: shortened(description), url, headers }
}

/** The triggers and actions that the manifest lists. */
export const builderModules = (): Manifest['modules']['workflows'] => ({
  triggers: builderTriggers.map((entry) => moduleOf('triggers', entry)),
  actions: builderActions.map((entry) => ({
    ...moduleOf('actions', entry),
    ...(isSlow(entry) ? { pauses: true } : {}),
  })),
})
