import type { IncomingHttpHeaders } from 'node:http2'
import { GRPC, type GrpcStatus } from './grpc-answer.ts'

/** Metadata of which a second one could be the one that somebody else reads. */
const SINGLE = ['authorization', 'content-type', 'grpc-encoding', 'grpc-timeout']
const CONTENT_TYPES = ['application/grpc', 'application/grpc+proto']
/** At most eight digits and a unit. Source: gRPC over HTTP/2. */
const TIMEOUT = /^\d{1,8}[HMSmun]$/

/** Why a call is not one that every server reads alike; undefined if it is. 3 takes any method and more content types. */
export function oddCall(headers: IncomingHttpHeaders, rawHeaders: readonly string[]): GrpcStatus | undefined {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map(name => name.toLowerCase())
  const repeated = SINGLE.find(name => names.indexOf(name) !== names.lastIndexOf(name))
  // As for every malformed credential.
  if (repeated === 'authorization') return { code: GRPC.unauthenticated, message: 'Unauthenticated' }
  if (repeated !== undefined) return invalid(`${repeated} is given twice`)
  if (headers[':method'] !== 'POST') return unimplemented('a call is sent by POST')
  if (!CONTENT_TYPES.includes(headers['content-type'] ?? ''))
    return unimplemented('the content type is application/grpc')
  const encoding = headers['grpc-encoding'] ?? 'identity'
  if (encoding !== 'identity') return unimplemented('messages are not compressed here')
  const timeout = headers['grpc-timeout']
  if (timeout !== undefined && !TIMEOUT.test(String(timeout))) return invalid('grpc-timeout is no time')
  if (names.includes('cookie') || names.some(name => name.includes('_')))
    return invalid('a header that no client sends')
  return undefined
}

const invalid = (message: string): GrpcStatus => ({ code: GRPC.invalidArgument, message })
const unimplemented = (message: string): GrpcStatus => ({ code: GRPC.unimplemented, message })
