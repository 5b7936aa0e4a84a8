import { describe, expect, test } from 'vitest'
import { assertDescribed } from './answers.ts'

const JSON_TYPE = 'application/json; charset=utf-8'
const id = '0d1a2b3c4d5e6000'
const user = { links: { self: `/api/v2/users/${id}` }, id, name: 'ann', status: 'active' }
const without = (object: object, key: string) => Object.fromEntries(Object.entries(object).filter(([k]) => k !== key))
const error = (code: string, message = 'no') => ({ code, message })
const authorization = {
  id,
  token: '',
  status: 'active',
  description: '',
  orgID: id,
  org: 'plant',
  userID: id,
  user: 'ann',
  permissions: [{ action: 'read', resource: { type: 'buckets', orgID: id, org: 'plant' } }],
  links: { self: `/api/v2/authorizations/${id}`, user: `/api/v2/users/${id}` },
  createdAt: '2026-01-02T03:04:05.67Z',
  updatedAt: '2026-01-02T03:04:05Z',
}
const answered = (method: string, path: string, status: number, body: unknown, type: string | null = JSON_TYPE) =>
  expect(() => assertDescribed(method, path, status, type, body))

describe('a described answer', () => {
  test('passes, with query and with trailing slash', () => {
    answered('GET', '/api/v2/me', 200, user).not.toThrow()
    answered('get', `/api/v2/users/${id}?x=1`, 200, user).not.toThrow()
    answered('GET', '/api/v2/users/', 200, { links: { self: '/api/v2/users' }, users: [user] }).not.toThrow()
    answered('GET', '/api/v2/resources', 200, ['buckets'], 'application/json').toThrow('23 items')
  })

  test('is refused with a key too many, anywhere in it', () => {
    answered('GET', '/api/v2/me', 200, { ...user, email: 'a@b' }).toThrow(/GET \/api\/v2\/me answered 200.*additional/)
    answered('GET', '/api/v2/me', 200, { ...user, links: { ...user.links, logs: '/x' } }).toThrow('additional')
    answered('GET', '/api/v2/me', 401, { ...error('unauthorized'), op: 'x' }).toThrow('additional')
  })

  test('is refused with a key too few', () => {
    for (const key of Object.keys(user)) answered('GET', '/api/v2/me', 200, without(user, key)).toThrow(`'${key}'`)
    answered('GET', '/api/v2/me', 401, { code: 'unauthorized' }).toThrow(`'message'`)
  })

  test('is refused with a value of the wrong form', () => {
    answered('GET', '/api/v2/me', 200, { ...user, id: '0000000000000000' }).toThrow('body/id')
    answered('GET', '/api/v2/me', 200, { ...user, status: 'gone' }).toThrow('body/status')
    const path = `/api/v2/authorizations/${id}`
    answered('GET', path, 200, { ...authorization, createdAt: '2026-01-02T03:04:05.670Z' }).toThrow('body/createdAt')
    answered('GET', path, 200, { ...authorization, createdAt: '2026-13-02T03:04:05Z' }).toThrow('body/createdAt')
    answered('GET', path, 200, { ...authorization, expiresAt: null }).toThrow('body/expiresAt')
  })

  test('is refused with a status that is not described', () => {
    answered('GET', '/api/v2/me', 404, error('not found')).toThrow('described are 200, 401, 403, 500, 503')
    answered('POST', '/api/v2/users', 409, error('conflict')).toThrow('described are')
  })

  test('is refused when code and status do not belong together', () => {
    answered('POST', '/api/v2/users', 422, error('conflict')).not.toThrow()
    answered('POST', '/api/v2/users', 400, error('conflict')).toThrow('body/code')
    answered('PUT', `/api/v2/authorizations/${id}/permissions`, 412, error('conflict')).not.toThrow()
  })

  test('is refused with another content type, and with a body where there is none', () => {
    answered('GET', '/api/v2/me', 200, user, 'text/plain').toThrow('content type is text/plain')
    answered('GET', '/api/v2/me', 200, user, null).toThrow('content type is null')
    answered('DELETE', `/api/v2/users/${id}`, 204, '', null).not.toThrow()
    answered('DELETE', `/api/v2/users/${id}`, 204, {}).toThrow('not empty')
    answered('HEAD', '/ping', 503, '').not.toThrow()
    answered('HEAD', '/ping', 204, 'x').toThrow('not empty')
    answered('GET', '/metrics', 200, 'up 1\n', 'text/plain; version=0.0.4').not.toThrow()
  })

  test('shows a secret only where one is created', () => {
    answered('POST', '/api/v2/authorizations', 201, { ...authorization, token: 'secret' }).not.toThrow()
    answered('POST', '/api/v2/authorizations', 201, authorization).toThrow('body/token')
    answered('GET', `/api/v2/authorizations/${id}`, 200, authorization).not.toThrow()
    for (const method of ['GET', 'PATCH']) {
      answered(method, `/api/v2/authorizations/${id}`, 200, { ...authorization, token: 'secret' }).toThrow('body/token')
    }
  })
})

describe('what is not described', () => {
  test('may only be refused', () => {
    answered('GET', '/api/v2/nope', 404, error('not found')).not.toThrow()
    answered('PUT', '/api/v2/users', 405, error('method not allowed')).not.toThrow()
    answered('GET', `/api/v2/authorizations/${id}/foo`, 404, '404 page not found\n', 'text/plain').toThrow(
      'content type',
    )
    answered('GET', '/api/v2/nope', 200, {}).toThrow('neither path nor method')
    answered('PUT', '/api/v2/users', 405, '', null).toThrow('content type')
  })

  test('only a path below the API has a twin with a trailing slash', () => {
    answered('GET', '/api/v2/setup', 200, { allowed: true }).not.toThrow()
    answered('GET', '/api/v2/setup/', 200, { allowed: true }).not.toThrow()
    answered('GET', '/api/v2/setup/', 401, error('unauthorized')).not.toThrow()
    answered('GET', '/api/v2/setup//', 200, { allowed: true }).toThrow('neither path nor method')
    answered('GET', '/metrics/', 200, 'up 1\n', 'text/plain').toThrow('neither path nor method')
  })

  test('an OPTIONS of a browser gets an empty answer', () => {
    answered('OPTIONS', '/api/v2/users', 204, '', null).not.toThrow()
    answered('OPTIONS', '/api/v2/users', 200, {}).toThrow('neither path nor method')
  })
})
