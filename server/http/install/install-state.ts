// The OAuth state of installs that we start: kept in the browser's session, so that no other browser can complete them;
// valid once, for ten minutes. Several tabs may install at once.

import type { Request } from 'express'
import type OAuth2Strategy from 'passport-oauth2'
import { randomToken } from '../../ids.ts'

const LIFE_MS = 10 * 60_000
const MOST = 5

/** Time of issue by state. */
type States = Record<string, number>
type WithStates = { installStates?: States }

/** A state store for passport-oauth2, backed by the browser's session. */
export const createInstallState = ({ now }: { now: () => Date }): OAuth2Strategy.StateStore => {
  const statesOf = ({ session }: Request): States => {
    const kept = Object.entries((session as WithStates).installStates ?? {})
    return Object.fromEntries(kept.filter(([, at]) => now().getTime() - at < LIFE_MS).slice(-MOST + 1))
  }
  const keep = ({ session }: Request, states: States): void => {
    ;(session as WithStates).installStates = states
  }

  // passport-oauth2 distinguishes its store's methods by their number of parameters.
  return {
    store(request: Request, _meta: unknown, done: (error: Error | null, state?: string) => void): void {
      const state = randomToken()
      keep(request, { ...statesOf(request), [state]: now().getTime() })
      done(null, state)
    },
    verify(
      request: Request,
      state: string,
      _meta: unknown,
      done: (error: Error | null, ok: boolean, info?: unknown) => void,
    ): void {
      const states = statesOf(request)
      // Own members only: every object has a `constructor`.
      const isOurs = Object.hasOwn(states, state)
      delete states[state]
      keep(request, states)
      // Marked before the code is exchanged, so that a second request with the same state fails.
      request.session.save((error) =>
        done(error ?? null, isOurs, isOurs ? undefined : { code: 'install_state_invalid' }),
      )
    },
  } as OAuth2Strategy.StateStore
}
