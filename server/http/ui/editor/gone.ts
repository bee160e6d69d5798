// Shown instead of the editor when someone else has removed the workflow in the meantime.

import { AppError } from '../../../errors.ts'
import { view } from '../../reply.ts'
import type { Route } from '../../route.ts'
import { screenData } from '../screen.ts'

/** Wraps a route so that `not_found` (of the workflow) renders a screen that says so, with status 404. */
export const orGone = (row: Route): Route => ({
  ...row,
  async handler(call) {
    try {
      return await row.handler(call)
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'not_found')) throw error
      return view('editor/gone', screenData(call.caller), { status: 404 })
    }
  },
})
