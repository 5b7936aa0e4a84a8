import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { explain } from './explain.ts'

/** What the system itself says. */
function caught(act: () => void): unknown {
  try {
    act()
  } catch (cause) {
    return cause
  }
  throw new Error('nothing went wrong')
}

describe('a failure in words', () => {
  test.each([
    ['a file that is not there', () => readFileSync('/nowhere/a'), '/nowhere/a does not exist'],
    ['a folder in place of a file', () => readFileSync('/'), 'it is a directory, not a file'],
    [
      'a file in place of a folder',
      () => writeFileSync('/dev/null/a', ''),
      '/dev/null/a does not exist: something above it is a file',
    ],
  ])('%s', (_, act, sentence) => {
    expect(explain(caught(act))).toBe(sentence)
  })

  test.each([
    [
      { code: 'EADDRINUSE', address: '::1', port: 8086 },
      'port 8086 of ::1 is taken: stop who uses it, or choose another with --listen',
    ],
    [
      { code: 'EADDRNOTAVAIL', address: '192.0.2.1' },
      '192.0.2.1 is not an address of this machine: choose another with --listen',
    ],
    [{ code: 'EACCES', path: '/data' }, 'no permission for /data'],
    [{ code: 'EACCES', port: 80 }, 'no permission for port 80'],
    [{ code: 'EROFS', path: '/data' }, '/data cannot be written: its file system is read-only'],
    [{ code: 'ENOSPC' }, 'the disk is full'],
  ])('%o', (failure, sentence) => {
    expect(explain(failure)).toBe(sentence)
  })

  test('our own failures are in words already', () => {
    expect(explain(new AppError('unavailable', 'stop it first', { cause: new Error('locked') }))).toBe('stop it first')
  })

  test('of a trouble of the store, people at the machine learn what the engine said', () => {
    const cause = new AppError('unavailable', 'try again', { cause: new Error('disk I/O error'), retryAfterSeconds: 1 })
    expect(explain(cause)).toBe('try again (disk I/O error)')
  })
})
