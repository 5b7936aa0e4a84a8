// The vectors that the gateway's tests run too, and what holds for each of them.
import { describe, expect, test } from 'vitest'
import { INFLUXQL_VECTORS } from '../../../test/vectors/influxql.ts'
import { parseInfluxql } from './parser.ts'
import { printStatements } from './print.ts'
import { needsPost, touchesOf } from './touches.ts'

test('there are vectors of both kinds, each text once', () => {
  expect(INFLUXQL_VECTORS.length).toBeGreaterThanOrEqual(250)
  expect(INFLUXQL_VECTORS.filter(one => 'refused' in one).length).toBeGreaterThanOrEqual(150)
  expect(new Set(INFLUXQL_VECTORS.map(one => one.text)).size).toBe(INFLUXQL_VECTORS.length)
})

describe.each([...new Set(INFLUXQL_VECTORS.map(one => one.why))])('%s', why => {
  test.each(INFLUXQL_VECTORS.filter(one => one.why === why))('$text', vector => {
    const parsed = parseInfluxql(vector.text)
    if ('refused' in vector) {
      expect(parsed).toEqual({ undecidable: vector.refused })
      return
    }
    if ('undecidable' in parsed) throw new Error(parsed.undecidable)
    expect(printStatements(parsed.statements)).toBe(vector.printed)
    expect(parsed.statements.map(touchesOf)).toEqual(vector.touches)
    // What is forwarded is read like what came.
    expect(parseInfluxql(vector.printed)).toEqual(parsed)
    // Nothing that changes anything passes for reading.
    for (const statement of parsed.statements) {
      const changes = !/^(SELECT|SHOW|EXPLAIN)/.test(printStatements([statement]))
      const writes = touchesOf(statement).some(touch => touch.action === 'write')
      expect(needsPost(statement)).toBe(changes || writes)
    }
  })
})
