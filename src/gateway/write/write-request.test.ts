import { describe, expect, test } from 'vitest'
import { parseWriteUrl, type WriteTarget } from '../../parse/write-url.ts'
import type { BoundPlace } from '../place.ts'
import type { UpstreamKind } from '../upstream/upstream.ts'
import { writePath } from './write-request.ts'

const at = (kind: UpstreamKind, retentionPolicy = '', database = 'plant raw'): BoundPlace => ({
  upstream: { kind, org: kind === 'influxdb2' ? 'their org' : undefined } as BoundPlace['upstream'],
  database,
  retentionPolicy,
})
const asked = (target: string) => parseWriteUrl('POST', target) as WriteTarget
const V1 = asked('/write?db=raw&precision=ms')
const V2 = asked('/api/v2/write?org=o&bucket=raw&precision=us')
const V3 = asked('/api/v3/write_lp?db=raw&precision=second&no_sync=true')

describe('a write', () => {
  test.each<[UpstreamKind, WriteTarget, string]>([
    ['influxdb1', V1, '/write?db=plant%20raw&precision=ms'],
    ['influxdb1', V2, '/write?db=plant%20raw&precision=u'],
    ['influxdb1', V3, '/write?db=plant%20raw&precision=s'],
    ['influxdb2', V1, '/api/v2/write?bucket=plant%20raw&org=their%20org&precision=ms'],
    ['influxdb2', V2, '/api/v2/write?bucket=plant%20raw&org=their%20org&precision=us'],
    ['influxdb3-core', V1, '/api/v3/write_lp?accept_partial=false&db=plant%20raw&precision=millisecond'],
    ['influxdb3-core', V2, '/api/v3/write_lp?accept_partial=false&db=plant%20raw&precision=microsecond'],
    ['influxdb3-core', V3, '/api/v3/write_lp?db=plant%20raw&no_sync=true&precision=second'],
    ['cloud-serverless', V2, '/api/v2/write?bucket=plant%20raw&precision=us'],
  ])('to %s is said in its own way', (kind, target, path) => {
    expect(writePath(at(kind), target)).toBe(path)
  })

  test('names the retention policy of the place, not of the client', () => {
    expect(writePath(at('influxdb1', 'weekly'), asked('/write?db=raw&rp=other'))).toBe(
      '/write?db=plant%20raw&precision=n&rp=weekly',
    )
  })

  test('without a precision means what it means in its own protocol', () => {
    expect(writePath(at('influxdb3-core'), asked('/write?db=raw'))).toContain('precision=nanosecond')
    expect(writePath(at('influxdb3-core'), asked('/api/v3/write_lp?db=raw'))).toContain('precision=auto')
  })

  test('that an upstream cannot take is not changed into one that it can', () => {
    expect(writePath(at('influxdb2'), asked('/write?db=raw&precision=h'))).toEqual({
      untranslatable: 'precision h is none that the upstream has',
    })
    expect(writePath(at('influxdb1'), asked('/write?db=raw&precision=fortnight'))).toEqual({
      untranslatable: 'precision "fortnight" is none that InfluxDB has',
    })
    expect(writePath(at('influxdb1'), asked('/api/v3/write_lp?db=raw'))).toEqual({
      untranslatable: 'the upstream cannot guess the unit of timestamps: say precision',
    })
  })

  test.each<UpstreamKind>(['influxdb2', 'influxdb3-core', 'cloud-serverless'])(
    'to a retention policy of %s, which has none, does not go to the database instead',
    kind => {
      expect(writePath(at(kind, 'weekly'), V2)).toEqual({
        untranslatable: 'the bucket is bound to a retention policy, which its upstream does not have',
      })
    },
  )

  test('to a name that 2.x takes for the id of another bucket does not go there', () => {
    const named = (kind: UpstreamKind) => writePath(at(kind, '', '0123456789abcdef'), V2)
    const untranslatable =
      'the bucket is bound to a name of 16 hexadecimal digits, which its upstream takes for the id of another'
    expect([named('influxdb2'), named('cloud-serverless')]).toEqual([{ untranslatable }, { untranslatable }])
    expect(named('influxdb1')).toContain('db=0123456789abcdef')
    expect(named('influxdb3-core')).toContain('db=0123456789abcdef')
  })
})
