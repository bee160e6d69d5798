// Notifies the log and the metrics of each answer.

import type { Request, RequestHandler, Response } from 'express'

/** Called after a request was answered; `seconds` since its first line. */
export type Answered = (answer: { request: Request; response: Response; seconds: number }) => void

type Exchange = { request: Request; response: Response /** By performance.now(). */; startedAt: number }

/** Notifies all listeners of one answer. */
export const tellAll = (answered: readonly Answered[], { request, response, startedAt }: Exchange): void => {
  const answer = { request, response, seconds: (performance.now() - startedAt) / 1000 }
  for (const tell of answered) tell(answer)
}

/** Calls them once the answer has been handed to the operating system. */
export const onAnswered = (answered: readonly Answered[], exchange: Exchange): void => {
  exchange.response.once('finish', () => tellAll(answered, exchange))
}

export const createWatch =
  (answered: readonly Answered[]): RequestHandler =>
  (request, response, next) => {
    onAnswered(answered, { request, response, startedAt: performance.now() })
    next()
  }
