import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Shorter secrets are not searched for: they turn up by chance. */
export const MIN_SECRET_LENGTH = 8

/** One character over and over is filler, which long descriptions are made of too: it identifies nothing. */
const isFiller = (secret: string) => new Set(secret).size === 1

const CHUNK_BYTES = 4 << 20
/** What of a form is looked at first: cheap to read at any place, and rare enough. */
const HEAD_BYTES = 4
const PREFIX_BYTES = 8

interface Form {
  readonly secret: string
  readonly bytes: Buffer
}

/** A prepared set of secrets; made once, used on any number of buffers. */
export interface SecretIndex {
  readonly secrets: number
  readonly longestForm: number
  /** One bit for each hash of the first four bytes of a form: almost every place in a file is dismissed by it. */
  readonly heads: Uint8Array
  readonly byPrefix: ReadonlyMap<string, readonly Form[]>
}

/** A place where a secret was found. */
export interface Finding {
  readonly file: string
  readonly secret: string
  readonly count: number
}

/** The ways in which a program can write a text without meaning to hide it. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    // By way of bytes, because it refuses a lone surrogate.
    encodeURIComponent(bytes.toString()),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}

const headSlot = (head: number) => Math.imul(head, 0x9e3779b1) >>> 8
const prefixAt = (bytes: Buffer, at: number) => bytes.toString('latin1', at, at + PREFIX_BYTES)

/** Prepares a search; secrets that are too short, or filler, are left out. */
export function indexSecrets(secrets: Iterable<string>): SecretIndex {
  const kept = [...new Set(secrets)].filter(secret => secret.length >= MIN_SECRET_LENGTH && !isFiller(secret))
  const heads = new Uint8Array(1 << 21)
  const byPrefix = new Map<string, Form[]>()
  let longestForm = 0
  for (const secret of kept) {
    for (const text of new Set(formsOf(secret))) {
      const bytes = Buffer.from(text)
      const slot = headSlot(bytes.readInt32BE(0))
      heads[slot >>> 3]! |= 1 << (slot & 7)
      const prefix = prefixAt(bytes, 0)
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), { secret, bytes }])
      longestForm = Math.max(longestForm, bytes.length)
    }
  }
  return { secrets: kept.length, longestForm, heads, byPrefix }
}

function* formsAt(index: SecretIndex, bytes: Buffer, at: number) {
  for (const form of index.byPrefix.get(prefixAt(bytes, at)) ?? []) {
    if (bytes.subarray(at, at + form.bytes.length).equals(form.bytes)) yield form
  }
}

/**
 * How often each secret begins in the first `limit` bytes: as it is, escaped for JSON or a URL, or in base64 or hex.
 * One pass, whatever the number of secrets.
 */
export function countSecrets(index: SecretIndex, bytes: Buffer, limit = bytes.length): Map<string, number> {
  const counts = new Map<string, number>()
  const { heads } = index
  const end = Math.min(limit, bytes.length - PREFIX_BYTES + 1)
  let head = bytes.length < HEAD_BYTES ? 0 : bytes.readInt32BE(0)
  for (let at = 0; at < end; at++) {
    const slot = headSlot(head)
    if (heads[slot >>> 3]! & (1 << (slot & 7))) {
      for (const { secret } of formsAt(index, bytes, at)) counts.set(secret, (counts.get(secret) ?? 0) + 1)
    }
    head = (head << 8) | (bytes[at + HEAD_BYTES] ?? 0)
  }
  return counts
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}

/** A file in pieces that overlap by as much as a secret can be long; `fresh` is how far the next piece repeats nothing. */
function* chunksOf(path: string, overlap: number): Generator<{ bytes: Buffer; fresh: number }> {
  const buffer = Buffer.alloc(CHUNK_BYTES + overlap)
  const file = openSync(path, 'r')
  try {
    for (let at = 0; ; at += CHUNK_BYTES) {
      const read = readSync(file, buffer, 0, buffer.length, at)
      if (read > 0) yield { bytes: buffer.subarray(0, read), fresh: Math.min(CHUNK_BYTES, read) }
      if (read < buffer.length) return
    }
  } finally {
    closeSync(file)
  }
}

/** Every secret in every file below a folder, and the number of bytes that were looked at. */
export function searchFolder(
  secrets: Iterable<string>,
  folder: string,
): { findings: Finding[]; secrets: number; bytes: number } {
  const index = indexSecrets(secrets)
  const findings: Finding[] = []
  let bytes = 0
  for (const file of filesBelow(folder)) {
    const counts = new Map<string, number>()
    for (const chunk of chunksOf(file, index.longestForm)) {
      for (const [secret, n] of countSecrets(index, chunk.bytes, chunk.fresh))
        counts.set(secret, (counts.get(secret) ?? 0) + n)
    }
    bytes += statSync(file).size
    findings.push(...[...counts].map(([secret, count]) => ({ file, secret, count })))
  }
  return { findings, secrets: index.secrets, bytes }
}
