// The marketplace's rules across manifest entries: what must occur together, and what must not be published.
// manifest.ts has the shape of single entries.

import type { Manifest } from '../manifest.ts'

const LEAST_IMAGES = 3
/** These make an app installable by companies only. */
const COMPANY_SCOPES = /^(?:companies\.|locations\.write$|saas\/|snapshots\.|custom-menu-link\.)/
const SECRET_HEADER = /authorization|secret|token|key|password/i
const HIDDEN = /^\$\{(?:env:[A-Z][A-Z0-9_]*|remote)\}$|\{\{(?:userData|bundle)\.\w+\}\}/

type Check = (manifest: Manifest) => (string | false)[]

const CHECKS: Check[] = [
  ({ profiles: { subAccount } }) => [
    subAccount.enabled &&
      subAccount.previewImageUrls.length < LEAST_IMAGES &&
      `profiles.subAccount.previewImageUrls: needs at least ${LEAST_IMAGES} images, has ${subAccount.previewImageUrls.length}`,
  ],
  ({ oauth: { clientKeys, defaults, redirectUris } }) => [
    !clientKeys.some(({ name }) => name === defaults.clientKey) &&
      `oauth.defaults.clientKey: there is no client key "${defaults.clientKey}"`,
    !redirectUris.includes(defaults.redirectUrl) &&
      `oauth.defaults.redirectUrl: ${defaults.redirectUrl} is no redirect address`,
  ],
  ({ oauth, listing }) =>
    oauth.allowedScopes.map(
      (scope) =>
        listing.userTypes.includes('Location') &&
        COMPANY_SCOPES.test(scope) &&
        `oauth.allowedScopes: ${scope} is for apps of companies only`,
    ),
  ({ oauth, modules: { workflows } }) => [
    workflows.triggers.length + workflows.actions.length > 0 &&
      !oauth.allowedScopes.includes('workflows.readonly') &&
      'oauth.allowedScopes: modules of workflows need workflows.readonly',
  ],
  ({ modules: { workflows } }) =>
    (['triggers', 'actions'] as const).flatMap((kind) => {
      const keys = workflows[kind].map(({ key }) => key)
      return keys
        .filter((key, index) => keys.indexOf(key) !== index)
        .map((key) => `modules.workflows.${kind}: two have the key ${key}`)
    }),
  ({ modules: { workflows, externalAuth } }) =>
    [...workflows.triggers, ...workflows.actions, ...(externalAuth ? [{ ...externalAuth, key: 'externalAuth' }] : [])]
      .flatMap(({ key, headers }) => headers.map((header) => ({ key, header })))
      .map(
        ({ key, header }) =>
          SECRET_HEADER.test(header.key) &&
          !HIDDEN.test(header.value) &&
          `modules: the header ${header.key} of ${key} holds a secret in the open; write \${env:NAME}`,
      ),
  ({ modules: { externalAuth } }) => [
    externalAuth?.type === 'oauth2' &&
      'modules.externalAuth: oauth2 needs more than an address; the manifest does not describe it',
  ],
  ({ listing }) => [
    listing.private && 'review.privateReason: a private app must say why; the manifest has no such entry',
  ],
]

/** Every rule that is broken, as `place: what is wrong`. */
export const brokenRules = (manifest: Manifest): string[] =>
  CHECKS.flatMap((check) => check(manifest)).filter((fault) => fault !== false)
