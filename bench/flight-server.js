// A server of Arrow Flight that does nothing but send record batches: as many bytes as RESULT_BYTES says, for every call.
import { createServer } from 'node:http2'

const BATCH_BYTES = 1_048_576
const BATCHES = Math.ceil(Number(process.env.RESULT_BYTES) / BATCH_BYTES)

/** One message: `FlightData` with a body of a megabyte, its length before it. */
const batch = (() => {
  const varint = number => (number < 128 ? [number] : [(number % 128) + 128, ...varint(Math.floor(number / 128))])
  const message = Buffer.from([...varint(1000 * 8 + 2), ...varint(BATCH_BYTES)])
  const body = Buffer.alloc(BATCH_BYTES, 'eight bytes')
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length + body.length, 1)
  return Buffer.concat([head, message, body])
})()

const server = createServer()
server.on('stream', stream => {
  stream.on('error', () => {})
  stream.resume()
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  let left = BATCHES
  const go = () => {
    while (left > 0 && !stream.destroyed) {
      left--
      if (!stream.write(batch)) return
    }
    if (left === 0 && !stream.writableEnded) stream.end()
  }
  stream.on('drain', go)
  go()
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${server.address().port}\n`))
