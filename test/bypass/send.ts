// Sends cases of the corpus: ordinary ones over connections that are kept, raw ones each over one of its own.
import { type Agent, request } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { type Body, type Case, LINES, type Placeholder, WRITER } from './case.ts'

export interface Sent {
  /** 0 if the connection was closed, or said nothing, instead. */
  readonly status: number
  readonly text: string
  /** The body as it was sent; of an ordinary case. */
  readonly body: Buffer
}

/** What the placeholders stand for. */
export type Meanings = Readonly<Record<Placeholder, string>>

const SILENCE_MS = 700
const PAUSE_MS = 100
const PATIENCE_MS = 20_000

const filled = (text: string, meanings: Meanings) =>
  text.replaceAll(/«(\w+)»/g, (_, name: Placeholder) => meanings[name])

/** @throws Error if an ordinary request is neither answered nor cut off */
export function sendCase(one: Case, port: number, agent: Agent, meanings: Meanings): Promise<Sent> {
  if (one.raw !== undefined) return sendRaw(Buffer.from(filled(one.raw, meanings), 'latin1'), port)
  return sendOrdinary(one, port, agent, meanings)
}

function packed(body: Body, meanings: Meanings): Buffer {
  if (typeof body === 'string') return Buffer.from(filled(body, meanings))
  const members = Buffer.concat(body.gzip.map(text => gzipSync(text)))
  return Buffer.concat([members.subarray(0, members.length - (body.cut ?? 0)), Buffer.from(body.after ?? '')])
}

function sendOrdinary(one: Case, port: number, agent: Agent, meanings: Meanings): Promise<Sent> {
  const { method = 'POST', target = '/', headers = [WRITER], body: given = LINES } = one
  const body = given === null ? Buffer.alloc(0) : packed(given, meanings)
  const all: [string, string][] = headers.map(([name, value]) => [name, filled(value, meanings)])
  if (!all.some(([name]) => name === 'X-Request-Id')) all.push(['X-Request-Id', meanings.id])
  if (given !== null || method === 'POST') all.push(['Content-Length', String(body.length)])
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method,
        path: filled(target, meanings),
        headers: ['Host', 'localhost', ...all.flat()],
        timeout: PATIENCE_MS,
        // An upstream may say our odd bytes again in a header of its answer.
        insecureHTTPParser: true,
      },
      answer => {
        const chunks: Buffer[] = []
        answer.on('data', chunk => chunks.push(chunk))
        const end = () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString(), body })
        answer.once('end', end)
        answer.once('error', end)
      },
    )
    asked.once('timeout', () => asked.destroy(new Error(`no answer to ${one.name}`)))
    asked.once('upgrade', (answer, socket) => {
      socket.destroy()
      resolve({ status: answer.statusCode ?? 0, text: '', body })
    })
    asked.once('error', (cause: NodeJS.ErrnoException) =>
      cause.code === 'ECONNRESET' || cause.code === 'EPIPE' ? resolve({ status: 0, text: '', body }) : reject(cause),
    )
    asked.end(body)
  })
}

/** Never half closes: the other side would take that for a client that is gone, and cut its work off. */
function sendRaw(bytes: Buffer, port: number): Promise<Sent> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    let pause = setTimeout(() => socket.destroy(), SILENCE_MS)
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      clearTimeout(pause)
      pause = setTimeout(() => socket.destroy(), PAUSE_MS)
    })
    socket.on('error', () => {})
    socket.once('close', () => {
      clearTimeout(pause)
      const [, status = '0'] = /^HTTP\/1\.1 (?!1\d\d)(\d{3})/m.exec(text) ?? []
      resolve({ status: Number(status), text, body: Buffer.alloc(0) })
    })
    socket.write(bytes)
  })
}
