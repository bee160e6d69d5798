// The visual workflow editor: its screen and all changes.

import { z } from 'zod'
import { AppError } from '../../../errors.ts'
import type { FoldedBranches } from '../../../store/folded-branches.ts'
import type { RunService } from '../../../workflows/run-service.ts'
import { stepsIn } from '../../../workflows/tree.ts'
import type { WorkflowService } from '../../../workflows/workflow-service.ts'
import { empty } from '../../reply.ts'
import { defineRoute, type Route } from '../../route.ts'
import type { Transaction } from '../deps.ts'
import type { Screen } from '../screen.ts'
import { createEditorChanges, EDIT, editorParams } from './changes.ts'
import { orGone } from './gone.ts'
import { drawnIn } from './on-screen.ts'
import { createEditorPanel, type EditorPanelDeps } from './panel.ts'
import { panelRoutes } from './panel-routes.ts'
import { editorAddress, selectionIn, selectionQuery } from './selection.ts'
import { createShowEditor } from './show.ts'
import { stepRoutes } from './steps.ts'
import { workflowActionRoutes } from './workflow-actions.ts'

/** Dependencies of the editor. */
export type EditorDeps = EditorPanelDeps & {
  workflowService: WorkflowService
  runService: Pick<RunService, 'sampleEvent' | 'tryOut'>
  transaction: Transaction
  folded: FoldedBranches
}

/** Routes below `/settings/workflows/:workflowId/edit`. */
export const editorRoutes = (screen: Screen, deps: EditorDeps): Route[] => {
  const { workflowService } = deps
  const panel = createEditorPanel(deps)
  const show = createShowEditor({ ...deps, panel })
  const changes = createEditorChanges({ ...deps, show })
  return [
    orGone(
      screen({
        path: EDIT,
        input: { params: editorParams, query: selectionQuery },
        async handler({ caller, params: { workflowId }, query, request }) {
          const workflow = await workflowService.get(caller.locationId, workflowId)
          const selection = selectionIn(workflow.draft, query)
          const isFirst = selection.kind === 'none' && workflow.draft.triggers.length === 0
          const isWithin = request.get('hx-current-url')?.includes(editorAddress(workflowId)) ?? false
          return await show(caller, workflow, {
            selection: isFirst ? { kind: 'start' } : selection,
            drawn: drawnIn(request, workflow),
            ...(isWithin ? { focus: 'panel' } : { isOpening: true }),
          })
        },
      }),
    ),
    // A personal view setting, so no role is needed and nothing is audited.
    defineRoute({
      method: 'POST',
      path: `${EDIT}/folded`,
      door: 'session',
      audit: { none: 'how one person looks at a workflow' },
      input: { params: editorParams, body: z.object({ steps: z.string().max(40_000).default('') }).prefault({}) },
      async handler({ caller: { scope, locationId, userId }, params: { workflowId }, body: { steps } }) {
        if (scope === 'company') throw new AppError('forbidden')
        const { draft } = await workflowService.get(locationId, workflowId)
        const wanted = new Set(steps.split(' '))
        const ids = stepsIn(draft.steps).flatMap(({ step: { id } }) => (wanted.has(id) ? [id] : []))
        await deps.folded.write(locationId, { workflowId, userId }, ids)
        return empty()
      },
    }),
    ...stepRoutes(changes),
    ...workflowActionRoutes({ ...deps, changes, show }),
    ...panelRoutes(screen, { ...deps, panel, changes }),
  ]
}
