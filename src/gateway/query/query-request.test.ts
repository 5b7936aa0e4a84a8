import { describe, expect, test } from 'vitest'
import { withDefaults } from '../../parse/influxql/defaults.ts'
import { parseInfluxql } from '../../parse/influxql/parser.ts'
import type { BoundPlace } from '../place.ts'
import type { Upstream, UpstreamKind } from '../upstream/upstream.ts'
import type { Approved } from './judge-influxql.ts'
import { v1Request, v3InfluxqlRequest, v3Request } from './query-request.ts'

const at = (kind: UpstreamKind, database = 'plant raw', retentionPolicy = ''): BoundPlace => ({
  upstream: { kind, name: kind } as Upstream,
  database,
  retentionPolicy,
})

/** What is approved of a text about databases of one letter, whose request named `a`. */
function approved(text: string, places: Readonly<Record<string, BoundPlace>>): Approved {
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) throw new Error(parsed.undecidable)
  const [first] = Object.values(places)
  return {
    statements: parsed.statements.map(one => withDefaults(one, { database: 'a', retentionPolicy: undefined })),
    upstream: first!.upstream,
    placeOf: ({ database }) => places[database!]!,
    places: Object.values(places),
    placeOfRequest: places.a,
  }
}

const bodyOf = (request: ReturnType<typeof v1Request>) => ('untranslatable' in request ? request : request.body)

describe('a query at /query', () => {
  test.each<[UpstreamKind, string, string]>([
    ['influxdb1', 'q=SELECT%20f%20FROM%20%22plant%20raw%22..m', 'plant raw'],
    ['influxdb2', 'q=SELECT%20f%20FROM%20%22plant%20raw%22..m', 'plant raw'],
    ['cloud-serverless', 'q=SELECT%20f%20FROM%20%22plant%20raw%22..m', 'plant raw'],
    ['influxdb3-core', 'q=SELECT%20f%20FROM%20m', 'plant raw'],
    ['influxdb3-enterprise', 'q=SELECT%20f%20FROM%20m', 'plant raw'],
  ])('to %s is said in its own way', (kind, q, db) => {
    const request = v1Request(approved('SELECT f FROM m', { a: at(kind) }), { options: {} })
    expect(request).toEqual({
      method: 'POST',
      path: '/query',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `${q}&db=${encodeURIComponent(db)}`,
      repeatable: true,
    })
  })

  test('keeps a plus sign and an ampersand to itself', () => {
    const request = v1Request(approved("SELECT f FROM m WHERE t = '+&db=b'", { a: at('influxdb1', 'x+y') }), {
      options: {},
    })
    const body = String(bodyOf(request))
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      q: `SELECT f FROM "x+y"..m WHERE t = '+&db=b'`,
      db: 'x+y',
    })
    expect(body).not.toContain('+')
  })

  test('of two databases names none beside the text, unless a statement cannot name its own', () => {
    const places = { a: at('influxdb1', 'A'), b: at('influxdb1', 'B', 'long') }
    expect(bodyOf(v1Request(approved('SELECT f FROM m, b..m', places), { options: {} }))).toBe(
      'q=SELECT%20f%20FROM%20A..m%2C%20B.long.m',
    )
    expect(bodyOf(v1Request(approved('DELETE FROM m; SELECT f FROM b..m', places), { options: {} }))).toBe(
      'q=DELETE%20FROM%20m%3B%20SELECT%20f%20FROM%20B.long.m&db=A',
    )
  })

  test.each([
    ['DELETE FROM m', 'InfluxDB 3 changes nothing by InfluxQL'],
    ['SELECT f FROM m; SELECT f FROM m', 'InfluxDB 3 takes one statement at a time'],
    ['SHOW RETENTION POLICIES', 'not implemented: SHOW RETENTION POLICIES'],
  ])('to InfluxDB 3 is not made of %s', (text, untranslatable) => {
    expect(v1Request(approved(text, { a: at('influxdb3-core') }), { options: {} })).toEqual({ untranslatable })
  })

  test('to InfluxDB 3 is not made of two databases', () => {
    const places = { a: at('influxdb3-core', 'A'), b: at('influxdb3-core', 'B') }
    expect(v1Request(approved('SELECT f FROM m, b..m', places), { options: {} })).toEqual({
      untranslatable: 'InfluxDB 3 reads one database at a time',
    })
  })

  test.each([
    ['SELECT f FROM m', true],
    ['SELECT f FROM m; DELETE FROM m', false],
    ['SELECT f INTO a..n FROM m', false],
    ['DROP SERIES FROM m', false],
  ])('may be asked again if it only reads: %s', (text, repeatable) => {
    expect(v1Request(approved(text, { a: at('influxdb1') }), { options: {} })).toMatchObject({ repeatable })
  })

  test('is not made of a statement that nobody would have approved', () => {
    expect(v1Request(approved('DROP DATABASE a', { a: at('influxdb1') }), { options: {} })).toHaveProperty(
      'untranslatable',
    )
  })
})

describe('a query of version 3', () => {
  test('is a JSON object with each thing once', () => {
    const query = { text: 'SELECT "a"', database: 'a', format: 'csv', params: '{"x":1.0}' }
    expect(v3Request('/api/v3/query_sql', at('influxdb3-core', 'A'), query)).toEqual({
      method: 'POST',
      path: '/api/v3/query_sql',
      headers: { 'content-type': 'application/json' },
      body: String.raw`{"db":"A","q":"SELECT \"a\"","format":"csv","params":{"x":1.0}}`,
      repeatable: true,
    })
  })

  test('of InfluxQL has the printed text, without names of databases', () => {
    const query = { text: 'select f /* x */ from a..m', database: undefined, format: undefined, params: undefined }
    const request = v3InfluxqlRequest(approved(query.text, { a: at('influxdb3-core', 'A') }), query)
    expect(request).toMatchObject({ path: '/api/v3/query_influxql', body: '{"db":"A","q":"SELECT f FROM m"}' })
  })
})
