import type { ServerHttp2Stream } from 'node:http2'
import type { Verifier } from '../../authority/verifier.ts'
import { isDenial } from '../../domain/verdict.ts'
import { framed, unframed } from '../../parse/flight.ts'
import { bytesOf, readFields, writeMessage } from '../../parse/protobuf.ts'
import { decided } from '../../parse/undecidable.ts'
import type { FlightCredential } from '../credential.ts'
import { GRPC, type GrpcStatus } from './grpc-answer.ts'

/** An answer to a handshake. */
export interface Handshake {
  readonly payload: Uint8Array
  /** For the client to send from then on; undefined if he goes on as he came. */
  readonly token: string | undefined
}

/**
 * What a handshake is answered, as 3 does it: the payload again, and the token that was given. Only to who is known; 3 asks
 * nobody.
 */
export async function handshakeOf(
  verifier: Verifier,
  credential: FlightCredential,
  body: Uint8Array,
): Promise<Handshake | GrpcStatus> {
  const payload = payloadOf(body)
  if (payload === undefined) return NO_PAYLOAD
  const token = 'token' in credential ? credential.token : credential.password
  // The password of a v1 authorization is no token.
  const isToken = !isDenial(await verifier.verify(token))
  return { payload, token: isToken ? token : undefined }
}

export function sendHandshake(stream: ServerHttp2Stream, { payload, token }: Handshake): void {
  if (stream.destroyed || stream.closed) return
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      ...(token !== undefined && { authorization: `Bearer ${Buffer.from(token).toString('latin1')}` }),
    },
    { waitForTrailers: true },
  )
  stream.once('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' })
    // A client that goes on to listen has had all there is.
    setImmediate(() => stream.close())
  })
  stream.end(framed([writeMessage([2, payload])]))
}

const NO_PAYLOAD: GrpcStatus = { code: GRPC.invalidArgument, message: 'Invalid handshake. No payload provided' }

function payloadOf(body: Uint8Array): Uint8Array | undefined {
  const messages = unframed(body)
  const first = 'undecidable' in messages ? undefined : messages[0]
  if (first === undefined) return undefined
  const fields = decided(() => readFields(first, { 1: 'number', 2: 'bytes' }))
  return 'undecidable' in fields ? undefined : bytesOf(fields.get(2))
}
