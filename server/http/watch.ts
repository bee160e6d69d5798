// Who is told of each answer: the log and the metrics.

import type { Request, RequestHandler, Response } from 'express'

/** Told when a request was answered; `seconds` from its first line on. */
export type Answered = (answer: { request: Request; response: Response; seconds: number }) => void

type Exchange = { request: Request; response: Response /** By performance.now(). */; startedAt: number }

export const tellAll = (answered: readonly Answered[], { request, response, startedAt }: Exchange): void => {
  const answer = { request, response, seconds: (performance.now() - startedAt) / 1000 }
  for (const tell of answered) tell(answer)
}

/** Tells them once the answer has been handed to the system. */
export const onAnswered = (answered: readonly Answered[], exchange: Exchange): void => {
  exchange.response.once('finish', () => tellAll(answered, exchange))
}

export const createWatch =
  (answered: readonly Answered[]): RequestHandler =>
  (request, response, next) => {
    onAnswered(answered, { request, response, startedAt: performance.now() })
    next()
  }
