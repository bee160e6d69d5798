/**
 * How long tests wait for what is sure to come: a start, an answer, a page, a socket that closes. No measure of how long that
 * may take: only what never comes takes longer, however much other work a machine has.
 */
export const PATIENCE_MS = 120_000

/** For a whole test of many such waits, so that a run ends by itself. */
export const LONGEST_MS = 900_000
