// A server that is killed at any moment keeps what it has acknowledged, and leaves nothing half done.
//
// `kill -9` ends the process, not the machine: that an answer comes only after the disk has it is what flush.test.ts shows.
import * as http from 'node:http'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { storePath } from '../../src/store/open-sqlite-store.ts'
import { openSqlite, type Sqlite } from '../../src/store/sqlite.ts'
import { chance, seedOfRun } from './chance.ts'
import { type Client, createClient, differences, expectedUse } from './clients.ts'
import { type Onboarded, runProgram, type Server, startServer, temporaryFolder } from './server.ts'
import { faultsIn } from './wholeness.ts'

const CONNECTIONS = 16
const MIN_KILLS = 20
const MAX_KILLS = 40
const ENOUGH_MS = 45_000

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const seed = seedOfRun()
const random = chance(seed)
let kills = 0

afterAll(() =>
  console.log(`crash: ${kills} kills in all, seed ${seed} (SLUICE_TEST_SEED=${seed} chooses the same again)`),
)

/** Looks into the store of a running server, as another process could. */
async function inspect<T>(dataDir: string, look: (sqlite: Sqlite) => Promise<T>): Promise<T> {
  const sqlite = await openSqlite({ path: storePath(dataDir), readOnly: true })
  try {
    return await look(sqlite)
  } finally {
    await sqlite.close()
  }
}

/** Lets all clients work until the server is killed under them. */
async function workUntilKilled(server: Server, clients: readonly Client[], afterMs: number): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const working = Promise.all(clients.map(client => client.work(server, agent)))
  await Promise.race([working, sleep(afterMs)])
  await server.kill()
  kills++
  await working
  agent.destroy()
}

/** Every token that changed since the last look is used once: some work, some are refused, all as acknowledged. */
async function useTokens(server: Server, clients: readonly Client[]): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const used = await Promise.all(
    clients.map(async ({ touched }) => {
      const tokens = [...touched]
      touched.clear()
      for (const token of tokens) {
        const answer = await server.request('GET', `/api/v2/authorizations/${token.id}`, { token: token.token, agent })
        const [status, message] = expectedUse(token)
        const said = status === 200 ? '' : answer.json().message
        expect([answer.status, said], `${token.id} after the crash`).toEqual([status, message])
      }
      return tokens.length
    }),
  )
  agent.destroy()
  return used.reduce((sum, count) => sum + count, 0)
}

async function compare(server: Server, clients: readonly Client[], ids: Onboarded): Promise<number> {
  expect(await inspect(server.dataDir, sqlite => differences(sqlite, clients, ids))).toEqual([])
  expect(await inspect(server.dataDir, faultsIn)).toEqual([])
  return useTokens(server, clients)
}

test('what was acknowledged is there after kill -9, and nothing is half done', { timeout: 240_000 }, async () => {
  const begunMs = performance.now()
  const env = { SLUICE_LOG_LEVEL: 'warn' }
  let server = await startServer({ onboard: true, env })
  const ids = server.onboarded as Onboarded
  const clients = Array.from({ length: CONNECTIONS }, (_, n) => createClient(`client-${n}`, seed + n, ids))
  let [rounds, used, cutShort] = [0, 0, 0]
  const isEnough = () => rounds >= MIN_KILLS && (rounds >= MAX_KILLS || performance.now() - begunMs > ENOUGH_MS)
  while (!isEnough()) {
    rounds++
    await workUntilKilled(server, clients, random.between(0, 1000))
    cutShort += clients.filter(({ asking }) => asking !== undefined).length
    server = await startServer({ dataDir: server.dataDir, env })
    used += await compare(server, clients, ids)
  }
  const acknowledged = clients.reduce((sum, client) => sum + client.acknowledged, 0)
  console.log(
    `crash: ${rounds} rounds, ${rounds} kills, ${acknowledged} acknowledged operations, ${cutShort} cut short, ` +
      `${used} tokens used afterwards, ${((performance.now() - begunMs) / 1000).toFixed(1)} s, seed ${seed}`,
  )
  expect(acknowledged).toBeGreaterThan(rounds * CONNECTIONS)
  expect(cutShort).toBeGreaterThan(0)
  expect(await server.stop()).toBe(0)
})

test('a server killed while it starts for the first time starts the next time', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder()
  const dataDir = join(folder, 'data')
  const attempts = 8
  for (let n = 0; n < attempts; n++) {
    const { child, ended } = runProgram(['serve', '--listen', '127.0.0.1:0', '--data', dataDir], folder)
    await sleep(random.between(50, 400))
    process.kill(-child.pid!, 'SIGKILL')
    kills++
    await ended
  }
  const server = await startServer({ dataDir, onboard: true })
  expect(await inspect(dataDir, faultsIn)).toEqual([])
  console.log(`crash: killed ${attempts} times while starting, then whole and set up, seed ${seed}`)
  expect(await server.stop()).toBe(0)
})
