import { open } from 'node:fs/promises'
import { errorOf } from '../api-error.ts'
import { timeoutOf } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { createTransport } from '../transport.ts'

/** One of the things that are written, opened. */
export interface Source {
  /** As people know it. */
  readonly name: string
  readonly isCsv: boolean
  /** `if-it-is`: its first bytes tell. */
  readonly isGzip: boolean | 'if-it-is'
  /** Came as text on the command line: neither compressed nor in another character set. */
  readonly isText: boolean
  readonly bytes: AsyncIterable<Uint8Array>
  close(): void
}

const PIECE_BYTES = 256 * 1024

export function textSource(name: string, text: string): Source {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text)
  }
  return { name, isCsv: false, isGzip: false, isText: true, bytes: bytes(), close: () => {} }
}

/** @throws Error if it cannot be opened, or is a folder */
export async function openFile(name: string): Promise<Source> {
  try {
    const handle = await open(name)
    const stats = await handle.stat()
    if (stats.isDirectory()) {
      await handle.close()
      throw new Error(`read ${name}: is a directory`)
    }
    const stream = handle.createReadStream({ highWaterMark: PIECE_BYTES })
    return { name, ...namedAs(name), isText: false, bytes: stream, close: () => stream.destroy() }
  } catch (cause) {
    throw new Error(`failed to open "${name}": ${fileReason(name, cause as NodeJS.ErrnoException)}`)
  }
}

function namedAs(name: string): { readonly isCsv: boolean; readonly isGzip: boolean } {
  return { isCsv: /\.csv(?:\.gz)?$/i.test(name), isGzip: /\.gz$/i.test(name) }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
}

function fileReason(name: string, { code = '', message }: NodeJS.ErrnoException): string {
  const known = REASONS[code]
  return known === undefined ? message : `open ${name}: ${known}`
}

/**
 * Fetches an address, without our credentials: it is not our server.
 *
 * @throws Error if it does not answer with success
 */
export async function openUrl(url: string, invocation: Invocation): Promise<Source> {
  const options = { skipVerify: invocation.on('skip-verify'), debug: false, timeoutMs: timeoutOf(invocation) }
  const path = /^https?:/i.test(url) && URL.canParse(url) ? new URL(url).pathname : undefined
  if (path === undefined) throw new Error(`failed to open "${url}": not an http address`)
  const transport = await createTransport(invocation, options)
  let response: Response
  try {
    response = await transport('GET', url, { headers: {} })
  } catch (cause) {
    throw new Error(`failed to open "${url}": ${(cause as Error).message}`)
  }
  if (!response.ok) {
    await errorOf(response)
    throw new Error(`failed to open "${url}": response status_code=${response.status}`)
  }
  const isCsv = /^text\/csv/i.test(response.headers.get('content-type') ?? '') || namedAs(path).isCsv
  const body = response.body ?? new Blob([]).stream()
  return {
    name: url,
    isCsv,
    // The body may be compressed for the way, which is undone by now, or by itself.
    isGzip: 'if-it-is',
    isText: false,
    bytes: body,
    close: () => void body.cancel().catch(() => {}),
  }
}
