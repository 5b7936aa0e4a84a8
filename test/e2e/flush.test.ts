// A change is answered only when the disk has it, which the order of the server's system calls shows.
import * as http from 'node:http'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-sqlite-store.ts'
import { type Onboarded, startServer } from './server.ts'
import { parseCalls, type SystemCall, startTracedServer, type TracedServer } from './system-calls.ts'

const CALLS = [
  'read',
  'readv',
  'recvfrom',
  'recvmsg',
  'write',
  'writev',
  'sendto',
  'sendmsg',
  'pwrite64',
  'fsync',
  'fdatasync',
]
const SEQUENTIAL = 60
const CONNECTIONS = 16
const EACH = 25

/** A change that was asked for and acknowledged, as the server's calls show it. */
interface Acknowledgement {
  readonly arrived: number
  readonly answered: number
}

const isWal = ({ args }: SystemCall) => /^\d+<[^>]*\/sluice\.db-wal>/.test(args)
const isFlush = (call: SystemCall) =>
  (call.name === 'fdatasync' || call.name === 'fsync') && isWal(call) && call.result === 0
const connectionOf = ({ args }: SystemCall) => /^\d+<(TCP[^>]*->[^>]*)>/.exec(args)?.[1]

/** Pairs each change that arrived on a connection with the answer that left on it. */
function acknowledgements(calls: readonly SystemCall[]): Acknowledgement[] {
  const arrived = new Map<string, number>()
  const found: Acknowledgement[] = []
  for (const call of calls) {
    const connection = connectionOf(call)
    if (connection === undefined) continue
    if (/"(?:POST|PATCH|DELETE) \/api\/v2\/(?:aut|use)/.test(call.args)) arrived.set(connection, call.ended)
    const status = /"HTTP\/1\.1 (\d{3})/.exec(call.args)?.[1]
    const since = arrived.get(connection)
    if (status === undefined || since === undefined) continue
    arrived.delete(connection)
    if (status.startsWith('2')) found.push({ arrived: since, answered: call.begun })
  }
  return found
}

/** Whether the log was written after the arrival, and then flushed whole before the answer. */
function wasFlushed(calls: readonly SystemCall[], { arrived, answered }: Acknowledgement): boolean {
  const between = calls.filter(call => call.begun > arrived && call.ended < answered)
  const written = between.find(call => call.name === 'pwrite64' && isWal(call))
  return written !== undefined && between.some(call => isFlush(call) && call.begun > written.ended)
}

describe('the order of system calls', () => {
  test('is read from pieces of several threads', () => {
    const log = [
      '7 read(21<TCP:[1.1.1.1:1->1.1.1.1:2]>, "PATCH /api", 65536) = 300',
      '9 fdatasync(30</d/sluice.db-wal> <unfinished ...>',
      '7 write(2</dev/null>, "x", 1) = 1',
      '9 <... fdatasync resumed>) = 0',
    ].join('\n')
    expect(parseCalls(log).map(({ name, begun, ended, result }) => [name, begun, ended, result])).toEqual([
      ['read', 0, 0, 300],
      ['write', 2, 2, 1],
      ['fdatasync', 1, 3, 0],
    ])
  })
})

describe('every acknowledged change followed a flush that began after it was asked for', () => {
  let server: TracedServer
  let ids: Onboarded
  let agent: http.Agent

  beforeAll(async () => {
    server = await startTracedServer(CALLS, { onboard: true, env: { SLUICE_LOG_LEVEL: 'warn' } })
    ids = server.onboarded as Onboarded
    return () => server.kill()
  })
  afterEach(() => agent.destroy())

  async function change(method: string, path: string, body?: unknown) {
    const answer = await server.request(method, path, { token: ids.operator, agent, body })
    expect(answer.status, answer.text).toBeLessThan(300)
    return answer
  }

  /** One client's work: users and tokens come, change, and go. */
  async function work(client: number, changes: number): Promise<void> {
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: ids.orgId } }]
    for (let n = 0; n < changes; ) {
      const user = (await change('POST', '/api/v2/users', { name: `user ${client} ${n}` })).json()
      const made = await change('POST', '/api/v2/authorizations', { orgID: ids.orgId, userID: user.id, permissions })
      const path = `/api/v2/authorizations/${made.json().id}`
      await change('PATCH', path, { status: 'inactive', description: 'deactivated_auth' })
      await change('DELETE', path)
      await change('DELETE', `/api/v2/users/${user.id}`)
      n += 5
    }
  }

  /** What happened meanwhile: the changes acknowledged, how many of them without a flush, and the flushes. */
  async function observe(expected: number, act: () => Promise<unknown>) {
    const from = server.calls().length
    await act()
    let calls = server.calls().slice(from)
    // The last answer may be here before strace has written down that it was sent.
    for (let n = 0; n < 100 && acknowledgements(calls).length < expected; n++) {
      await new Promise(resolve => setTimeout(resolve, 50))
      calls = server.calls().slice(from)
    }
    const answers = acknowledgements(calls)
    return {
      answers: answers.length,
      unflushed: answers.filter(answer => !wasFlushed(calls, answer)).length,
      flushes: calls.filter(isFlush).length,
    }
  }

  test('one after the other', async () => {
    agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const { answers, unflushed, flushes } = await observe(SEQUENTIAL, () => work(0, SEQUENTIAL))
    console.log(`flush: one connection: ${answers} acknowledged changes, ${flushes} flushes, ${unflushed} unflushed`)
    expect({ answers, unflushed }).toEqual({ answers: SEQUENTIAL, unflushed: 0 })
    expect(flushes).toBeGreaterThanOrEqual(answers)
  })

  test('and at once, where those that wait share one', async () => {
    agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
    const { answers, unflushed, flushes } = await observe(CONNECTIONS * EACH, () =>
      Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => work(n + 1, EACH))),
    )
    console.log(
      `flush: ${CONNECTIONS} connections: ${answers} acknowledged changes, ${flushes} flushes, ${unflushed} unflushed`,
    )
    expect({ answers, unflushed }).toEqual({ answers: CONNECTIONS * EACH, unflushed: 0 })
    expect(flushes).toBeLessThan(answers)
  })
})

test('the connection that writes flushes at every commit, and says so', async () => {
  const server = await startServer({ onboard: true })
  const { sqlite, store } = await openStore(server.dataDir, false)
  // 2 is FULL. Source: SQLite's documentation of PRAGMA synchronous.
  expect([sqlite.pragma('synchronous'), sqlite.pragma('journal_mode')]).toEqual([2, 'wal'])
  await store.close()
})
