// Properties draw the same cases in every run, so that a suite fails for what was changed and for nothing else. New cases
// are searched for on purpose: `PROPERTY_SEED=random PROPERTY_TIMES=20 npm run test:only -- workflows`. What fails there
// prints its seed; `PROPERTY_SEED` takes it.

import fc from 'fast-check'

const { PROPERTY_SEED = '20260131', PROPERTY_TIMES = '1' } = process.env

fc.configureGlobal({ ...(PROPERTY_SEED !== 'random' && { seed: Number(PROPERTY_SEED) }), numRuns: runs(100) })

/** How many cases a property gets that is given `usual` of them in a plain run. */
function runs(usual: number): number {
  return usual * Number(PROPERTY_TIMES)
}

export { fc, runs }
