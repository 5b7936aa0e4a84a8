// Whatever is sent to whatever takes something: refused in words, never a failure of ours, and nothing is changed.
// Driven by openapi.json, so that a new endpoint is tested by being described.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Schema } from '../wire/document.ts'
import { type ApiOperation, expanded, fieldsIn, isIdSchema, operations } from '../wire/operations.ts'
import type { DescribedServer } from './described-server.ts'
import { DBRPS, ok, refusal } from './fixtures.ts'
import { askedFor, createVictims, everything, pathOf, sampleBody, UPSTREAM, type Victims } from './samples.ts'
import type { Answer, Asked } from './server.ts'
import { startWithUpstreams } from './upstreams.ts'

const MAX_DEPTH = 64
const MAX_BODY_BYTES = 1 << 20

let server: DescribedServer
let victims: Victims
let sent = 0

beforeAll(async () => {
  server = await startWithUpstreams(UPSTREAM)
  victims = await createVictims(server)
})

const withBody = operations.filter(({ body }) => body !== undefined)
const withIds = operations.filter(({ path }) => path.includes('{'))

/** Sends bodies to an operation, each in its turn. */
async function sender(operation: ApiOperation): Promise<(body: unknown, more?: Asked) => Promise<Answer>> {
  const asked = await askedFor(operation, server, victims)
  const path = pathOf(operation, victims)
  return (body, more = {}) => {
    sent++
    return server.request(operation.method, path, {
      ...asked,
      ...more,
      headers: { ...asked.headers, ...more.headers },
      body,
    })
  }
}

/** Runs work, and requires that nothing is different afterwards. */
async function changingNothing(work: () => Promise<void>): Promise<void> {
  const before = await everything(server, victims)
  await work()
  expect(await everything(server, victims)).toBe(before)
}

const show = (body: unknown) =>
  (Buffer.isBuffer(body) ? body.toString('hex') : String(JSON.stringify(body))).slice(0, 200)

const NOT_JSON: readonly (string | Buffer)[] = [
  '',
  ' \r\n\t',
  '{',
  '}',
  '{"name"',
  '{"name":}',
  '{"name":"x"',
  '{"name":"x',
  '{"name":"x",}',
  "{'name':'x'}",
  '{name:"x"}',
  '{"name":"a\nb"}',
  '{"name":"\\x41"}',
  '{"name":"\\ud83"}',
  '{"name":01}',
  '{"name":NaN}',
  '{"name":+1}',
  '{"name":.5}',
  '{"a" "b"}',
  'nul',
  'undefined',
  '\u0000{}',
  '\u00a0{}',
  '// comment\n{}',
  'name=x&status=active',
  '<name>x</name>',
  Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  Buffer.from('{"name":"\u00e9"}', 'latin1'),
  Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.from([0x1f, 0x8b, 0x08, 0x00]),
]
const NO_OBJECT = ['[]', '[{}]', '[1,2]', '"text"', '1', '-0.5', '1e400', 'true', 'false']

/** Values that a property of a type must not have. */
function wrongFor({ type, enum: choices }: Schema): unknown[] {
  const none = { string: 'x', integer: 1, boolean: true, array: [], object: {} }
  const types = [type].flat() as string[]
  const others = Object.entries(none).flatMap(([name, value]) => (types.includes(name) ? [] : [value]))
  if (types.includes('integer')) others.push(1.5, 1e300, 2 ** 53, '86400')
  if (types.includes('array')) others.push({ length: 1, 0: {} })
  return choices === undefined ? others : [...others, 'neither']
}

/** A copy with another value at a place. */
function withAt(body: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value
  const copy = (Array.isArray(body) ? [...body] : { ...(body as object) }) as Record<string, unknown>
  copy[first] = withAt(copy[first], rest, value)
  return copy
}

/** As messages name it: `permissions[0].action`. */
const nameOf = (way: readonly string[]) => way.join('.').replaceAll(/\.(\d+)/g, '[$1]')

describe.each(withBody)('$name', operation => {
  const fields = [...fieldsIn(operation.body as Schema)]
  const texts = fields.filter(({ schema }) => [expanded(schema).type].flat().includes('string'))
  const body = () => sampleBody(operation, victims)

  test('takes what makes sense', async () => {
    const { status } = await (await sender(operation))(body())
    // Set-up was done, and roles can be given once.
    expect(status === 422 || status < 300, String(status)).toBe(true)
  })

  test('refuses what is no JSON, and what is no object', async () => {
    const send = await sender(operation)
    await changingNothing(async () => {
      for (const bytes of [...NOT_JSON, ...NO_OBJECT])
        expect(refusal(await send(bytes)), show(bytes)).toMatch(/^400 invalid: \S/)
    })
  })

  test('takes null for an object without anything in it', async () => {
    const send = await sender(operation)
    expect(refusal(await send('null'))).toBe(refusal(await send('{}')))
  })

  test('refuses a wrong type anywhere, and says where', async () => {
    const send = await sender(operation)
    await changingNothing(async () => {
      for (const { way, schema } of fields) {
        for (const wrong of wrongFor(expanded(schema))) {
          const answer = refusal(await send(withAt(body(), way, wrong)))
          expect(answer, `${nameOf(way)} = ${show(wrong)}`).toMatch(/^400 invalid: /)
          if (wrong !== 'neither') expect(answer, show(wrong)).toContain(nameOf(way))
        }
      }
    })
  })

  test('refuses half of a surrogate pair anywhere, and says where', async () => {
    const send = await sender(operation)
    await changingNothing(async () => {
      for (const { way } of texts) {
        for (const half of ['\ud83c', 'a\udf21b', '\udf21\ud83c']) {
          const answer = refusal(await send(JSON.stringify(withAt(body(), way, half))))
          expect(answer, nameOf(way)).toContain(`400 invalid: `)
          expect(answer, nameOf(way)).toContain(`${nameOf(way)} contains half of a surrogate pair`)
        }
      }
    })
  })

  test('refuses control characters, and texts without end, wherever there is a text', async () => {
    const send = await sender(operation)
    await changingNothing(async () => {
      for (const { way, schema } of texts) {
        // Not looked at beside an id.
        if (operation.path === DBRPS && way[0] === 'org') continue
        // A password may be any bytes, only not many.
        const controls = way.at(-1) === 'password' ? [] : ['a\u0000b', '\u001b[31m', '\u007f']
        for (const text of [...controls, 'x'.repeat(100_000)]) {
          const answer = await send(withAt(body(), way, text))
          expect(answer.status, `${nameOf(way)} = ${show(text)}: ${answer.text}`).toBeGreaterThanOrEqual(400)
          expect(answer.status, `${nameOf(way)} = ${show(text)}`).toBeLessThan(500)
          expect(answer.text.length, 'a refusal does not repeat what was sent').toBeLessThan(4096)
        }
        if (isIdSchema(schema)) {
          for (const id of [
            '',
            'x',
            '0'.repeat(16),
            'g'.repeat(16),
            '0d1a2b3c4d5e600',
            '0d1a2b3c4d5e60000',
            'éééééééé',
          ]) {
            expect(refusal(await send(withAt(body(), way, id))), `${nameOf(way)} = ${id}`).toMatch(
              /^400 invalid: .*(id must have a length of 16 bytes|invalid ID)$/,
            )
          }
        }
      }
    })
  })

  test('refuses what is nested too deeply, in no time', async () => {
    const send = await sender(operation)
    const nested = (depth: number) => `{"deep":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    await changingNothing(async () => {
      for (const text of [nested(MAX_DEPTH + 1), nested(100_000), '['.repeat(500_000), '{"a":'.repeat(200_000)]) {
        expect(refusal(await send(text))).toMatch(new RegExp(`^400 invalid: .*nested more than ${MAX_DEPTH} deep$`))
      }
    })
    expect(refusal(await send(nested(MAX_DEPTH)))).toBe(refusal(await send('{}')))
  })

  test('refuses a body beyond the limit with 413', async () => {
    const send = await sender(operation)
    await changingNothing(async () => {
      const large = { ...body(), padding: 'x'.repeat(MAX_BODY_BYTES) }
      for (const headers of [{}, { 'Transfer-Encoding': 'chunked' }]) {
        expect(refusal(await send(large, { headers }))).toBe(
          `413 request too large: the body is larger than ${MAX_BODY_BYTES} bytes`,
        )
      }
    })
  })

  test('is not confused by names that every object has', async () => {
    const send = await sender(operation)
    const empty = refusal(await send('{}'))
    const inside = JSON.stringify(body())
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '']) {
      expect(refusal(await send(`{${JSON.stringify(name)}:${inside}}`)), name).toBe(empty)
    }
    const { status } = await send(`{"__proto__":1,"constructor":null,${JSON.stringify(body()).slice(1)}`)
    expect(status === 422 || status === 412 || status < 300, String(status)).toBe(true)
  })

  test('knows its names in any case, and of two the last counts', async () => {
    const send = await sender(operation)
    await changingNothing(async () => {
      for (const [name] of Object.entries(body())) {
        const valid = JSON.stringify(body()).slice(1)
        for (const twin of [name, name.toUpperCase(), name.toLowerCase()]) {
          const answer = refusal(await send(`{${valid.slice(0, -1)},"${twin}":[[1]]}`))
          expect(answer, twin).toMatch(/^400 invalid: /)
          expect(answer, twin).toContain(name)
        }
      }
    })
  })
})

/** Ids that are none, as they stand in a path; all of them lead to the operation. */
const NO_IDS = [
  'x',
  '0',
  '0000000000000000',
  '0d1a2b3c4d5e600',
  '0d1a2b3c4d5e60000',
  '0x1a2b3c4d5e6000',
  'gggggggggggggggg',
  '-d1a2b3c4d5e6000',
  '%200d1a2b3c4d5e600',
  '%c3%a9'.repeat(8),
  '%00'.repeat(16),
  '%F0%9F%8C%A1',
  '%ff',
  '%zz',
  '%',
  '..',
  '.',
  '%2e%2e',
  '%2F',
  '..%2f..%2fetc%2fpasswd',
  'null',
  'undefined',
  '__proto__',
  "'or'1'='1",
  '*',
  ';',
  'x'.repeat(5000),
]

describe.each(withIds)('$name', operation => {
  test('refuses every id that is none, and changes nothing', async () => {
    const asked = await askedFor(operation, server, victims)
    const names = [...operation.path.matchAll(/\{(.+?)\}/g)].map(([, name]) => name as string)
    await changingNothing(async () => {
      for (const name of names) {
        for (const id of NO_IDS) {
          sent++
          const body = operation.body && sampleBody(operation, victims)
          const answer = await server.request(operation.method, pathOf(operation, victims, { [name]: id }), {
            ...asked,
            body,
          })
          expect(refusal(answer), id).toMatch(/^400 invalid: .*(id must have a length of 16 bytes|invalid ID)$/)
        }
      }
    })
  })

  test('finds nothing under an id that nobody has', async () => {
    const asked = await askedFor(operation, server, victims)
    const [name] = /(?<=\{).+?(?=\})/.exec(operation.path) as RegExpExecArray
    const body = operation.body && sampleBody(operation, victims)
    const path = pathOf(operation, victims, { [name]: '0d1a2b3c4d5eaaaa' })
    await changingNothing(async () => {
      const { status } = await server.request(operation.method, path, { ...asked, body })
      // Who sets a password for nobody is told 403, as InfluxDB does; and a session may only change its own.
      expect(operation.path.endsWith('/password') ? [401, 403, 404] : [404]).toContain(status)
    })
  })
})

test('afterwards all is well', async () => {
  expect(ok(await server.as().get('/health')).status).toBe('pass')
  expect(await server.stop()).toBe(0)
  const errors = server
    .output()
    .split('\n')
    .filter(line => line.includes('"level":"error"'))
  expect(errors).toEqual([])
  console.log(`bad input: ${sent} requests to ${withBody.length} operations with a body, ${withIds.length} with an id`)
})
