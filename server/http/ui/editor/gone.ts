// What stands in place of the editor once the workflow is not there any more: somebody else has removed it meanwhile.

import { AppError } from '../../../errors.ts'
import { view } from '../../reply.ts'
import type { Route } from '../../route.ts'
import { screenData } from '../screen.ts'

/** The same row; `not_found`, which then is the workflow's, is answered with a screen that says so. */
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
