// Requests by chance: bodies, queries, paths and headers that nobody thought of. None may be a failure of ours, each must
// be answered as openapi.json says.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '../wire/operations.ts'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { ok } from './fixtures.ts'
import { askedFor, createVictims, pathOf, sampleBody, type Victims } from './samples.ts'
import { secretsSeen } from './server.ts'

const SEED = 20_260_802
const BODIES_EACH = 40
const QUERIES_EACH = 40
const PATHS = 400
const HEADERS = 200

let server: DescribedServer
let victims: Victims
let secrets: string[]
const sent = { bodies: 0, queries: 0, paths: 0, headers: 0 }

beforeAll(async () => {
  server = await startDescribedServer()
  victims = await createVictims(server)
  secrets = [...secretsSeen]
})

// What is made up here may stand for a password and for a name.
afterAll(() => {
  secretsSeen.clear()
  for (const secret of secrets) secretsSeen.add(secret)
})

/** Values that were trouble for somebody once. */
const ODD = fc.constantFrom<unknown>(
  ...[
    null,
    true,
    0,
    -0,
    -1,
    1e21,
    2 ** 53,
    5e-324,
    '',
    ' ',
    '0',
    'null',
    '\u0000',
    '\ud800',
    '\ufeff',
    '🌡️',
    '__proto__',
  ],
  ...['0000000000000000', '0d1a2b3c4d5e6000', 'FFFFFFFFFFFFFFFF', '%00', '../..', "' or 1=1 --", 'a'.repeat(5000)],
  ...[[], {}, [[]], [null], { '': null }, JSON.parse('{"__proto__":{"status":"inactive"},"constructor":1}')],
)
const anything = fc.oneof(ODD, fc.jsonValue({ maxDepth: 4 }), fc.string({ unit: 'binary', maxLength: 50 }))

/** Ways through a value to some place in it. */
function waysInto(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [way]
  return [way, ...Object.entries(value).flatMap(([name, inner]) => waysInto(inner, [...way, name]))]
}

function replaced(value: unknown, [first, ...rest]: readonly string[], by: unknown): unknown {
  if (first === undefined) return by
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[first] = replaced(copy[first], rest, by)
  return copy
}

/** What is done to a body that makes sense: other values here and there, then other bytes. */
const spoiling = fc.record({
  values: fc.array(fc.record({ at: fc.nat(), by: anything }), { maxLength: 3 }),
  extra: fc.dictionary(fc.string({ maxLength: 20 }), anything, { maxKeys: 2 }),
  bytes: fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 2 }),
  cut: fc.option(fc.nat(), { freq: 5 }),
})
type Spoiling = typeof spoiling extends fc.Arbitrary<infer T> ? T : never

function spoiled(body: unknown, { values, extra, bytes, cut }: Spoiling): Buffer {
  let value = body
  for (const { at, by } of values) {
    const ways = waysInto(value)
    value = replaced(value, ways[at % ways.length]!, by)
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const text = Buffer.from(JSON.stringify(isObject ? { ...(value as object), ...extra } : value) ?? '')
  for (const { at, byte } of bytes) if (text.length > 0) text[at % text.length] = byte
  return cut === null || text.length === 0 ? text : text.subarray(0, cut % text.length)
}

const run = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, request: (value: T) => Promise<{ status: number }>) =>
  fc.assert(
    fc.asyncProperty(arbitrary, async value => {
      expect((await request(value)).status).toBeLessThan(500)
    }),
    { seed: SEED, numRuns, endOnFailure: true },
  )

describe('a body by chance', () => {
  // A changed password would lock the next request out, and be slow; bad-input.test.ts has these.
  const targets = operations.filter(({ body, path }) => body !== undefined && !path.endsWith('/password'))

  test.each(targets)('to $name is no failure of ours', async operation => {
    await run(spoiling, BODIES_EACH, async how => {
      sent.bodies++
      const asked = await askedFor(operation, server, victims)
      const body = spoiled(sampleBody(operation, victims), how)
      return server.request(operation.method, pathOf(operation, victims), { ...asked, body })
    })
  })
})

describe('a query by chance', () => {
  const targets = operations.filter(
    ({ method, parameters }) => method === 'GET' && parameters.some(one => one.in === 'query'),
  )
  const text = fc.oneof(
    ODD.map(value => (typeof value === 'string' ? value : JSON.stringify(value))),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('true', 'false', '1', '100', '1001', '-1', 'active', 'description', 'id'),
  )
  const encoded = (value: string) => encodeURIComponent(value.toWellFormed())
  /** As no browser would write it, but without what ends a request line. */
  const raw = fc.string({ maxLength: 30 }).map(value => value.replaceAll(/[^!-~]/g, '%'))

  test.each(targets)('to $name is no failure of ours', async operation => {
    const names = operations.flatMap(({ parameters }) =>
      parameters.filter(one => one.in === 'query').map(({ name }) => name),
    )
    const own = operation.parameters.filter(one => one.in === 'query').map(({ name }) => name)
    const pair = fc.tuple(fc.constantFrom(...own, ...own, ...names), fc.oneof(text.map(encoded), raw))
    const queries = fc
      .array(pair, { minLength: 1, maxLength: 5 })
      .map(pairs => pairs.map(([name, value]) => `${name}=${value}`).join('&'))
    await run(fc.oneof(queries, raw), QUERIES_EACH, query => {
      sent.queries++
      const path = pathOf(operation, victims)
      return server.operator.get(`${path}${path.includes('?') ? '&' : '?'}${query}`)
    })
  })
})

test('a path by chance is no failure of ours', async () => {
  const known = fc.constantFrom(
    ...operations.flatMap(({ path }) => path.split('/').slice(1)),
    ...Object.values(victims),
  )
  const odd = fc.oneof(
    known,
    known,
    fc.string({ maxLength: 20 }).map(value => value.replaceAll(/[^!-~]/g, '%').replaceAll(/[?#\\]/g, '%25')),
  )
  const paths = fc.tuple(
    fc.constantFrom('/', '/api/v2/', '/private/legacy/'),
    fc.array(odd, { minLength: 1, maxLength: 5 }),
  )
  // Nothing that would delete a victim: only reading, and writing nowhere.
  const methods = fc.constantFrom('GET', 'GET', 'HEAD', 'OPTIONS', 'PUT')
  await run(fc.tuple(methods, paths), PATHS, ([method, [start, segments]]) => {
    // The page's, which is not described.
    fc.pre(start + segments.join('/') !== '/')
    sent.paths++
    return server.request(method, start + segments.join('/'), { token: server.onboarded.operator })
  })
})

test('headers by chance are no failure of ours', async () => {
  const value = fc.oneof(
    fc.string({ maxLength: 60 }).map(text => text.replaceAll(/[^ -~]/g, '~')),
    fc.constantFrom(
      '',
      'Token',
      'Token ',
      'Bearer  x',
      'Basic',
      'Basic !',
      'Basic Og==',
      'Basic OjpAOg==',
      `Token ${'x'.repeat(600)}`,
    ),
    fc.string({ unit: 'binary', maxLength: 20 }).map(text =>
      Buffer.from(text.toWellFormed())
        .toString('latin1')
        .replaceAll(/[\u0000-\u001f\u007f]/g, ''),
    ),
  )
  const names = [
    'Authorization',
    'Cookie',
    'If-Match',
    'Content-Type',
    'Origin',
    'Sec-Fetch-Site',
    'Accept',
    'Accept-Encoding',
    'X-Forwarded-For',
    'Content-Encoding',
    'Range',
    'Expect-Not',
  ]
  const headers = fc.dictionary(fc.constantFrom(...names), value, { minKeys: 1, maxKeys: 3 })
  const cookies = fc.constantFrom(
    'influxdb-oss-session=',
    `influxdb-oss-session=${'A'.repeat(88)}`,
    'influxdb-oss-session="',
    '=;=;;',
  )
  const targets = fc.constantFrom(
    ...operations.filter(
      ({ method, path }) => method === 'GET' || path.endsWith('/signin') || path.endsWith('/signout'),
    ),
  )
  await run(fc.tuple(targets, headers, fc.option(cookies)), HEADERS, ([operation, some, cookie]) => {
    sent.headers++
    const all = { ...some, ...(cookie !== null && { Cookie: cookie }) }
    return server.request(operation.method, pathOf(operation, victims), { headers: all })
  })
})

test('afterwards all is well', async () => {
  expect(ok(await server.as().get('/health')).status).toBe('pass')
  expect(ok(await server.operator.get('/api/v2/me')).name).toBe('admin')
  expect(await server.stop()).toBe(0)
  expect(
    server
      .output()
      .split('\n')
      .filter(line => line.includes('"level":"error"')),
  ).toEqual([])
  const { bodies, queries, paths, headers } = sent
  console.log(`fuzz: ${bodies} bodies, ${queries} queries, ${paths} paths, ${headers} sets of headers (seed ${SEED})`)
})
