import { refuse } from './undecidable.ts'

/**
 * The little of protobuf that tickets are made of: whole numbers and byte strings by field number. A reader of our own,
 * because what matters is what it refuses: libraries take the last of repeated fields, pass unknown ones over and read a
 * number in several spellings, and each of that is a way to say two things at once.
 */
export type FieldValue = number | Uint8Array

/** A message: fields in the order in which they came. */
export type Message = readonly (readonly [field: number, value: FieldValue])[]

const VARINT = 0
const BYTES = 2
/** Bytes of 64 bits. */
const MAX_VARINT = 10
/** Fields of one message; a message of ours has few. */
const MAX_FIELDS = 1000

/**
 * Reads all fields.
 *
 * @param large what a number beyond 2^53 counts as; it is refused unless given
 * @throws AppError `invalid` for what is cut off, is not in its shortest form, or has another type
 */
export function readMessage(bytes: Uint8Array, large?: number): Message {
  const fields: [number, FieldValue][] = []
  let at = 0
  while (at < bytes.length) {
    const tag = number()
    const field = Math.floor(tag / 8)
    if (field === 0) refuse('a message has a field without a number')
    if (tag % 8 === VARINT) fields.push([field, number()])
    else if (tag % 8 === BYTES) fields.push([field, byteString()])
    else refuse('a message has a field of an unknown type')
    if (fields.length > MAX_FIELDS) refuse('a message has too many fields')
  }
  return fields

  /** In the shortest form. */
  function number(): number {
    const start = at
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]
      if (byte === undefined || at - start > MAX_VARINT) refuse('a message is cut off')
      value += (byte & 0x7f) * factor
      if (byte >= 0x80) continue
      if (byte === 0 && factor > 1) refuse('a message has a number in a longer form than it needs')
      if (Number.isSafeInteger(value)) return value
      return large ?? refuse('a message has a number that is too large')
    }
  }

  function byteString(): Uint8Array {
    const length = number()
    if (length > bytes.length - at) refuse('a message is cut off')
    at += length
    return bytes.subarray(at - length, at)
  }
}

/** What each field of a message may be, by number. */
export type Shape = Readonly<Record<number, 'number' | 'bytes'>>

/**
 * The fields of a message that has no others than its shape says, each once.
 *
 * @throws AppError `invalid`
 */
export function readFields(bytes: Uint8Array, shape: Shape, large?: number): ReadonlyMap<number, FieldValue> {
  const found = new Map<number, FieldValue>()
  for (const [field, value] of readMessage(bytes, large)) {
    const kind = Object.hasOwn(shape, field) ? shape[field] : undefined
    if (kind === undefined) refuse('a message has a field that is not known')
    if ((typeof value === 'number') !== (kind === 'number')) refuse('a message has a field of another type')
    if (found.has(field)) refuse('a message has a field twice')
    found.set(field, value)
  }
  return found
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a field; empty if the field is absent, which means the same. @throws AppError `invalid` if it is no UTF-8 */
export function textOf(value: FieldValue | undefined): string {
  try {
    return decoder.decode(bytesOf(value))
  } catch {
    return refuse('a text is not valid UTF-8')
  }
}

export const bytesOf = (value: FieldValue | undefined): Uint8Array => (value instanceof Uint8Array ? value : EMPTY)

export const numberOf = (value: FieldValue | undefined): number => (typeof value === 'number' ? value : 0)

const EMPTY = new Uint8Array()
const encoder = new TextEncoder()

/** A field as it is given to `writeMessage`. */
export type WrittenField = readonly [field: number, value: FieldValue | string | undefined]

/** Writes fields in the order given; those that are undefined, zero or empty are left out, which means the same. */
export function writeMessage(...fields: readonly WrittenField[]): Uint8Array {
  const present: [number, FieldValue][] = []
  for (const [field, given] of fields) {
    const value = typeof given === 'string' ? encoder.encode(given) : given
    const isAbsent = value === undefined || value === 0 || (value instanceof Uint8Array && value.length === 0)
    if (!isAbsent) present.push([field, value])
  }
  return writeFields(present)
}

/** Writes fields as they are: of one that is optional or repeated, being empty says something else than being absent. */
export function writeFields(fields: Message): Uint8Array {
  const pieces = fields.flatMap(([field, value]) =>
    typeof value === 'number'
      ? [varint(field * 8 + VARINT), varint(value)]
      : [varint(field * 8 + BYTES), varint(value.length), value],
  )
  return concatenated(pieces)
}

export function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Uint8Array.from([...bytes, rest])
}

const URL = 'type.googleapis.com/'

/** A message of a named type. */
export interface Any {
  readonly type: string
  readonly value: Uint8Array
}

export const writeAny = ({ type, value }: Any) => writeMessage([1, URL + type], [2, value])

/** @throws AppError `invalid` */
export function readAny(bytes: Uint8Array): Any {
  const fields = readFields(bytes, { 1: 'bytes', 2: 'bytes' })
  const url = textOf(fields.get(1))
  if (!url.startsWith(URL)) refuse('a message does not say of what type it is')
  return { type: url.slice(URL.length), value: bytesOf(fields.get(2)) }
}
