// Entity tags (RFC 9110, 8.8.3): how a record's state is named, and what callers ask for with it. Pure.

import { hash } from 'node:crypto'
import { AppError } from './errors.ts'

/** The tag of a record; members that differ between a write's answer and a later read are to be left out. */
export const etagFor = (members: unknown): string =>
  `"${hash('sha256', JSON.stringify(members), 'base64url').slice(0, 27)}"`

const tagsIn = (header: string): string[] => header.match(/(?:W\/)?"[^"]*"/g) ?? []

/** Whether `If-None-Match` names this state; weak tags count as well (13.1.2). */
export const isSeen = (etag: string, ifNoneMatch: string | undefined): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || tagsIn(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === etag))

/** Throws `precondition_failed` unless `If-Match` names this state, or is not sent; weak tags name none (13.1.1). */
export const expectEtag = (etag: string, ifMatch: string | undefined): void => {
  if (ifMatch === undefined || ifMatch.trim() === '*' || tagsIn(ifMatch).includes(etag)) return
  throw new AppError('precondition_failed')
}
