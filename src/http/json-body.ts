import type { IncomingMessage } from 'node:http'
import { AppError } from '../domain/errors.ts'
import { collectedPieces } from '../domain/pieces.ts'

/** How deeply arrays and objects may lie within one another. */
export const MAX_JSON_DEPTH = 64

/**
 * Reads a request's body.
 *
 * @throws AppError `request too large` beyond `maxBytes`: the rest is not kept, but the connection lives, so that the
 * answer arrives; `invalid` if the sender breaks off
 */
export async function readBytes(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new AppError('request too large', `the body is larger than ${maxBytes} bytes`)
  if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  return new Promise((resolve, reject) => {
    let pieces = collectedPieces()
    let bytes = 0
    const brokenOff = () => reject(new AppError('invalid', 'the body ended before it was whole'))
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) return pieces.add(chunk)
      pieces = collectedPieces()
      reject(tooLarge())
    })
    incoming.on('end', () => resolve(pieces.whole()))
    incoming.on('error', brokenOff)
    // Always the last event, and an error is costly to make.
    incoming.on('close', () => incoming.readableEnded || brokenOff())
  })
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses the first JSON value of a body, as InfluxDB does: what comes after it is not looked at.
 *
 * @throws SyntaxError with a short reason: `EOF` for nothing, else what is wrong
 */
export function parseFirstJson(bytes: Uint8Array): unknown {
  const text = decode(bytes)
  const start = text.search(/[^ \t\r\n]/)
  if (start < 0) throw new SyntaxError('EOF')
  const end = endOfValue(text, start)
  if (end === undefined) throw new SyntaxError('unexpected end of JSON input')
  try {
    return JSON.parse(text.slice(start, end))
  } catch {
    throw new SyntaxError('the body is not valid JSON')
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new SyntaxError('the body is not valid UTF-8')
  }
}

/** Where the value that begins at `start` ends; undefined if it does not. Linear, and never deeper than allowed. */
function endOfValue(text: string, start: number): number | undefined {
  const first = text[start]
  if (first === '"') return endOfString(text, start)
  if (first !== '{' && first !== '[') return endOfWord(text, start)
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = endOfString(text, at)
      if (end === undefined) return undefined
      at = end - 1
    } else if (character === '{' || character === '[') {
      if (++depth > MAX_JSON_DEPTH) throw new SyntaxError(`the body is nested more than ${MAX_JSON_DEPTH} deep`)
    } else if (character === '}' || character === ']') {
      if (--depth === 0) return at + 1
    }
  }
  return undefined
}

function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return undefined
}

function endOfWord(text: string, start: number): number {
  const length = text.slice(start).search(/[ \t\r\n{}[\]",:]/)
  return length < 0 ? text.length : start + Math.max(1, length)
}
