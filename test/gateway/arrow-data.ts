// Rows as Arrow Flight sends them: the messages of an Arrow stream, each in a FlightData.
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import { framed } from '../../src/parse/flight.ts'
import { writeMessage } from '../../src/parse/protobuf.ts'

/** Marks the end of nothing: what stands before the length of a message. Source: Arrow's encapsulated message format. */
const CONTINUATION = 0xffffffff

const made = new Map<string, Uint8Array>()

/** A result of one row, framed; the row says whose it is. The same bytes each time, though Arrow numbers its dictionaries. */
export function rowsOf(owner: string): Uint8Array {
  const rows =
    made.get(owner) ?? flightData(tableToIPC(tableFromArrays({ owner: [owner], value: Float64Array.of(1) }), 'stream'))
  made.set(owner, rows)
  return rows
}

/** A result of no rows: drivers that ask for other columns than ours look for none then. */
export function nothing(): Uint8Array {
  const all = rowsOf('')
  return all.slice(0, 5 + new DataView(all.buffer, all.byteOffset).getUint32(1))
}

/** An Arrow stream as messages of Flight. */
export function flightData(stream: Uint8Array): Uint8Array {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength)
  const messages: Uint8Array[] = []
  for (let at = 0; at < stream.length && view.getUint32(at, true) === CONTINUATION; ) {
    const length = view.getInt32(at + 4, true)
    if (length === 0) break
    const header = stream.subarray(at + 8, at + 8 + length)
    const bodyLength = bodyLengthOf(header)
    at += 8 + length
    messages.push(writeMessage([2, header], [1000, stream.subarray(at, at + bodyLength)]))
    at += bodyLength
  }
  return framed(messages)
}

/** The length of the body that follows a message, from its table. Source: Arrow's Message.fbs, field `bodyLength`. */
function bodyLengthOf(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  const table = view.getInt32(0, true)
  const fields = table - view.getInt32(table, true)
  const BODY_LENGTH = 3
  const at = 4 + 2 * BODY_LENGTH < view.getUint16(fields, true) ? view.getUint16(fields + 4 + 2 * BODY_LENGTH, true) : 0
  return at === 0 ? 0 : Number(view.getBigInt64(table + at, true))
}

/** The schema of `rowsOf`, encapsulated as FlightInfo has it. */
export function schemaOf(owner: string): Uint8Array {
  const stream = tableToIPC(tableFromArrays({ owner: [owner], value: Float64Array.of(1) }), 'stream')
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength)
  return stream.slice(0, 8 + view.getInt32(4, true))
}
