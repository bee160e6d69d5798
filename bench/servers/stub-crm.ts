// The stub CRM as a process of its own.

import { startStubCrm } from '../../test/stub-crm.ts'
import { answerParent } from '../child.ts'

const stub = await startStubCrm()
answerParent(stub.url, {
  reset: (delayMs: number) => stub.reset(delayMs),
  seen: stub.seen,
  report: stub.report,
  called: stub.called,
})
