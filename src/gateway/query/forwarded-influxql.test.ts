// Whatever InfluxQL comes in: what would be forwarded, read once more, touches only what was approved.
import { expect, test } from 'vitest'
import { INFLUXQL_VECTORS } from '../../../test/vectors/influxql.ts'
import type { Catalogue } from '../../authority/catalogue.ts'
import type { Caller } from '../../authority/verifier.ts'
import { parseInfluxql } from '../../parse/influxql/parser.ts'
import { touchesOf } from '../../parse/influxql/touches.ts'
import type { Places } from '../place.ts'
import type { Upstream, UpstreamKind } from '../upstream/upstream.ts'
import { judgeInfluxql } from './judge-influxql.ts'
import { v1Request } from './query-request.ts'

const CALLER = { orgId: 'org' } as unknown as Caller
const CATALOGUE = {
  findMapped: async (_: unknown, database: string, retentionPolicy: string) => ({ id: database, retentionPolicy }),
  hasDatabaseAlone: async () => true,
  isDatabaseGiven: async () => false,
  hasPolicyGiven: async () => false,
} as unknown as Catalogue

const TEXTS = INFLUXQL_VECTORS.map(({ text }) => text)
const NAMES = ['secret', '"secret"', 'mine', '"mine"', '"se\\"cret"']
/** Each text as it is, and with databases that are somebody's in the place of its own. */
const ALL = TEXTS.flatMap(text => [text, ...NAMES.map(name => text.replace(/\b(?:db|mydb|a|b)\b(?=\.)/g, name))])

/** What would be forwarded for somebody who may use the databases that `mayUse` says, each of them under another name. */
async function forwarded(text: string, kind: UpstreamKind, mayUse: (database: string) => boolean) {
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) return undefined
  const upstream = { kind, name: 'lab' } as Upstream
  const places: Places = {
    of: async (_, __, bucket) =>
      bucket !== undefined && mayUse(bucket.id)
        ? { upstream, database: `up_${bucket.id}`, retentionPolicy: '' }
        : 'denied',
    allows: () => true,
  }
  const asked = {
    statements: parsed.statements,
    defaults: { database: 'mine', retentionPolicy: undefined },
    mayChange: true,
  }
  const verdict = await judgeInfluxql({ catalogue: CATALOGUE, places }, CALLER, asked)
  if (verdict === 'unbound' || 'refused' in verdict) return undefined
  const request = v1Request(verdict, { options: {} })
  return 'untranslatable' in request ? undefined : new URLSearchParams(String(request.body))
}

/** The databases that a text touches, with the one beside it for those that it does not name. */
function databasesOf(form: URLSearchParams): string[] {
  const parsed = parseInfluxql(form.get('q') ?? '')
  if ('undecidable' in parsed) throw new Error(parsed.undecidable)
  return parsed.statements.flatMap(touchesOf).map(touch => {
    if (touch.action !== 'read' && touch.action !== 'write') throw new Error(`${touch.action} is forwarded`)
    return touch.database ?? form.get('db') ?? 'none'
  })
}

test.each<[UpstreamKind, number]>([
  ['influxdb1', 100],
  ['influxdb2', 100],
  ['influxdb3-core', 50],
])('to %s nothing goes but for the one database that may be used', async (kind, atLeast) => {
  let count = 0
  for (const text of ALL) {
    const form = await forwarded(text, kind, database => database === 'mine')
    if (form === undefined) continue
    count++
    expect(new Set(databasesOf(form)), text).toEqual(new Set(['up_mine']))
    if (kind === 'influxdb3-core') expect(form.get('q')).not.toContain('up_mine')
  }
  expect(count).toBeGreaterThan(atLeast)
})

test('where all may be used, every name is the upstream’s', async () => {
  let count = 0
  for (const text of ALL) {
    const form = await forwarded(text, 'influxdb1', () => true)
    if (form === undefined) continue
    count++
    for (const database of databasesOf(form)) expect(database, text).toMatch(/^up_/)
  }
  expect(count).toBeGreaterThan(200)
})
