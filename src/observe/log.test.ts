import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AuthorizationId } from '../domain/id.ts'
import { digestOf, type TokenDigest, type TokenText, tokenFrom } from '../domain/token.ts'
import { createLogger, type LogFormat, type LogLevel } from './log.ts'

const TOKEN = tokenFrom(new Uint8Array(32).fill(7))
/** As it reaches the log when the types were evaded: a plain string. */
const LEAKED = String(TOKEN)

function recorder(level: LogLevel = 'info', format: LogFormat = 'json') {
  const lines: string[] = []
  const log = createLogger({ level, format, write: line => lines.push(line), now: () => 1_700_000_000_123 })
  return { log, lines, entry: () => JSON.parse(lines.at(-1)!) }
}

test('an entry is one line of JSON: time, level, message, then the fields', () => {
  const { log, lines } = recorder()
  log.info('request', { status: 200, path: '/health', ok: true, user: undefined, org: null })
  expect(lines).toEqual([
    '{"time":"2023-11-14T22:13:20.123Z","level":"info","message":"request","status":200,"path":"/health","ok":true,"org":null}\n',
  ])
})

test('text is for people: quotes only where they are needed', () => {
  const { log, lines } = recorder('info', 'text')
  log.warn('a token\nwas "chosen"', { org: 'my org', path: '/a/b', empty: '', equal: 'a=b', n: 1.5 })
  expect(lines).toEqual([
    '2023-11-14T22:13:20.123Z WARN  a token\\nwas \\"chosen\\" org="my org" path=/a/b empty="" equal="a=b" n=1.5\n',
  ])
})

test('entries below the level are not written', () => {
  const written = (level: LogLevel) => {
    const { log, lines } = recorder(level, 'text')
    log.debug('d')
    log.info('i')
    log.warn('w')
    log.error('e')
    return lines.map(line => line.trim().at(-1)).join('')
  }
  expect(written('debug')).toBe('diwe')
  expect(written('info')).toBe('iwe')
  expect(written('warn')).toBe('we')
  expect(written('error')).toBe('e')
})

test('a child adds its fields to each entry, and an entry has the last word', () => {
  const { log, entry } = recorder()
  const child = log.child({ node: 'a', part: 'store' }).child({ part: 'http' })
  child.info('x', { node: 'b' })
  expect(entry()).toMatchObject({ node: 'b', part: 'http' })
  log.info('y')
  expect(entry()).not.toHaveProperty('node')
})

test('a field cannot pass for the time, the level or the message', () => {
  const { log, entry } = recorder()
  log.info('x', { time: 'never', level: 'error', message: 'y' })
  expect(entry()).toEqual({
    time: '2023-11-14T22:13:20.123Z',
    level: 'info',
    message: 'x',
    time_: 'never',
    level_: 'error',
    message_: 'y',
  })
})

test('a secret does not compile, as a field, as the message, or in a child', () => {
  const { log } = recorder()
  const digest: TokenDigest = digestOf('x')
  const perhaps = TOKEN as TokenText | undefined
  const plain: string | undefined = 'x'
  const id = '0123456789abcdef' as AuthorizationId
  // @ts-expect-error a token is not to be logged
  log.info('x', { token: TOKEN })
  // @ts-expect-error nor a digest, which finds the token's record
  log.info('x', { digest })
  // @ts-expect-error nor one that may be missing
  log.info('x', { status: 200, token: perhaps })
  // @ts-expect-error nor as the message
  log.info(TOKEN)
  // @ts-expect-error nor in what a child carries along
  log.child({ digest })
  // @ts-expect-error nor a whole object, which may hold anything
  log.info('x', { headers: { authorization: 'x' } })
  // These are fine.
  log.info(plain, { plain, id, n: 1, error: new Error('x') })
  log.child({ id })
})

test('what looks like one of our tokens is struck out wherever it stands', () => {
  for (const format of ['json', 'text'] as const) {
    const { log, lines } = recorder('debug', format)
    log.info(`a ${LEAKED} b`, { url: `/x?q=${LEAKED}&p=1`, [LEAKED]: 'key', long: `${LEAKED}abc` })
    log.child({ own: LEAKED }).error('x', {
      error: new Error(`no ${LEAKED}`, { cause: new Error(LEAKED, { cause: LEAKED }) }),
      named: Object.assign(new Error(), { name: LEAKED, code: LEAKED }),
      late: `${'x'.repeat(8192 - 20)}${LEAKED}`,
    })
    expect(lines.join('')).not.toContain(LEAKED.slice(0, 12))
    expect(lines[0]).toContain('slc_***')
  }
})

test('what merely begins like a token stays', () => {
  const { log, entry } = recorder()
  log.info('x', { text: 'slc_short slc_' })
  expect(entry().text).toBe('slc_short slc_')
})

test('an error is its name, message, code and causes, without stack and without what else hangs on it', () => {
  const { log, lines, entry } = recorder()
  const root = Object.assign(new Error('disk full'), { code: 'ENOSPC' })
  const error = Object.assign(new TypeError('not written', { cause: new Error('commit failed', { cause: root }) }), {
    code: 'X',
    request: { headers: { authorization: 'hunter22' } },
  })
  log.error('x', { error })
  expect(entry().error).toEqual({
    name: 'TypeError',
    message: 'not written',
    code: 'X',
    causes: ['commit failed', 'disk full'],
  })
  expect(lines.join()).not.toContain('hunter22')
})

test('at debug, an error has its stack, still on one line', () => {
  const { log, lines, entry } = recorder('debug')
  log.error('x', { error: new Error('boom') })
  expect(entry().error.stack).toContain('log.test.ts')
  expect(lines.join('').trim()).not.toContain('\n')
})

test('as text, an error is a sentence', () => {
  const { log, lines } = recorder('info', 'text')
  log.error('x', { error: Object.assign(new Error('a', { cause: new Error('b') }), { code: 5 }) })
  expect(lines[0]).toContain('error="Error: a (5); because b"')
})

test('causes of every kind are bounded, and a chain that bites its tail ends', () => {
  const { log, entry } = recorder()
  const error = new Error('a')
  error.cause = error
  log.error('x', { error })
  expect(entry().error.causes).toHaveLength(10)
  log.error('x', { error: new Error('a', { cause: { password: 'hunter22' } }) })
  expect(entry().error.causes).toEqual(['a value of type object'])
  log.error('x', { error: new AggregateError([new Error('v4'), new Error('v6')], '') })
  expect(entry().error.causes).toEqual(['v4', 'v6'])
})

test('numbers that JSON has no word for are written as text', () => {
  const { log, entry } = recorder()
  log.info('x', { a: Number.NaN, b: Number.POSITIVE_INFINITY })
  expect(entry()).toMatchObject({ a: 'NaN', b: 'Infinity' })
})

test('a very long value is cut', () => {
  const { log, lines } = recorder()
  log.info('y'.repeat(1_000_000), { long: 'x'.repeat(1_000_000) })
  expect(lines[0]!.length).toBeLessThan(20_000)
})

test('a write that fails, or an error that throws when looked at, does not fail the caller', () => {
  const log = createLogger({
    write: () => {
      throw new Error('EPIPE')
    },
  })
  expect(() => log.error('x')).not.toThrow()
  const error = Object.defineProperty(new Error(), 'message', {
    get: () => {
      throw new Error('x')
    },
  })
  const { log: second } = recorder()
  expect(() => second.error('x', { error })).not.toThrow()
})

test('whatever is logged, the line is one line without controls, and JSON gives the values back', () => {
  const hostile = fc.string({
    unit: fc.oneof(fc.constantFrom('\n', '\r', '\u001b', '\u2028', '\u0085', '\u202e', '"', '\\', '\0'), fc.string()),
  })
  const field = fc.oneof(hostile, fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined))
  fc.assert(
    fc.property(hostile, fc.dictionary(hostile, field), fc.constantFrom('json', 'text'), (message, fields, format) => {
      const { log, lines } = recorder('info', format as LogFormat)
      log.info(message, fields)
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(/^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*\n$/)
      if (format === 'json') expect(JSON.parse(lines[0]!)).toMatchObject({ message, level: 'info' })
    }),
  )
})
