import { describe, expect, test } from 'vitest'
import { parseWriteUrl, type WriteTarget } from '../../parse/write-url.ts'
import type { UpstreamKind } from '../upstream/upstream.ts'
import { literalPlace } from './literal-place.ts'

const at = (kind: UpstreamKind, url: string) =>
  literalPlace({ kind, org: 'plant' }, parseWriteUrl('POST', url) as WriteTarget)
const place = (database: string, retentionPolicy = '') => ({ database, retentionPolicy })
const ID = '0123456789abcdef'

describe('a write that reaches its upstream unchanged goes', () => {
  test.each<[UpstreamKind, string, ReturnType<typeof place> | undefined]>([
    ['influxdb1', '/write?db=a', place('a')],
    ['influxdb1', '/write?db=a&rp=b', place('a', 'b')],
    ['influxdb1', '/write?db=a%2Fb', place('a/b')],
    ['influxdb1', '/api/v2/write?org=plant&bucket=a', place('a')],
    ['influxdb1', '/api/v2/write?org=plant&bucket=a/b/c', place('a', 'b/c')],
    ['influxdb1', '/api/v2/write?org=plant&bucket=a/', place('a')],
    ['influxdb1', '/api/v3/write_lp?db=a', undefined],
    ['influxdb2', '/write?db=a', undefined],
    ['influxdb2', '/api/v3/write_lp?db=a', undefined],
    ['influxdb2', '/api/v2/write?org=plant&bucket=a/b', place('a/b')],
    ['influxdb2', '/api/v2/write?org=other&bucket=a', undefined],
    ['influxdb2', `/api/v2/write?orgID=${ID}&bucket=a`, undefined],
    ['influxdb2', `/api/v2/write?org=plant&bucket=${ID}`, undefined],
    ['cloud-serverless', '/api/v2/write?org=plant&bucket=a', place('a')],
    ['cloud-serverless', '/write?db=a', undefined],
    ['influxdb3-core', '/write?db=a', place('a')],
    ['influxdb3-core', '/write?db=a&rp=autogen', place('a')],
    ['influxdb3-core', '/write?db=a&rp=default', place('a')],
    ['influxdb3-core', '/write?db=a&rp=weekly', place('a/weekly')],
    ['influxdb3-core', '/write?db=a&rp=Weekly', undefined],
    ['influxdb3-core', '/api/v2/write?org=any&bucket=a/autogen', place('a/autogen')],
    ['influxdb3-enterprise', '/api/v3/write_lp?db=a', place('a')],
  ])('%s %s', (kind, url, expected) => {
    expect(at(kind, url)).toEqual(expected)
  })
})
