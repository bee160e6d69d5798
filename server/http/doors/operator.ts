// The door of operators: requests straight from this machine or its private network. Anything that came through a proxy
// is refused, because that is how outside requests arrive.

import ipaddr from 'ipaddr.js'
import { AppError } from '../../errors.ts'
import type { Door } from './doors.ts'

const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

const PRIVATE_RANGES = new Set(['loopback', 'private', 'uniqueLocal', 'linkLocal'])

const isPrivate = (address: string | undefined): boolean =>
  address !== undefined && ipaddr.isValid(address) && PRIVATE_RANGES.has(ipaddr.process(address).range())

export type OperatorDoorDeps = {
  /** Our public address: even a proxy that adds no header passes its host name on. */
  publicUrl: string
}

/** Throws `not_found`, so that outsiders do not learn the route exists. */
export const createOperatorDoor = ({ publicUrl }: OperatorDoorDeps): Door<'operator'> => {
  const publicHost = new URL(publicUrl).hostname
  const isPublicHostLocal = publicHost === 'localhost' || isPrivate(publicHost)
  return (request) => {
    const isProxied = FORWARDING_HEADERS.some((name) => request.get(name) !== undefined)
    const isByPublicName = !isPublicHostLocal && request.hostname === publicHost
    if (isProxied || isByPublicName || !isPrivate(request.socket.remoteAddress)) throw new AppError('not_found')
  }
}
