import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { loadConfig } from './load.ts'
import { MAX_FILE_BYTES } from './settings-toml.ts'

const dir = mkdtempSync(join(tmpdir(), 'sluice-config-'))
const file = join(dir, 'some.toml')

beforeAll(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SLUICE_')) vi.stubEnv(name, undefined)
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true })
})

const load = (content: string | Uint8Array) => {
  writeFileSync(file, content)
  return loadConfig({ data: dir, config: file })
}

test('the real environment and the real disk are read', () => {
  vi.stubEnv('SLUICE_LOG_LEVEL', 'warn')
  expect(load('\ufefflog.format = "text" # é')).toMatchObject({
    config: { configFile: file, dataDir: dir, log: { level: 'warn', format: 'text' } },
  })
  vi.stubEnv('SLUICE_LOG_LEVEL', undefined)
})

test('a data directory without a file in it is enough', () => {
  expect(loadConfig({ data: dir })).toMatchObject({ config: { configFile: undefined } })
  expect(loadConfig({ data: join(dir, 'none', 'yet') })).toMatchObject({ config: { configFile: undefined } })
})

const mistake = (message: string) => ({ mistakes: [{ where: '--config', message: expect.stringContaining(message) }] })

test('files that cannot be settings are refused, and endless ones end', () => {
  expect(loadConfig({ config: join(dir, 'missing.toml'), data: dir })).toEqual(mistake('does not exist'))
  expect(loadConfig({ config: dir, data: dir })).toEqual(mistake('is a directory, not a file'))
  expect(load(Uint8Array.of(0x23, 0xff, 0xfe))).toEqual(mistake('is not UTF-8'))
  for (const [content, path] of [
    ['é'.repeat(MAX_FILE_BYTES), file],
    ['', '/dev/zero'],
  ] as const) {
    writeFileSync(file, content)
    expect(loadConfig({ config: path, data: dir })).toEqual({
      mistakes: [{ where: path, message: `is longer than ${MAX_FILE_BYTES} bytes` }],
    })
  }
})
