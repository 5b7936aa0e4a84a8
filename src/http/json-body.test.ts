import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { MAX_JSON_DEPTH, parseFirstJson, readBytes } from './json-body.ts'

/** Any code point, halves of surrogate pairs too. The generator that fast-check has for this takes seconds to set up. */
const character = fc.nat({ max: 0x10ffff }).map(code => String.fromCodePoint(code))

const parse = (text: string) => parseFirstJson(Buffer.from(text))
const fault = (text: string | Uint8Array) => {
  try {
    return parseFirstJson(Buffer.from(text as string))
  } catch (cause) {
    expect(cause).toBeInstanceOf(SyntaxError)
    return (cause as SyntaxError).message
  }
}
const NOT_JSON = 'the body is not valid JSON'
const CUT = 'unexpected end of JSON input'

describe('the first JSON value of a body', () => {
  test.each([
    ['{}', {}],
    [' \t\r\n{"a": [1, {"b": null}]}', { a: [1, { b: null }] }],
    ['null', null],
    ['1.5e3', 1500],
    ['"a\\"}{b"', 'a"}{b'],
    ['{"a": "}"}', { a: '}' }],
    ['{"a": "\\\\"}', { a: '\\' }],
    ['{"ż🙂": "\\u017c"}', { 'ż🙂': 'ż' }],
  ])('%s is read', (text, value) => expect(parse(text)).toEqual(value))

  test.each(['{"a": 1}{"a": 2}', '{"a": 1} trailing', '{"a": 1}]', '{"a": 1}\n\n{"b"'])(
    'is all of %s that counts',
    text => expect(parse(text)).toEqual({ a: 1 }),
  )
  test.each([
    ['null null', null],
    ['1 2', 1],
    ['true{', true],
    ['"a""b"', 'a'],
    ['[1][2]', [1]],
  ])('ends before what comes next in %s', (text, value) => expect(parse(text)).toEqual(value))

  test.each([
    ['', 'EOF'],
    [' \n\t ', 'EOF'],
    ['{', CUT],
    ['{"a": ', CUT],
    ['{"a": "b', CUT],
    ['{"a": "b\\"}', CUT],
    ['[1, 2', CUT],
    ['"a', CUT],
    ['{"a" 1}', NOT_JSON],
    ["{'a': 1}", NOT_JSON],
    ['{"a": 1,}', NOT_JSON],
    ['[1}', NOT_JSON],
    ['{"a": [}', CUT],
    ['nul', NOT_JSON],
    ['nulltrue', NOT_JSON],
    ['NaN', NOT_JSON],
    ['01', NOT_JSON],
    ['}', NOT_JSON],
    [':', NOT_JSON],
    ['{"a": "line\nend"}', NOT_JSON],
    ['{"a": "\\x"}', NOT_JSON],
  ])('%j is refused: %s', (text, message) => expect(fault(text)).toBe(message))

  test('of bytes that are no UTF-8 is refused', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0xaf, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x7b, 0xc3],
    ]) {
      expect(fault(new Uint8Array(bytes))).toBe('the body is not valid UTF-8')
    }
  })

  test('may be as deep as allowed and no deeper, at no cost', () => {
    const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(Array.isArray(parse(deep(MAX_JSON_DEPTH)))).toBe(true)
    const message = `the body is nested more than ${MAX_JSON_DEPTH} deep`
    expect(fault(deep(MAX_JSON_DEPTH + 1))).toBe(message)
    expect(fault('{"a":'.repeat(200_000))).toBe(message)
    expect(fault('['.repeat(1_000_000))).toBe(message)
    // Brackets in text are not depth, nor are those side by side.
    expect(parse(JSON.stringify('['.repeat(1000)))).toBe('['.repeat(1000))
    expect(parse(`[${Array(1000).fill('[]')}]`)).toHaveLength(1000)
  })

  test('is what JSON.parse says, wherever that says something', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', '\n', ' x', '{', ',', ' "'), (text, rest) => {
        expect(parse(text + rest)).toEqual(JSON.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  test('is read or refused as a SyntaxError, whatever the bytes', () => {
    const jsonish = fc.stringMatching(/^[[\]{}",:\\ a0null]{0,30}$/)
    fc.assert(
      fc.property(fc.oneof(jsonish, fc.string({ unit: character })), text => void fault(text)),
      { numRuns: 1000 },
    )
    fc.assert(fc.property(fc.uint8Array(), bytes => void fault(bytes)))
  })
})

describe('reading a body', () => {
  /** A server that tells what it read, or the error; and a connection to it. */
  async function reading(maxBytes: number) {
    let begin = () => {}
    const begun = new Promise<void>(resolve => {
      begin = resolve
    })
    let settle: (outcome: unknown) => void = () => {}
    const outcome = new Promise<unknown>(resolve => {
      settle = resolve
    })
    const listener: RequestListener = async (incoming, outgoing) => {
      begin()
      const result = await readBytes(incoming, maxBytes).catch((cause: unknown) => cause)
      settle(result)
      outgoing.end(result instanceof Buffer ? `read ${result.length}: ${result}` : (result as AppError).code)
    }
    const server = createServer(listener)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    onTestFinished(() => {
      socket.destroy()
      server.closeAllConnections()
      server.close()
    })
    let received = ''
    socket.setEncoding('utf8').on('data', text => {
      received += text
    })
    const answer = async () => {
      while (!/\r\n\r\n[\s\S]*\r\n0\r\n|\r\n\r\n.+/.test(received)) await once(socket, 'data')
      return received.replace(/^[\s\S]*?\r\n\r\n/, '')
    }
    return { socket, answer, begun, outcome }
  }
  const head = (...headers: string[]) => ['POST / HTTP/1.1', 'Host: x', ...headers, '', ''].join('\r\n')

  test('gives all its bytes, however they arrive', async () => {
    const { socket, answer } = await reading(100)
    socket.write(`${head('Content-Length: 6')}a`)
    socket.write('bc')
    await new Promise(resolve => setImmediate(resolve))
    socket.write('def')
    expect(await answer()).toContain('read 6: abcdef')
  })

  test('takes as much as is allowed, told in advance or not', async () => {
    const told = await reading(10)
    told.socket.write(`${head('Content-Length: 10')}${'x'.repeat(10)}`)
    expect(await told.answer()).toContain('read 10')
    const chunked = await reading(10)
    chunked.socket.write(`${head('Transfer-Encoding: chunked')}a\r\n${'x'.repeat(10)}\r\n0\r\n\r\n`)
    expect(await chunked.answer()).toContain('read 10')
    const nothing = await reading(10)
    nothing.socket.write(head())
    expect(await nothing.answer()).toContain('read 0')
  })

  test('refuses one that says it is too large before a byte of it has come', async () => {
    const { socket, answer } = await reading(10)
    socket.write(head('Content-Length: 11'))
    expect(await answer()).toContain('request too large')
  })

  test('refuses one that turns out to be too large, and the answer arrives', async () => {
    const { socket, answer } = await reading(10)
    socket.write(`${head('Transfer-Encoding: chunked')}b\r\n${'x'.repeat(11)}\r\n`)
    expect(await answer()).toContain('request too large')
    // What it goes on sending is not kept, and does no harm.
    socket.write(`400\r\n${'x'.repeat(1024)}\r\n0\r\n\r\n`)
  })

  test('ends with an error when the sender breaks off', async () => {
    const { socket, begun, outcome } = await reading(100)
    socket.write(`${head('Content-Length: 6')}abc`)
    await begun
    socket.destroy()
    const error = await outcome
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'invalid', message: 'the body ended before it was whole' })
  })
})
