// The door of whoever runs the servers: requests that come straight from this machine or its private network. Anything
// that went through a proxy is a stranger, since the proxy is how strangers reach us.

import ipaddr from 'ipaddr.js'
import { AppError } from '../../errors.ts'
import type { Door } from './doors.ts'

const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

const PRIVATE_RANGES = new Set(['loopback', 'private', 'uniqueLocal', 'linkLocal'])

const isPrivate = (address: string | undefined): boolean =>
  address !== undefined && ipaddr.isValid(address) && PRIVATE_RANGES.has(ipaddr.process(address).range())

export type OperatorDoorDeps = {
  /** Our public address: a proxy that adds no header still passes its host name on. */
  publicUrl: string
}

/** Throws `not_found`: a stranger need not learn that there is something. */
export const createOperatorDoor = ({ publicUrl }: OperatorDoorDeps): Door<'operator'> => {
  const publicHost = new URL(publicUrl).hostname
  const isPublicHostLocal = publicHost === 'localhost' || isPrivate(publicHost)
  return (request) => {
    const isProxied = FORWARDING_HEADERS.some((name) => request.get(name) !== undefined)
    const isByPublicName = !isPublicHostLocal && request.hostname === publicHost
    if (isProxied || isByPublicName || !isPrivate(request.socket.remoteAddress)) throw new AppError('not_found')
  }
}
