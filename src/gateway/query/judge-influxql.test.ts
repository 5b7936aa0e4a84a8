import { describe, expect, test } from 'vitest'
import type { Catalogue } from '../../authority/catalogue.ts'
import type { Caller } from '../../authority/verifier.ts'
import { parseInfluxql } from '../../parse/influxql/parser.ts'
import { type BoundPlace, LIMITED, type Places } from '../place.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { judgeInfluxql } from './judge-influxql.ts'

const LAB = { name: 'lab', kind: 'influxdb1' } as Upstream
const OTHER = { name: 'other', kind: 'influxdb1' } as Upstream
const CALLER = { orgId: 'org' } as unknown as Caller

/**
 * Where each database is; a caller may do all to those, and there are no others.
 *
 * @param of the measurements that he is limited to, if he is
 */
function judge(
  text: string,
  where: (database: string) => Upstream | 'unbound' | undefined,
  caller = CALLER,
  of?: readonly string[],
) {
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) throw new Error(parsed.undecidable)
  const asked: string[] = []
  const catalogue = {
    findMapped: async (_: unknown, database: string) => {
      asked.push(database)
      return { id: database, orgId: 'org' }
    },
    hasDatabaseAlone: async () => true,
    isDatabaseGiven: async () => false,
    hasPolicyGiven: async () => false,
  } as unknown as Catalogue
  const places: Places = {
    async of(_, __, bucket) {
      const upstream = where(bucket?.id ?? '')
      if (bucket === undefined || upstream === undefined) return 'denied'
      return upstream === 'unbound' ? upstream : { upstream, database: `up_${bucket.id}`, retentionPolicy: '' }
    },
    allows: (_, __, ___, measurements) => of === undefined || (measurements?.every(name => of.includes(name)) ?? false),
  }
  const defaults = { database: undefined, retentionPolicy: undefined }
  const verdict = judgeInfluxql({ catalogue, places }, caller, {
    statements: parsed.statements,
    defaults,
    mayChange: true,
  })
  return verdict.then(found => ({ found, asked }))
}

const reading = (count: number) => Array.from({ length: count }, (_, n) => `SELECT f FROM d${n}..m`).join('; ')

describe('the verdict on InfluxQL', () => {
  test('knows the place of everything that it approved, and of nothing else', async () => {
    const { found } = await judge('SELECT f FROM a..m, b.r.m', () => LAB)
    const { placeOf, upstream, places } = found as Extract<typeof found, { placeOf: unknown }>
    const expected: BoundPlace = { upstream: LAB, database: 'up_a', retentionPolicy: '' }
    expect(placeOf({ database: 'a', retentionPolicy: undefined })).toEqual(expected)
    expect([upstream, places.map(({ database }) => database)]).toEqual([LAB, ['up_a', 'up_b']])
    for (const names of [
      { database: 'a', retentionPolicy: 'r' },
      { database: 'b', retentionPolicy: undefined },
      { database: undefined, retentionPolicy: undefined },
    ]) {
      expect(() => placeOf(names)).toThrow(RangeError)
    }
  })

  test('looks each database up once', async () => {
    const { asked } = await judge('SELECT f FROM a..m; SELECT f FROM a..n, (SELECT f FROM a..o)', () => LAB)
    expect(asked).toEqual(['a'])
  })

  test('gives up on more databases than anybody has a use for', async () => {
    expect((await judge(reading(32), () => LAB)).found).toHaveProperty('placeOf')
    const { found, asked } = await judge(reading(1000), () => LAB)
    expect(found).toEqual({ refused: 'invalid', statementId: 32, error: 'the query names too many databases' })
    expect(asked).toHaveLength(32)
  })

  test('refuses what is on several upstreams', async () => {
    const { found } = await judge('SELECT f FROM a..m; SELECT f FROM b..m', database =>
      database === 'a' ? LAB : OTHER,
    )
    expect(found).toEqual({ refused: 'invalid', statementId: 1, error: 'the query concerns several upstreams' })
  })

  test('says that a bucket is nowhere only when all else is approved', async () => {
    const where = (database: string) => (database === 'secret' ? undefined : 'unbound')
    expect((await judge('SELECT f FROM a..m', where)).found).toBe('unbound')
    const { found } = await judge('SELECT f FROM a..m; SELECT f FROM secret..m', where)
    expect(found).toEqual({ refused: 'not-found', statementId: 1, error: 'database not found: secret' })
  })

  test('allows who is limited to measurements the statements that name those alone, one by one', async () => {
    const own = ['cpu', 'mem']
    const where = (database: string) => (database === 'nowhere' ? 'unbound' : LAB)
    const many = (name: string) => `SELECT f FROM ${Array.from({ length: 100 }, () => name).join(', ')}`
    for (const text of ['SELECT f FROM a..cpu, b..mem', `${many('a..cpu')}; ${many('a..mem')}`]) {
      expect((await judge(text, where, CALLER, own)).found, text).toHaveProperty('placeOf')
    }
    for (const text of ['SELECT f FROM a..disk', 'SELECT f FROM nowhere..disk', 'SELECT f FROM a../cpu/']) {
      const { found } = await judge(`SELECT f FROM a..cpu; ${text}`, where, CALLER, own)
      expect(found, text).toEqual({ refused: 'forbidden', statementId: 1, error: LIMITED })
    }
    expect((await judge('SELECT f FROM nowhere..mem', where, CALLER, own)).found).toBe('unbound')
  })

  test('finds nothing for somebody without an org', async () => {
    const { found, asked } = await judge('SELECT f FROM a..m', () => LAB, {} as Caller)
    expect([found, asked]).toEqual([{ refused: 'not-found', statementId: 0, error: 'database not found: a' }, []])
  })
})
