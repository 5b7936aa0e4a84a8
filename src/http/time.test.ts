import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTime, printTime } from './time.ts'

const parse = (text: string) => parseTime('expiresAt', text)
const MESSAGE = 'expiresAt must be a time like 2026-01-31T12:00:00Z'

describe('a time', () => {
  test.each([
    [0, '1970-01-01T00:00:00Z'],
    [1, '1970-01-01T00:00:00.001Z'],
    [10, '1970-01-01T00:00:00.01Z'],
    [100, '1970-01-01T00:00:00.1Z'],
    [1_767_225_600_000, '2026-01-01T00:00:00Z'],
    [1_767_225_610_120, '2026-01-01T00:00:10.12Z'],
    [1_767_229_200_000, '2026-01-01T01:00:00Z'],
    [-1, '1969-12-31T23:59:59.999Z'],
  ])('%i is printed as %s: in UTC, without zeros that say nothing', (epochMs, text) => {
    expect(printTime(epochMs)).toBe(text)
    expect(parse(text)).toBe(epochMs)
  })

  test.each([
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00Z'],
    ['2026-01-31T12:00:00-23:59', '2026-02-01T11:59:00Z'],
    ['2026-01-31T12:00:00-00:00', '2026-01-31T12:00:00Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00:00.1Z', '2026-01-31T12:00:00.1Z'],
    ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, same) => expect(printTime(parse(text))).toBe(same))

  test.each([
    '',
    'now',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00:00Z',
    '2026-01-31T12:00Z',
    '2026-1-31T12:00:00Z',
    '26-01-31T12:00:00Z',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00,5Z',
    '2026-01-31T12:00:00+2:00',
    '2026-01-31T12:00:00+0200',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+02:60',
    '2026-00-31T12:00:00Z',
    '2026-13-31T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-01-32T12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2100-02-29T12:00:00Z',
    '2026-04-31T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:60Z',
    '9999-12-31T23:59:59-01:00',
    '+12026-01-31T12:00:00Z',
    ' 2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z\n',
    '２026-01-31T12:00:00Z',
    '1767225600000',
  ])('%j is refused, with the field and an example', text => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'invalid', message: MESSAGE }))
  })

  test('that is printed is read back to the millisecond', () => {
    const epochMs = fc.integer({ min: Date.UTC(0, 0), max: Date.UTC(10_000, 0) - 1 })
    fc.assert(fc.property(epochMs, ms => parse(printTime(ms)) === ms))
  })

  test('is a time or an error, whatever is sent', () => {
    const digits = fc.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,4})?(Z|[+-]\d\d:\d\d)$/)
    fc.assert(
      fc.property(fc.oneof(digits, fc.string(), fc.date({ noInvalidDate: true }).map(String)), text => {
        try {
          const epochMs = parse(text)
          expect(Number.isSafeInteger(epochMs)).toBe(true)
          // What was accepted can be shown again.
          expect(printTime(epochMs)).toMatch(/^\d{4}-/)
        } catch (cause) {
          expect(cause).toMatchObject({ code: 'invalid', message: MESSAGE })
        }
      }),
      { numRuns: 1000 },
    )
  })
})
