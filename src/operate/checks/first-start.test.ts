import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Config } from '../../config/config.ts'
import { checkFirstStart } from './first-start.ts'

let folder: string
const path = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-first-start-'))
  writeFileSync(path('password'), 'a-password\n', { mode: 0o600 })
  writeFileSync(path('token'), 'a-token-that-is-long\n', { mode: 0o600 })
  writeFileSync(path('short'), 'short-token\n', { mode: 0o600 })
  writeFileSync(path('empty'), '\n', { mode: 0o600 })
  writeFileSync(path('open'), 'a-token-that-is-long\n', { mode: 0o644 })
})
afterAll(() => rmSync(folder, { recursive: true }))

function wrongWith(token: string | undefined, host = '127.0.0.1', publicUrl?: Config['publicUrl']) {
  const files = { passwordFile: path('password'), tokenFile: token && path(token) }
  const init = { username: 'admin', org: 'o', bucket: 'b', ...files }
  return checkFirstStart({ init, listen: { host, port: 8086 }, publicUrl }).filter(({ level }) => level !== 'ok')
}

test('without an unattended first start there is nothing to look at', () => {
  expect(checkFirstStart({ init: undefined, listen: { host: '::', port: 1 }, publicUrl: undefined })).toEqual([])
})

test('files that are there and hold something are fine', () => {
  expect(wrongWith('token')).toEqual([])
  expect(wrongWith(undefined)).toEqual([])
})

test.each([
  ['nothing', /cannot be read/],
  ['empty', /is empty/],
  ['open', /Everybody on this machine can read/],
])('a token file: %s', (name, what) => {
  expect(wrongWith(name)).toMatchObject([{ level: 'bad', what: expect.stringMatching(what) }])
})

test('a short token is bad where other machines can connect', () => {
  expect(wrongWith('short')).toEqual([])
  expect(wrongWith('short', '0.0.0.0')).toMatchObject([{ level: 'bad', what: expect.stringMatching(/fewer than 16/) }])
  expect(wrongWith('token', '0.0.0.0')).toEqual([])
  const behind = (host: string) => ({ origin: `https://${host}`, protocol: 'https:' as const, host })
  expect(wrongWith('short', '127.0.0.1', behind('t.example'))).toHaveLength(1)
  expect(wrongWith('short', '127.0.0.1', behind('[::1]:8086'))).toEqual([])
})
