// Keeps a server busy over keep-alive connections, one request at a time on each. Plain sockets, because a client library
// costs more than the server that is measured.
import { connect } from 'node:net'

/** @param request the whole request, head and body, ready to be sent */
export const requestText = (method, path, token, body) => {
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token ${token}\r\n`
  if (body === undefined) return `${head}\r\n`
  return `${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** One keep-alive connection. */
export async function openConnection(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let received
  let waiting
  socket.on('data', chunk => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk])
    const answer = answerIn(received)
    if (answer === undefined) return
    received = undefined
    const { resolve } = waiting
    waiting = undefined
    resolve(answer)
  })
  const fail = cause => waiting?.reject(cause ?? new Error('the server closed the connection'))
  socket.on('error', fail)
  socket.on('close', () => fail())
  return {
    /** @returns status, head as text, and body as bytes */
    ask: request =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request, 'latin1')
      }),
    close: () => socket.destroy(),
  }
}

/** @returns undefined until the answer is whole */
function answerIn(bytes) {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.latin1Slice(0, end)
  const status = Number(head.slice(9, 12))
  const length = status === 204 ? 0 : /content-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without length:\n${head}`)
  if (bytes.length < end + 4 + Number(length)) return undefined
  return { status, head, body: bytes.subarray(end + 4) }
}

/**
 * Asks on all connections for so long.
 *
 * @param nextRequest gives the text of each request
 * @returns answers per second, and which part of the time it had nothing to do; an answer of another `status` is an error
 */
export async function keepBusy(connections, { forMs, status, nextRequest }) {
  const begun = performance.now()
  const until = begun + forMs
  let answers = 0
  // It never sleeps: waking a process on another core is costly, in a virtual machine above all, and the server would pay
  // for it with each answer, the more the slower it is.
  const idleShare = stayAwake(until, () => answers)
  async function lane(connection) {
    while (performance.now() < until) {
      const answer = await connection.ask(nextRequest())
      if (answer.status !== status) throw new Error(`status ${answer.status}: ${answer.body}`)
      answers++
    }
  }
  await Promise.all(connections.map(lane))
  return { perSecond: (answers / (performance.now() - begun)) * 1000, idle: await idleShare }
}

/** Turns the event loop until then. @returns the share of turns in which nothing came */
async function stayAwake(until, count) {
  let turns = 0
  let idle = 0
  for (let before = count(); performance.now() < until; turns++) {
    await new Promise(resolve => setImmediate(resolve))
    if (count() === before) idle++
    before = count()
  }
  return idle / turns
}
