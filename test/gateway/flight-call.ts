// Calls of Flight, frame by frame as it pleases a test.
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'

export interface GrpcAnswer {
  readonly status: number
  readonly message: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The code of HTTP/2 with which it ended. */
  readonly closedWith: number
}

export type Metadata = readonly (readonly [string, string])[]

const SERVICE = '/arrow.flight.protocol.FlightService/'

/** @param metadata repeated names are sent repeatedly */
export function begin(session: ClientHttp2Session, method: string, metadata: Metadata = []) {
  const headers: Record<string, string | string[]> = {
    ':method': 'POST',
    ':path': method.startsWith('/') ? method : SERVICE + method,
    'content-type': 'application/grpc',
    te: 'trailers',
  }
  for (const [name, value] of metadata) {
    const before = headers[name]
    const isDefault = name.startsWith(':') || name === 'content-type'
    headers[name] = before === undefined || isDefault ? value : [before, value].flat()
  }
  return session.request(headers)
}

/** Sends a call whole, and waits until it is over. */
export function call(
  session: ClientHttp2Session,
  method: string,
  metadata: Metadata,
  body: Uint8Array,
): Promise<GrpcAnswer> {
  return answerOf(begin(session, method, metadata).end(body))
}

export function answerOf(stream: ReturnType<typeof begin>): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    let headers: IncomingHttpHeaders = {}
    let trailers: IncomingHttpHeaders = {}
    const chunks: Buffer[] = []
    stream.once('response', found => {
      headers = found
    })
    stream.once('trailers', found => {
      trailers = found
    })
    stream.on('data', chunk => chunks.push(chunk))
    stream.on('error', () => {})
    stream.once('close', () => {
      const status = trailers['grpc-status'] ?? headers['grpc-status']
      const message = String(trailers['grpc-message'] ?? headers['grpc-message'] ?? '')
      const closedWith = stream.rstCode
      if (stream.session?.destroyed && status === undefined) return reject(new Error('the connection broke off'))
      resolve({
        status: status === undefined ? -1 : Number(status),
        message: decodeURIComponent(message),
        headers,
        body: Buffer.concat(chunks),
        closedWith,
      })
    })
  })
}

/** A connection of its own. */
export const openSession = (url: string): ClientHttp2Session => connect(url).on('error', () => {})
