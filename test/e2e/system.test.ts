// The small endpoints, and the rules that hold for every path: methods, slashes, origins, unknown paths.
import { beforeAll, describe, expect, test } from 'vitest'
import { RESOURCE_TYPES } from '../../src/domain/permission.ts'
import { METHODS, openapi } from '../wire/document.ts'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, createToken, ok, refusal, USERS } from './fixtures.ts'

const ORIGIN = { Origin: 'http://page.example' }

let server: DescribedServer

beforeAll(async () => {
  server = await startDescribedServer()
})

const nobody = () => server.as()
const PATHS = Object.keys(openapi.paths).map(path => ({
  path,
  example: path.replaceAll(/\{.+?\}/g, '0d1a2b3c4d5e6000'),
}))
const isGuarded = (path: string) => /^\/(api\/v2|private)(\/|$)/.test(path)

function describedMethods(path: string): string[] {
  const item = openapi.paths[path]!
  return METHODS.filter(method => item[method] !== undefined).map(method => method.toUpperCase())
}

describe('without a credential', () => {
  test('health says that all is well, and which version this is', async () => {
    const answer = await nobody().get('/health')
    expect(answer.json()).toMatchObject({ name: 'influxdb', status: 'pass', checks: [] })
    expect(answer.json().version).toBe(answer.headers['x-influxdb-version'])
    expect(answer.headers['x-influxdb-build']).toBe('OSS')
  })

  test('ready says since when', async () => {
    const before = (await nobody().get('/ready')).json()
    const after = (await nobody().get('/ready')).json()
    expect(Date.parse(before.started)).toBeLessThanOrEqual(Date.now())
    expect(after.started).toBe(before.started)
    expect(Number.parseFloat(after.up)).toBeGreaterThanOrEqual(Number.parseFloat(before.up))
  })

  test('ping answers nothing, with the version in its headers, to GET and to HEAD', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await server.request(method, '/ping')
      expect([answer.status, answer.text, answer.headers['x-influxdb-build']]).toEqual([204, '', 'OSS'])
    }
  })

  test('the list of links leads to the collections', async () => {
    expect((await nobody().get('/api/v2')).json()).toMatchObject({ authorizations: AUTHORIZATIONS, users: USERS })
  })

  test('whether set-up is allowed can be asked; it is not, once it was done', async () => {
    expect((await nobody().get('/api/v2/setup')).json()).toEqual({ allowed: false })
  })
})

describe('with any credential, even one that may do nothing here', () => {
  test('flags and resource types can be read', async () => {
    const { orgId } = server.onboarded
    const { token } = await createToken(server.operator, { orgID: orgId, description: 'reads buckets' })
    expect((await server.as(token).get('/api/v2/flags')).json()).toEqual({})
    const types = await server.as(token).get('/api/v2/resources')
    expect(types.json()).toEqual(RESOURCE_TYPES)
    expect(types.headers['content-type']).toBe('application/json')
  })

  test('and without one they cannot', async () => {
    for (const path of ['/api/v2/flags', '/api/v2/resources']) {
      expect(refusal(await nobody().get(path))).toBe('401 unauthorized: unauthorized access')
    }
  })
})

describe.each(PATHS)('$path', ({ path, example }) => {
  const methods = describedMethods(path)
  // A way for reverse proxies, which is not there unless it is configured.
  const absent = path === '/authorize'
  const others = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].filter(
    method => !methods.includes(method),
  )

  test('refuses every other method, and says which there are', async () => {
    for (const method of others) {
      const answer = await server.request(method, example, { token: server.onboarded.operator })
      expect(answer.status, method).toBe(absent ? 404 : 405)
      if (absent) continue
      expect(answer.headers.allow?.split(', ').sort(), method).toEqual([...methods].sort())
      expect(answer.headers['x-platform-error-code']).toBe('method not allowed')
      expect(answer.text === '', method).toBe(method === 'HEAD')
    }
  })

  test('does not tell strangers even that', async () => {
    if (!isGuarded(path)) return
    for (const method of others) expect((await server.request(method, example)).status, method).toBe(401)
  })

  test('lets pages of other sites ask, without a credential and never with a session', async () => {
    const answer = await server.request('OPTIONS', example, { headers: ORIGIN })
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    if (!isGuarded(path)) return expect(answer.status).toBeGreaterThanOrEqual(404)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN.Origin)
    expect(answer.headers['access-control-allow-methods']).toBe('POST, GET, OPTIONS, PUT, DELETE, PATCH')
    expect(answer.headers.vary).toBe('Origin')
  })
})

describe('a slash at the end', () => {
  test('is overlooked where a credential is needed', async () => {
    for (const path of ['/api/v2/users/', '/api/v2/me/', `/api/v2/users/${server.onboarded.adminId}/`]) {
      ok(await server.operator.get(path))
    }
    ok(await server.operator.get('/api/v2/authorizations/?limit=1'))
  })

  test('is not overlooked anywhere else', async () => {
    for (const path of ['/health/', '/ready/', '/ping/', '/metrics/']) {
      expect(refusal(await nobody().get(path)), path).toBe('404 not found: path not found')
    }
  })

  test('makes an open path one that needs a credential', async () => {
    for (const path of ['/api/v2/', '/api/v2/setup/']) {
      expect(refusal(await nobody().get(path)), path).toBe('401 unauthorized: unauthorized access')
    }
    // InfluxDB's client library asks for the links like this.
    expect(ok(await server.operator.get('/api/v2/'))).toEqual(ok(await nobody().get('/api/v2')))
  })

  test('counts once: two slashes are another path', async () => {
    for (const path of ['/api/v2/users//', '/api/v2//users', '//api/v2/users', '/api//v2/users']) {
      expect(refusal(await server.operator.get(path)), path).toBe('404 not found: path not found')
    }
  })
})

describe('an unknown path', () => {
  const UNKNOWN = ['/api/v2/nope', '/api/v2/users/0d1a2b3c4d5e6000/nope', '/private/nope', '/api/v2/Users']

  test('is 404 in JSON with a credential, and 401 without', async () => {
    for (const path of UNKNOWN) {
      expect(refusal(await server.operator.get(path)), path).toBe('404 not found: path not found')
      expect(refusal(await nobody().get(path)), path).toBe('401 unauthorized: unauthorized access')
    }
  })

  test('outside the API is 404 for everybody', async () => {
    for (const path of [
      '/nope',
      '/api',
      '/api/v3',
      '/api/v22/users',
      '/privateer',
      '/debug/pprof',
      '/%2e%2e/etc/passwd',
    ]) {
      expect(refusal(await nobody().get(path)), path).toBe('404 not found: path not found')
    }
  })
})

test('no answer is to be kept on the way, or taken for something else', async () => {
  for (const path of ['/api/v2/authorizations', '/api/v2/nowhere', '/health', '/write', '/elsewhere']) {
    const { headers } = await server.request('GET', path, { token: server.onboarded.operator })
    expect(headers, path).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  }
})
