// Requests that no HTTP client would send, byte by byte.
import { connect } from 'node:net'

const PATIENCE_MS = 20_000

/** An answer as it stands on the wire. */
export interface RawAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/**
 * Writes bytes to a port and collects all that comes back until the other side closes; so ask for `Connection: close`.
 *
 * @param thenReset whether to break the connection at once instead of waiting for an answer
 * @throws Error if the other side neither answers nor closes
 */
export function exchange(port: number, bytes: string | Uint8Array, thenReset = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    const late = setTimeout(() => {
      socket.destroy()
      reject(new Error(`the connection was still open after ${PATIENCE_MS} ms`))
    }, PATIENCE_MS)
    socket.on('data', chunk => chunks.push(chunk))
    // Whoever is refused while he still sends may see a reset after the answer.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(late)
      resolve(Buffer.concat(chunks).toString())
    })
    socket.write(bytes, () => {
      if (thenReset) socket.resetAndDestroy()
    })
  })
}

/** The answers in what came back; bodies by `Content-Length` or chunks. */
export function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) throw new Error(`not HTTP: ${JSON.stringify(rest.slice(0, 200))}`)
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n')
    const headers = new Map(lines.map(line => [line.replace(/:.*/, '').toLowerCase(), line.replace(/^[^:]*: */, '')]))
    rest = rest.slice(end + 4)
    const { body, length } = headers.has('transfer-encoding') ? unchunked(rest) : sized(rest, headers)
    answers.push({ status: Number(first.split(' ')[1]), headers, body })
    rest = rest.slice(length)
  }
  return answers
}

function sized(text: string, headers: ReadonlyMap<string, string>) {
  const body = Buffer.from(text)
    .subarray(0, Number(headers.get('content-length') ?? 0))
    .toString()
  return { body, length: body.length }
}

function unchunked(text: string) {
  let at = 0
  let body = ''
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) throw new Error('the chunks have no end')
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    const chunk = Buffer.from(text.slice(lineEnd + 2))
      .subarray(0, size)
      .toString()
    body += chunk
    at = lineEnd + 2 + chunk.length + 2
    if (size === 0) return { body, length: at }
  }
}
