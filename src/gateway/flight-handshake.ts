import type { ServerHttp2Stream } from 'node:http2'
import type { Verifier } from '../authority/verifier.ts'
import { isDenial } from '../domain/verdict.ts'
import { framed, unframed } from '../parse/flight.ts'
import { bytesOf, readFields, writeMessage } from '../parse/protobuf.ts'
import { decided } from '../parse/undecidable.ts'
import type { FlightCredential } from './credential.ts'
import { GRPC, type GrpcStatus } from './grpc-answer.ts'

/**
 * Answers a handshake as 3 does it: the payload again, and the token that was given, for the client to send from then on.
 * Only to who is known; 3 asks nobody.
 */
export async function answerHandshake(
  verifier: Verifier,
  credential: FlightCredential,
  body: Uint8Array,
  stream: ServerHttp2Stream,
): Promise<GrpcStatus | undefined> {
  const payload = payloadOf(body)
  if (payload === undefined) {
    return { code: GRPC.invalidArgument, message: 'Invalid handshake. No payload provided' }
  }
  const token = 'token' in credential ? credential.token : credential.password
  // The password of a v1 authorization is no token: whoever came with it goes on as he came.
  const isToken = !isDenial(await verifier.verify(token))
  if (stream.destroyed || stream.closed) return undefined
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      ...(isToken && { authorization: `Bearer ${Buffer.from(token).toString('latin1')}` }),
    },
    { waitForTrailers: true },
  )
  stream.once('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' })
    // A client that goes on to listen has had all there is.
    setImmediate(() => stream.close())
  })
  stream.end(framed([writeMessage([2, payload])]))
  return undefined
}

function payloadOf(body: Uint8Array): Uint8Array | undefined {
  const messages = unframed(body)
  const first = 'undecidable' in messages ? undefined : messages[0]
  if (first === undefined) return undefined
  const fields = decided(() => readFields(first, { 1: 'number', 2: 'bytes' }))
  return 'undecidable' in fields ? undefined : bytesOf(fields.get(2))
}
