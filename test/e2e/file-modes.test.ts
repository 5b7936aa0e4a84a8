// What is on disk is the owner's alone, whatever the surroundings would allow.
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, temporaryFolder } from './server.ts'

let umask: number

beforeAll(() => {
  umask = process.umask(0)
})
afterAll(() => void process.umask(umask))

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('a new data directory and every file in it are readable by their owner only', async () => {
  const { dataDir } = await startServer({ onboard: true })
  expect(modeOf(dataDir)).toBe('700')
  const files = readdirSync(dataDir)
  expect(files.sort()).toEqual(['sluice.db', 'sluice.db-shm', 'sluice.db-wal', 'sluice.lock'])
  for (const file of files) expect(modeOf(join(dataDir, file)), file).toBe('600')
})

test('so are the files in a directory that was there before', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  mkdirSync(dataDir, { mode: 0o777 })
  await startServer({ dataDir, onboard: true })
  for (const file of readdirSync(dataDir)) expect(modeOf(join(dataDir, file)), file).toBe('600')
})
