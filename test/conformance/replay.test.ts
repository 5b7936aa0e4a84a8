// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the scenarios look like that
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Answer, compare, diff, fill, loadScenarios, pick, runScenario, type Scenario } from './replay.js'

const answer = (status: number, body: unknown, headers = {}): Answer => ({
  status,
  headers,
  text: JSON.stringify(body),
})

describe('placeholders', () => {
  test('captured values, repetition and base64 are filled in, in names too', () => {
    const vars = { t: 'secret', name: 'org1' }
    expect(fill({ a: ['Token ${t}'], '${name}': '${repeat:ab:2} ${base64:u:p}' }, vars)).toEqual({
      a: ['Token secret'],
      org1: `abab ${Buffer.from('u:p').toString('base64')}`,
    })
  })

  test('a value that was not captured is an error', () => {
    expect(() => fill('${missing}', {})).toThrow('nothing captured for ${missing}')
  })

  test('captures come from the body or from a cookie', () => {
    expect(pick('$.list[1].id', answer(200, { list: [{}, { id: 'x' }] }))).toBe('x')
    expect(pick('cookie:s', answer(204, null, { 'set-cookie': ['r=1', 's=2; Path=/'] }))).toBe('s=2')
  })
})

describe('comparison', () => {
  test('reports a missing key, an additional key and another value', () => {
    expect(diff({ a: 1, b: 2 }, { b: 3, c: 4 })).toEqual([
      'body.a: expected 1, got nothing',
      'body.b: expected 2, got 3',
      'body.c: unexpected 4',
    ])
  })

  test('matchers match their form only', () => {
    expect(diff('/auths/<<id>>', '/auths/0123456789abcdef')).toEqual([])
    expect(diff('/auths/<<id>>', '/auths/0123456789ABCDEF')).toHaveLength(1)
    expect(diff('<<time>>', '2026-01-02T03:04:05.6Z')).toEqual([])
    expect(diff('<<any>>', undefined)).toHaveLength(1)
    expect(diff('a.c', 'abc')).toHaveLength(1)
  })

  test('unordered entries match one each', () => {
    expect(diff({ '<<unordered>>': [1, 2] }, [2, 1])).toEqual([])
    expect(diff({ '<<unordered>>': [1, 1] }, [1, 2])).toHaveLength(1)
    expect(diff({ '<<unordered>>': [1] }, [1, 2])).toHaveLength(1)
  })

  test('a header can be required to be absent', () => {
    const expected = { status: 401, headers: { 'www-authenticate': null } }
    expect(compare(expected, answer(401, {}), {})).toEqual([])
    expect(compare(expected, answer(401, {}, { 'www-authenticate': 'Basic' }), {})).toHaveLength(1)
  })
})

describe('a scenario', () => {
  const scenario: Scenario = {
    name: 'made-up',
    about: '',
    topic: 'topic',
    setup: 'fresh',
    steps: [
      { request: { method: 'POST', path: '/a' }, expect: { status: 201 }, capture: { id: '$.id' } },
      { request: { method: 'GET', path: '/a/${id}' }, expect: { status: 500 }, accept: [{ status: 400 }] },
      { request: { method: 'GET', path: '/a' }, expect: { status: 200 } },
    ],
  }

  test('counts its steps, accepts alternatives and says what differs', async () => {
    const asked: string[] = []
    const statuses = [201, 400, 404]
    const result = await runScenario(
      scenario,
      async ({ path }) => {
        asked.push(path)
        return answer(statuses[asked.length - 1]!, { id: 'x' })
      },
      {},
    )
    expect(asked).toEqual(['/a', '/a/x', '/a'])
    expect(result).toEqual({ passed: 2, failures: ['topic/made-up step 3 GET /a: status: expected 200, got 404'] })
  })

  test('every one that is in the project can be read', () => {
    const scenarios = loadScenarios(fileURLToPath(new URL('data/http/', import.meta.url)))
    expect(scenarios.length).toBeGreaterThan(100)
    for (const { name, steps } of scenarios) expect(steps.length, name).toBeGreaterThan(0)
  })
})
