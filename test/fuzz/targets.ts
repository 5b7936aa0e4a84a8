// What a fuzz run tries: each parser with what must hold of it, whatever comes in. A check throws for what must not be.
import { deepStrictEqual, ok } from 'node:assert/strict'
import { parseDelete } from '../../src/parse/delete.ts'
import { parseFlux, renameBuckets } from '../../src/parse/flux.ts'
import { parseFluxBody, parseFluxRequest } from '../../src/parse/flux-request.ts'
import type { FluxBucket } from '../../src/parse/flux-source.ts'
import { parseInfluxql } from '../../src/parse/influxql/parser.ts'
import { printStatements } from '../../src/parse/influxql/print.ts'
import { touchesOf } from '../../src/parse/influxql/touches.ts'
import { type JsonValue, parseJsonObject } from '../../src/parse/json-object.ts'
import { lineProtocolReader } from '../../src/parse/line-protocol.ts'
import { type ParameterBody, parseParameters, parseTarget } from '../../src/parse/parameters.ts'
import { parseV1Query, parseV3Query } from '../../src/parse/query-request.ts'
import { parseSql } from '../../src/parse/sql.ts'
import { parseWriteUrl } from '../../src/parse/write-url.ts'
import { FLUX, INFLUXQL, SQL } from '../bypass/texts.ts'
import { INFLUXQL_VECTORS } from '../vectors/influxql.ts'
import { requestVectors } from '../vectors/requests.ts'
import { checkFlight, FLIGHT_CORPUS, FLIGHT_WORDS } from './flight-target.ts'

export interface Target {
  readonly name: string
  readonly corpus: readonly string[]
  readonly words: readonly string[]
  /** Whether the input was taken. @throws whatever must not happen */
  readonly check: (text: string) => boolean
}

const inputs = <Input>(parser: string) => requestVectors<Input, unknown>(parser).map(({ input }) => input)
const split = (words: string) => words.split(' ')
const bytesOf = (text: string) => new TextEncoder().encode(text)

function influxql(text: string): boolean {
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) return false
  parsed.statements.forEach(touchesOf)
  const again = parseInfluxql(printStatements(parsed.statements))
  deepStrictEqual(again, parsed, 'what is printed is read as the same')
  return true
}

function sql(text: string): boolean {
  return !('undecidable' in parseSql(text))
}

function flux(text: string): boolean {
  const parsed = parseFlux(text)
  if ('undecidable' in parsed) return false
  const nameOf = (bucket: FluxBucket) => `x ${Object.values(bucket)[0]}`
  const plain = parsed.buckets.every(bucket => !/["\u0000-\u001f\u007f]/.test(Object.values(bucket)[0]!))
  const renamed = renameBuckets(text, nameOf)
  if ('undecidable' in renamed) {
    ok(!plain, 'a plain name can be written')
    return true
  }
  const names = new Set(parsed.buckets.map(nameOf))
  deepStrictEqual(parseFlux(renamed.text), { buckets: [...names].map(name => ({ name })) }, 'the new names are read')
  return true
}

/** What a reader says of a body that comes in pieces of this length. */
function measurementsOf(bytes: Uint8Array, length: number): unknown {
  const reader = lineProtocolReader()
  const names: string[] = []
  for (let at = 0; at < bytes.length; at += length) {
    const found = reader.push(bytes.subarray(at, at + length))
    if ('undecidable' in found) return found
    names.push(...found)
  }
  return reader.end() ?? names
}

function lineProtocol(text: string): boolean {
  const bytes = bytesOf(text)
  const whole = measurementsOf(bytes, bytes.length + 1)
  for (const length of [1, 2, 7]) deepStrictEqual(measurementsOf(bytes, length), whole, 'pieces change nothing')
  return Array.isArray(whole)
}

const plainOf = (value: JsonValue): unknown =>
  value instanceof Map
    ? Object.fromEntries([...value].map(([key, one]) => [key, plainOf(one)]))
    : Array.isArray(value)
      ? value.map(plainOf)
      : value

function jsonObject(text: string): boolean {
  const found = parseJsonObject(text)
  if ('undecidable' in found) return false
  deepStrictEqual(plainOf(found), JSON.parse(text), 'every reader takes it for the same')
  return true
}

/** A form, or the parameters of a URL. */
function parameters(text: string): boolean {
  const body: ParameterBody = {
    kind: 'form',
    contentType: 'application/x-www-form-urlencoded',
    bytes: bytesOf(text),
  }
  parseParameters(text, body)
  const found = parseTarget(text)
  if (!('undecidable' in found)) {
    deepStrictEqual([...found.url], [...new URL(text, 'http://x').searchParams], 'the platform reads the same')
  }
  const form = parseParameters('/query', body)
  if ('undecidable' in form || text === '') return !('undecidable' in found)
  deepStrictEqual([...form.form!], [...new URLSearchParams(text)], 'the platform reads the same form')
  return true
}

function writeUrl(text: string): boolean {
  const found = parseWriteUrl('POST', text)
  if ('undecidable' in found) return false
  const { searchParams } = new URL(text, 'http://x')
  const named = found.api === 'v2' ? searchParams.getAll('bucket') : searchParams.getAll('db')
  deepStrictEqual(named, [found.api === 'v2' ? found.bucket : found.database], 'it is written where it says')
  return true
}

function deletion(text: string): boolean {
  const url = new Map([
    ['org', 'o'],
    ['bucket', 'b'],
  ])
  const times = { start: '2026-01-01T00:00:00Z', stop: '2026-01-02T00:00:00Z' }
  const inside = parseDelete(url, JSON.stringify({ ...times, predicate: text }))
  const found = parseDelete(url, text)
  if (!('undecidable' in found)) deepStrictEqual(found.predicate, JSON.parse(text).predicate ?? '')
  return !('undecidable' in found && 'undecidable' in inside)
}

function queryRequest(text: string): boolean {
  const body = (kind: ParameterBody['kind'], contentType: string) => ({ kind, contentType, bytes: bytesOf(text) })
  const ones = [
    parseV1Query(text, undefined),
    parseV1Query('/query', body('form', 'application/x-www-form-urlencoded')),
  ]
  const three = parseV3Query('/api/v3/query_sql', body('json', 'application/json'))
  // Bytes hold no half of a surrogate pair.
  if (!('undecidable' in three))
    deepStrictEqual(three.database, JSON.parse(Buffer.from(text).toString()).db || undefined)
  parseFluxRequest('application/vnd.flux', bytesOf(text))
  const two = parseFluxBody(text)
  if (!('undecidable' in two)) deepStrictEqual(two.script, JSON.parse(text).query)
  return [...ones, two, three].some(one => !('undecidable' in one))
}

const JSON_WORDS = split('{ } [ ] : , null true false 1 -1 1e9 0.5 "db" "DB" "q" "\\u0064b" "secret"')
const URL_WORDS = split(
  '/query ? & = db q db=secret DB=x %64b %26 %3D bucket org orgID u p /write /api/v2/write # ../ //',
)

export const TARGETS: readonly Target[] = [
  {
    name: 'InfluxQL',
    corpus: [...INFLUXQL_VECTORS.map(({ text }) => text), ...INFLUXQL],
    words: split(
      'SELECT INTO FROM ON WHERE SHOW DROP ; . .. secret "secret" secret..m /x/ ( ) , :: =~ $p 1h now() EXPLAIN',
    ),
    check: influxql,
  },
  {
    name: 'SQL',
    corpus: [...inputs<string>('sql'), ...SQL],
    words: split('SELECT FROM WITH AS UNION system.queries information_schema . "system" $$ E\'x\' ( ) ; EXPLAIN JOIN'),
    check: sql,
  },
  {
    name: 'Flux',
    corpus: [...inputs<string>('flux'), ...FLUX],
    words: split(
      'from from(bucket:"secret") (bucketID: "0000000000000abc" |> => = to( buckets() import "date" option $ { } [ ] with',
    ),
    check: flux,
  },
  {
    name: 'line protocol',
    corpus: inputs<{ body?: string }>('line-protocol').flatMap(({ body = [] }) => body),
    words: split('m,t=a f=1 "x" \\ \\, \\= # , = 1i 1u t 1700000000 \t'),
    check: lineProtocol,
  },
  {
    name: 'URL parameters',
    corpus: inputs<{ target: string }>('parameters').map(({ target }) => target),
    words: URL_WORDS,
    check: parameters,
  },
  {
    name: 'write URL',
    corpus: [
      '/write?db=a&rp=b&precision=s',
      '/api/v2/write?org=o&bucket=b&precision=ms',
      '/api/v3/write_lp?db=a&no_sync=true',
    ],
    words: URL_WORDS,
    check: writeUrl,
  },
  {
    name: 'JSON object',
    corpus: [
      ...inputs<string>('flux-body'),
      '{"a":[1,{"b":null}],"c":"\\u00e9"}',
      '{"db":"a","q":"SELECT 1","params":{"x":1.5}}',
    ],
    words: JSON_WORDS,
    check: jsonObject,
  },
  {
    name: 'delete predicate',
    corpus: [
      ...inputs<{ body: string }>('delete').map(({ body }) => body),
      '_measurement="m" AND t=\'a\'',
      '(a="b" and c!="d")',
    ],
    words: split('AND OR and ( ) = != =~ "a" \'a\' _measurement _field \\" null true'),
    check: deletion,
  },
  {
    name: 'query request',
    corpus: [
      ...inputs<string>('flux-body'),
      '{"db":"a","q":"SELECT 1","format":"csv","params":{"x":1.5}}',
      'db=a&q=SELECT+1&epoch=ms&params=%7B%7D',
      '/query?db=a&q=SELECT%201&chunked=true',
    ],
    words: [...JSON_WORDS, ...URL_WORDS],
    check: queryRequest,
  },
  { name: 'flight', corpus: FLIGHT_CORPUS, words: FLIGHT_WORDS, check: checkFlight },
]
