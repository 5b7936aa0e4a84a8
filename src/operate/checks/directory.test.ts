import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkDirectory, modeFindings, spaceFindings } from './directory.ts'

const MB = 1024 * 1024

let folder: string
let directory: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-directory-'))
  directory = join(folder, 'data')
  mkdirSync(directory, { mode: 0o700 })
  for (const name of ['sluice.db', 'sluice.lock']) writeFileSync(join(directory, name), 'x', { mode: 0o600 })
})
afterEach(() => rmSync(folder, { recursive: true }))

const own = process.getuid?.()
const badOf = (uid = own) => checkDirectory(directory, uid).filter(({ level }) => level === 'bad')

describe('a data directory', () => {
  test('that is its owner’s alone is fine', () => {
    expect(badOf()).toEqual([])
    expect(checkDirectory(directory, own)).toContainEqual({
      level: 'ok',
      what: `The data is in ${directory}, which is its owner's alone.`,
    })
  })

  test('that is not there yet is fine, and is not created', () => {
    rmSync(directory, { recursive: true })
    expect(badOf()).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  test('that is a file is not', () => {
    rmSync(directory, { recursive: true })
    writeFileSync(directory, '')
    expect(badOf()).toMatchObject([{ what: `${directory} is not a directory.` }])
  })

  test('that others can open is not, nor is a file in it that others can', () => {
    chmodSync(directory, 0o755)
    chmodSync(join(directory, 'sluice.db'), 0o640)
    expect(badOf()).toEqual([
      { level: 'bad', what: `${directory} is open to others (mode 0755).`, todo: `chmod 700 ${directory}` },
      {
        level: 'bad',
        what: `${join(directory, 'sluice.db')} is open to others (mode 0640).`,
        todo: `chmod 600 ${join(directory, 'sluice.db')}`,
      },
    ])
  })

  test('may hold a settings file that others can read', () => {
    writeFileSync(join(directory, 'sluice.toml'), '', { mode: 0o644 })
    expect(badOf()).toEqual([])
  })

  test('that belongs to somebody else is not', () => {
    const stranger = (own ?? 0) + 12_345
    expect(badOf(stranger)).toMatchObject([{ what: expect.stringContaining(`and this is user ${stranger}.`) }])
  })

  // Only root can give a directory away.
  test.runIf(own === 0)('that root looks at may be somebody else’s, with all that is in it', () => {
    chownSync(directory, 12_345, 12_345)
    expect(badOf(0).map(({ todo }) => todo)).toEqual([
      `chown 12345 ${join(directory, 'sluice.db')}`,
      `chown 12345 ${join(directory, 'sluice.lock')}`,
    ])
    for (const name of ['sluice.db', 'sluice.lock']) chownSync(join(directory, name), 12_345, 12_345)
    expect(badOf(0)).toEqual([])
  })
})

describe('modes', () => {
  test.each([0o700, 0o600, 0o500, 0o400])('%o is tight enough', mode => {
    expect(modeFindings('/data', mode, '700')).toEqual([])
  })

  test.each([0o701, 0o710, 0o740, 0o604, 0o777])('%o is not', mode => {
    expect(modeFindings('/data', mode, '700')).toHaveLength(1)
  })
})

describe('room on the disk', () => {
  test.each([
    ['plenty', 10_000 * MB, 5 * MB, 'ok'],
    ['less than half a gigabyte', 300 * MB, 5 * MB, 'warn'],
    ['less than the data takes', 3000 * MB, 4000 * MB, 'warn'],
    ['next to nothing', 20 * MB, 5 * MB, 'bad'],
  ])('%s', (_, free, database, level) => {
    expect(spaceFindings(free, database, '/data')[0]?.level).toBe(level)
  })
})
