// Runs one of our passport strategies for a request, as a promise.

import type { Request, Response } from 'express'
import { Passport, type Strategy } from 'passport'
import type { ErrorCode } from '../../errors.ts'
import type { TokenAnswer } from '../../highlevel/token-answer.ts'

type Outcome = { answer?: TokenAnswer | undefined; fault?: { code?: ErrorCode } | undefined }

/** Undefined when passport answered itself, with the redirect to the CRM. Rejects with what the exchange throws. */
export type RunStrategy = (name: string, request: Request, response: Response) => Promise<Outcome | undefined>

/** `strategies` by their own names. */
export const createRunStrategy = (strategies: readonly Strategy[]): RunStrategy => {
  const passport = new Passport()
  for (const strategy of strategies) passport.use(strategy)
  return (name, request, response) =>
    new Promise((resolve, reject) => {
      response.once('close', () => resolve(undefined))
      const done = (error: unknown, answer?: TokenAnswer | false, fault?: object) =>
        error ? reject(error) : resolve({ answer: answer || undefined, fault })
      passport.authenticate(name, { session: false }, done)(request, response, reject)
    })
}
