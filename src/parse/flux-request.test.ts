import { describe, expect, test } from 'vitest'
import { requestVectors } from '../../test/vectors/requests.ts'
import { type FluxScript, parseFlux } from './flux.ts'
import { parseFluxBody, parseFluxRequest } from './flux-request.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** What the script of a body reads. */
function bucketsOf(body: Uint8Array | string) {
  const query = parseFluxBody(body)
  return 'undecidable' in query ? query : parseFlux(query.script)
}

describe('the body of a Flux query', () => {
  test.each(requestVectors<string, FluxScript>('flux-body'))('with $name', ({ input, expected }) => {
    expect(bucketsOf(input)).toEqual(expected ?? { undecidable: expect.any(String) })
    expect(bucketsOf(bytes(input))).toEqual(bucketsOf(input))
  })

  test('keeps its dialect and its time', () => {
    const dialect = {
      annotations: ['group', 'datatype', 'default'],
      commentPrefix: '#',
      dateTimeFormat: 'RFC3339Nano',
      delimiter: ',',
      header: false,
    }
    const now = '2026-01-01T00:00:00.5Z'
    expect(parseFluxBody(JSON.stringify({ query: 'x', type: 'flux', dialect, now }))).toEqual({
      script: 'x',
      dialect,
      now,
    })
    expect(parseFluxBody('{"query":"x","dialect":null,"now":null}')).toEqual({ script: 'x' })
  })

  test('is read as the client for JavaScript sends it, without the quotes that it names', () => {
    const dialect = { header: true, delimiter: ',', commentPrefix: '#', annotations: ['datatype', 'group', 'default'] }
    const body = JSON.stringify({ query: 'x', dialect: { ...dialect, quoteChar: '"' }, type: 'flux' })
    const asked = parseFluxRequest('application/json; encoding=utf-8', bytes(body))
    expect(asked).toEqual({ script: 'x', dialect })
  })

  test.each<[string, unknown]>([
    ['of other quotes', { quoteChar: "'" }],
    ['of an unknown key', { sep: ',' }],
    ['of a list', []],
    ['of a text', 'csv'],
    ['of an unknown annotation', { annotations: ['group', 'x'] }],
    ['of annotations that are none', { annotations: 'group' }],
    ['of a long delimiter', { delimiter: ',,' }],
    ['of a delimiter that ends lines', { delimiter: '\n' }],
    ['of a prefix with a line end', { commentPrefix: '#\n' }],
    ['of an unknown time format', { dateTimeFormat: 'ISO' }],
    ['of a header that is a text', { header: 'true' }],
    ['of a key that JavaScript knows', { constructor: true }],
  ])('is refused with a dialect %s', (_, dialect) => {
    expect(parseFluxBody(JSON.stringify({ query: 'x', dialect }))).toEqual({
      undecidable: expect.stringContaining('dialect'),
    })
  })

  test.each<[string, unknown]>([
    ['no time', 'yesterday'],
    ['a number', 1],
    ['a function', 'now()'],
  ])('is refused with a present that is %s', (_, now) => {
    expect(parseFluxBody(JSON.stringify({ query: 'x', now }))).toEqual({ undecidable: 'now is not a time of RFC 3339' })
  })
})

describe('a request for Flux', () => {
  test.each([
    [undefined, '{"query":"x"}'],
    ['application/json', '{"query":"x"}'],
    ['application/json; charset=utf-8', '{"query":"x"}'],
    ['application/vnd.flux', 'x'],
    ['application/vnd.flux; charset=utf-8', 'x'],
  ])('of type %s is read as that', (type, body) => {
    expect(parseFluxRequest(type, bytes(body))).toEqual({ script: 'x' })
  })

  test.each([
    ['text/plain', 'x'],
    ['application/x-www-form-urlencoded', 'query=x'],
    ['application/json, application/vnd.flux', '{"query":"x"}'],
    ['application/vnd.fluxx', 'x'],
    ['application/grpc', 'x'],
    ['application/json', 'x'],
  ])('of type %s with the body %j is refused', (type, body) => {
    expect(parseFluxRequest(type, bytes(body))).toEqual({ undecidable: expect.any(String) })
  })

  test('is refused if the script is no UTF-8', () => {
    expect(parseFluxRequest('application/vnd.flux', Uint8Array.of(0x78, 0xff))).toEqual({
      undecidable: 'the script is not valid UTF-8',
    })
  })
})
