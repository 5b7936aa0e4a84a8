// What breaks, at every stage: the upstream, the store, the client. Each has its status, nothing is left open, and nothing is
// asked twice that must not be.
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import * as http from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../e2e/server.ts'
import { type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'
import { EMPTY, FOUND, type OnRequest, type RawUpstream, startRawUpstream } from './raw-upstream.ts'

const ROUNDS = 30

let onRequest: OnRequest
let upstream: RawUpstream
let plant: Plant

beforeAll(async () => {
  upstream = await startRawUpstream(() => onRequest)
  plant = await startPlant(
    'influxdb1',
    upstream.url,
    'answer_seconds = 1\nidle_seconds = 1\nmax_body_bytes = 1000000000\n',
  )
})
afterAll(() => upstream.close())
beforeEach(() => {
  upstream.asked.length = 0
  for (const socket of upstream.sockets) socket.destroy()
  onRequest = line => {
    throw new Error(`nobody expects ${line}`)
  }
})

const QUERY = '/query?db=raw&q=SELECT%20f%20FROM%20m'
const write = (): Promise<Answer> =>
  plant.server.request('POST', '/write?db=raw', { token: plant.tokens.both, body: 'm f=1' })
const query = (method = 'GET', path = QUERY): Promise<Answer> =>
  plant.server.request(method, path, { token: plant.tokens.both })

interface Upload {
  readonly request: http.ClientRequest
  readonly answer: Promise<http.IncomingMessage>
}

/** A write that goes on until it is told to stop, or answered. */
function upload({ server: { port }, tokens } = plant): Upload {
  const headers = { Authorization: `Token ${tokens.both}` }
  const request = http.request({
    host: '127.0.0.1',
    port,
    agent: false,
    method: 'POST',
    path: '/write?db=raw',
    headers,
  })
  const piece = Buffer.alloc(65_536, 'm f=1\n')
  const more = () => {
    while (!request.destroyed && request.write(piece));
  }
  request.on('drain', more)
  more()
  const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', found => {
      request.off('drain', more)
      resolve(found.resume())
    })
    request.once('error', reject)
  })
  answer.catch(() => {})
  return { request, answer }
}

/** Waits for something to become true. */
async function until(what: string, isSo: () => boolean, withinMs = 5000): Promise<void> {
  for (const end = Date.now() + withinMs; !isSo(); await new Promise(resolve => setTimeout(resolve, 10))) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`)
  }
}

/** Whether a connection is open on which anything was asked. Others may wait, to be used. */
const isBusy = () => [...upstream.sockets].some(socket => socket.bytesRead > 0)

const openFiles = () => readdirSync(`/proc/${plant.server.pid}/fd`).length

describe('an upstream that breaks off', () => {
  test('before it answers a write: 502, and the write is not asked again', async () => {
    onRequest = (_, socket) => socket.resetAndDestroy()
    const { status, headers } = await write()
    expect([status, headers['retry-after'], upstream.asked.length]).toEqual([502, '5', 1])
  })

  test('before it answers a query: it is asked once more, and then it is 502', async () => {
    onRequest = (_, socket) => socket.resetAndDestroy()
    expect((await query()).status).toBe(502)
    expect(upstream.asked.length).toBe(2)
  })

  describe('as an idle connection is used', () => {
    beforeEach(async () => {
      onRequest = (line, socket, before) => {
        if (before > 0) socket.resetAndDestroy()
        else socket.write(line.includes('/query') ? FOUND : EMPTY)
      }
      expect((await query()).status).toBe(200)
      upstream.asked.length = 0
    })

    test('a query is asked again on a new one', async () => {
      expect((await query()).text).toBe('{"results":[]}')
      expect(upstream.asked).toEqual(['POST /query', 'POST /query'])
    })

    test('a write is not', async () => {
      expect((await write()).status).toBe(502)
      expect(upstream.asked).toEqual(['POST /write?db=db_raw&precision=n'])
    })

    test('a query that changes something is not', async () => {
      expect((await query('POST', '/query?db=raw&q=DELETE%20FROM%20m')).status).toBe(502)
      expect(upstream.asked).toEqual(['POST /query'])
    })
  })

  test('when the answer has begun: the client’s connection is cut, so that half is not taken for all', async () => {
    onRequest = (_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
      setTimeout(() => socket.resetAndDestroy(), 50)
    }
    await expect(query()).rejects.toThrow(/aborted|hang up|ECONNRESET/)
    expect(upstream.asked.length, 'not asked again').toBe(1)
  })

  test('when only the head of the answer came: 502', async () => {
    onRequest = (_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      setTimeout(() => socket.resetAndDestroy(), 50)
    }
    expect((await query()).status).toBe(502)
    expect(upstream.asked.length, 'not asked again').toBe(1)
  })

  test('while it is written to: 502, which a client that is still sending sees', async () => {
    onRequest = (_, socket) => setTimeout(() => socket.resetAndDestroy(), 50)
    expect((await upload().answer).statusCode).toBe(502)
    expect(upstream.asked.length).toBe(1)
  })
})

test('a body that gets too long: 413, which a client that is still sending sees, however often it is tried', async () => {
  const small = await startPlant('influxdb1', upstream.url, 'max_body_bytes = 1000000\n')
  onRequest = (_, socket) => socket.resume()
  for (let round = 0; round < 20; round++) {
    const { request, answer } = upload(small)
    expect((await answer).statusCode).toBe(413)
    request.destroy()
  }
})

describe('an upstream that stands still', () => {
  test('before it answers: 504', async () => {
    onRequest = () => {}
    expect((await query()).status).toBe(504)
    expect(upstream.asked.length, 'not asked again').toBe(1)
  })

  test('while it is written to: 504', async () => {
    onRequest = (_, socket) => socket.pause()
    expect((await upload().answer).statusCode).toBe(504)
  })

  test('in the middle of an answer: the client’s connection is cut', async () => {
    onRequest = (_, socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello')
    await expect(query()).rejects.toThrow(/aborted|hang up|ECONNRESET/)
  })
})

describe('a client that goes', () => {
  const ask = (path: string, method = 'GET') => {
    const headers = { Authorization: `Token ${plant.tokens.both}` }
    const { port } = plant.server
    const request = http.request({ host: '127.0.0.1', port, agent: false, method, path, headers })
    request.on('error', () => {})
    return request
  }

  const STAGES: Readonly<Record<string, (gone: () => void) => OnRequest>> = {
    'before the answer': gone => () => setTimeout(gone, 5),
    'in the middle of the answer': gone => (_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
      setTimeout(gone, 5)
    },
  }

  test.each(Object.keys(STAGES))(
    '%s of a query: the upstream’s work is cut off, and nothing is left open',
    async stage => {
      const before = openFiles()
      for (let round = 0; round < ROUNDS; round++) {
        const request = ask(QUERY)
        const gone = new Promise<void>(resolve => {
          onRequest = STAGES[stage]!(() => {
            request.destroy()
            resolve()
          })
        })
        request.end()
        await gone
        await until('the upstream is cut off', () => !isBusy())
      }
      expect(upstream.asked.length, 'each was asked once').toBe(ROUNDS)
      await until('no file is left open', () => openFiles() <= before + 2)
    },
    30_000,
  )

  test('in the middle of a write: likewise', async () => {
    const before = openFiles()
    for (let round = 0; round < ROUNDS; round++) {
      onRequest = () => {}
      const { request } = upload()
      await until('it arrives', () => upstream.asked.length === round + 1)
      request.destroy()
      await until('the upstream is cut off', () => !isBusy())
    }
    await until('no file is left open', () => openFiles() <= before + 2)
  }, 30_000)

  test('in the middle of a short write, which has not been passed on: nothing of it is', async () => {
    const request = ask('/write?db=raw', 'POST')
    request.setHeader('Content-Length', 100)
    request.write('m f=1\n')
    await new Promise(resolve => setTimeout(resolve, 100))
    request.destroy()
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(upstream.asked).toEqual([])
  })
})

describe('a real InfluxDB', () => {
  let influxd: Influxd
  let real: Plant
  beforeAll(async () => {
    influxd = await startInfluxd(false)
    real = await startPlant('influxdb1', influxd.url, 'answer_seconds = 1\n')
    await influxd.query('CREATE DATABASE db_raw')
  }, 60_000)
  afterAll(() => influxd?.stop())

  const point = () => real.server.request('POST', '/write?db=raw', { token: real.tokens.both, body: 'm f=1' })

  test('that is frozen is 504, and thawed it is written to again; killed it is 502', async () => {
    expect((await point()).status).toBe(204)
    influxd.signal('SIGSTOP')
    const frozen = await point()
    influxd.signal('SIGCONT')
    expect([frozen.status, frozen.headers['retry-after']]).toEqual([504, '5'])
    expect((await point()).status).toBe(204)
    await influxd.stop()
    const [dead, again] = [await point(), await real.server.request('GET', QUERY, { token: real.tokens.both })]
    expect([dead.status, again.status]).toEqual([502, 502])
  })
})

describe('a store that is broken', () => {
  test('is 503 and never 401, and what it would have said is not asked of the upstream', async () => {
    onRequest = (_, socket) => socket.write(EMPTY)
    const other = await startPlant('influxdb1', upstream.url)
    const file = join(other.server.dataDir, 'sluice.db')
    upstream.asked.length = 0
    const post = (token: string) => other.server.request('POST', '/write?db=raw', { token, body: 'm f=1' })
    for (const path of [file, `${file}-wal`]) overwrite(path)
    for (const token of [other.tokens.writer, other.tokens.reader, 'unknown']) {
      const { status, headers } = await post(token)
      expect([status, headers['retry-after']]).toEqual([503, '1'])
    }
    expect(upstream.asked).toEqual([])
    await other.server.kill()
  })
})

/** Makes nonsense of a file, at the same length. */
function overwrite(path: string): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(statSync(path).size, 0xab), 0)
  closeSync(file)
}
