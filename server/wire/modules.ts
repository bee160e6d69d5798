// Wires our triggers and actions inside the CRM's own workflow builder.

import { createHash } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Choices } from '../highlevel/choices.ts'
import type { CrmClient } from '../highlevel/client.ts'
import { dynamicFilters, dynamicInputs, inputFromDynamic } from '../highlevel/dynamic-fields.ts'
import type { CrmModuleDeps } from '../http/doors/crm-module.ts'
import { type ModuleDeps, moduleRoutes } from '../http/modules/routes.ts'
import type { Route } from '../http/route.ts'
import type { Accept } from '../relay/accept.ts'
import type { Progress } from '../relay/progress.ts'
import type { ApiAnswers } from '../store/api-answers.ts'
import type { Audit } from '../store/audit.ts'
import { createBuilderSubscriptions } from '../store/builder-subscriptions.ts'
import type { Database } from '../store/db.ts'
import { createEvents } from '../store/events.ts'
import type { Workflows } from '../store/workflows.ts'
import type { RunAction } from '../sync/actions.ts'
import { createApiActions } from '../sync/api-actions.ts'
import { createBuilderActions, createBuilderLater } from '../sync/builder/builder-actions.ts'
import { createFireBuilder } from '../sync/builder/fire-builder.ts'
import { createResumeBuilder } from '../sync/builder/resume-builder.ts'
import { createBuilderService } from '../workflows/builder-service.ts'

type Deps = {
  config: Config
  db: Database
  audit: Audit
  workflows: Workflows
  client: CrmClient
  /** Where the CRM's API answers. */
  crmApiUrl: string
  installed: ModuleDeps['installed']
  companyOf: ModuleDeps['companyOf']
  now: () => Date
}

type RouteParts = {
  choices: Pick<Choices, 'options'>
  runAction: RunAction
  progress: Progress
  /** Accepts while there is room. */
  admit: Accept['accept']
  answers: ApiAnswers
}

/** `own`: actions by id; `door` accepts the configured secrets. */
export const wireModules = ({ config, db, audit, workflows, client, now, ...deps }: Deps) => {
  const { transaction } = db
  const subscriptions = createBuilderSubscriptions({ db, now })
  const service = createBuilderService({ subscriptions, workflows, audit, transaction })
  const fire = createFireBuilder({ subscriptions, events: createEvents({ db }), client, stale: service.stale })
  return {
    own: {
      'app.builder.fire': fire,
      'app.builder.resume': createResumeBuilder({ client, path: config.crm.resumePath }),
    },
    door: { secrets: moduleSecretsOf(config) },
    routes({ choices, runAction, progress, admit, answers }: RouteParts): Route[] {
      const actions = createApiActions({ runAction, progress })
      const run = createBuilderActions({ actions, answers, inputFromDynamic, now })
      const later = createBuilderLater({ accept: admit, inputFromDynamic, now })
      const { options } = choices
      return moduleRoutes({
        ...deps,
        service,
        transaction,
        dynamicFilters,
        dynamicInputs,
        run,
        later,
        choices: options,
      })
    },
  }
}

/** A sandbox derives a secret that its simulated CRM also uses. Without a secret the door rejects every call. */
export const moduleSecretsOf = ({ mode, moduleSecrets, crm }: Config): CrmModuleDeps['secrets'] => {
  if (moduleSecrets.length > 0 || mode === 'live') return moduleSecrets
  return [createHash('sha256').update(`modules ${crm.clientSecret}`).digest('base64url')]
}
