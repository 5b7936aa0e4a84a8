// HTTP/2 frame by frame, for what no client library would send.
import { openConnection, type RawConnection } from './raw-connection.ts'

export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
export const TYPE = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const
export const FLAG = { none: 0, endStream: 1, ack: 1, endHeaders: 4 } as const

/** Source: RFC 9113 4.1. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A block of headers, each as a literal that nobody remembers. Source: RFC 7541 6.2.2. */
export function block(headers: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]))
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  if (bytes.length < 127) return Buffer.concat([Buffer.of(bytes.length), bytes])
  const rest: number[] = []
  let left = bytes.length - 127
  for (; left >= 128; left = Math.floor(left / 128)) rest.push((left % 128) + 128)
  return Buffer.concat([Buffer.of(127, ...rest, left), bytes])
}

export const GRPC_HEADERS = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':authority', 'localhost'],
  [':path', '/arrow.flight.protocol.FlightService/DoGet'],
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
] as const

/** A whole request, as far as its head goes. */
export const request = (stream: number, flags = FLAG.endHeaders as number) =>
  frame(TYPE.headers, flags, stream, block(GRPC_HEADERS))

/** A connection on which the preface and empty settings went over, and ours were taken note of. */
export async function openHttp2(port: number): Promise<RawConnection> {
  const connection = await openConnection(port)
  connection.socket.setEncoding('latin1')
  await connection.send(Buffer.concat([Buffer.from(PREFACE), frame(TYPE.settings, 0, 0), frame(TYPE.settings, 1, 0)]))
  return connection
}

/** Why a connection was ended, as the frame that says so has it; undefined if there was none. Source: RFC 9113 6.8. */
export function goawayOf(connection: RawConnection): number | undefined {
  let rest = Buffer.from(connection.received(), 'latin1')
  while (rest.length >= 9) {
    if (rest[3] === TYPE.goaway) return rest.readUInt32BE(13)
    rest = rest.subarray(9 + rest.readUIntBE(0, 3))
  }
  return undefined
}
