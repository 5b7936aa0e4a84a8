// Writes as clients send them: those that are allowed, those that are refused to who asks, and those that nobody can decide.
import type * as http from 'node:http'
import type { Answer, Onboarded, Server } from './server.ts'

type Headers = http.OutgoingHttpHeaders

export const V1_PASSWORD = 'password-of-version-1'

interface Token {
  readonly id: string
  readonly token: string
}

/** A server's identities, and one token of each standing. */
export interface Writers {
  readonly ids: Onboarded
  readonly writer: Token
  readonly reader: Token
  readonly elsewhere: Token
  readonly inactive: Token
  readonly sleeper: Token
}

/** Makes the tokens, their users and another bucket. */
export async function makeWriters(server: Server): Promise<Writers> {
  const ids = server.onboarded as Onboarded
  const { orgId, bucketId } = ids
  async function asOperator(method: string, path: string, body: unknown): Promise<Answer> {
    const answer = await server.request(method, path, { token: ids.operator, body })
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
    return answer
  }
  const other = (await asOperator('POST', '/api/v2/buckets', { orgID: orgId, name: 'Zażółć gęślą' })).json()
  const permissions = (action: string, id: string) => [{ action, resource: { type: 'buckets', id, orgID: orgId } }]
  const token = async (action: string, id: string, more: object = {}) =>
    (
      await asOperator('POST', '/api/v2/authorizations', {
        orgID: orgId,
        permissions: permissions(action, id),
        ...more,
      })
    ).json()
  const sleeper = (await asOperator('POST', '/api/v2/users', { name: 'asleep' })).json().id
  const made = {
    writer: await token('write', bucketId),
    reader: await token('read', bucketId),
    elsewhere: await token('write', other.id),
    inactive: await token('write', bucketId, { status: 'inactive' }),
    sleeper: await token('write', bucketId, { userID: sleeper }),
  }
  await asOperator('PATCH', `/api/v2/users/${sleeper}`, { status: 'inactive' })
  const v1 = { orgID: orgId, token: 'v1-user', permissions: permissions('write', bucketId) }
  const { id } = (await asOperator('POST', '/private/legacy/authorizations', v1)).json()
  await asOperator('POST', `/private/legacy/authorizations/${id}/password`, { password: V1_PASSWORD })
  return { ids, ...made }
}

export const basic = (user: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})
export const bearing = (token: string) => ({ Authorization: `Token ${token}` })
export const v2 = ({ ids }: Writers, more = '') => `/api/v2/write?orgID=${ids.orgId}&bucket=${ids.bucketId}${more}`

/** What a client of a proxy sends. */
export interface Case {
  readonly what: string
  readonly method?: string
  readonly target: string
  readonly headers: Headers
}

/** Writes that are allowed, in every generation and by every credential that one takes. */
export function allowed(writers: Writers): Case[] {
  const { writer, elsewhere } = writers
  const token = writer.token
  return [
    { what: 'v2, ids', target: v2(writers), headers: bearing(token) },
    {
      what: 'v2, names and precision',
      target: '/api/v2/write?org=org1&bucket=bucket1&precision=ms',
      headers: bearing(token),
    },
    { what: 'v2, Bearer', target: v2(writers), headers: { Authorization: `Bearer ${token}` } },
    {
      what: 'v2, a name with every kind of letter',
      target: '/api/v2/write?org=org1&bucket=Za%C5%BC%C3%B3%C5%82%C4%87+g%C4%99%C5%9Bl%C4%85',
      headers: bearing(elsewhere.token),
    },
    { what: 'v1, Token', target: '/write?db=bucket1', headers: bearing(token) },
    { what: 'v3, Basic with a token', target: '/api/v3/write_lp?db=bucket1', headers: basic('anybody', token) },
    { what: 'v1, Basic with a token', target: '/write?db=bucket1&precision=s', headers: basic('anybody', token) },
    { what: 'v1, a token in the URL', target: `/write?db=bucket1&u=anybody&p=${token}`, headers: {} },
    { what: 'v1, user and password', target: '/write?db=bucket1&rp=autogen', headers: basic('v1-user', V1_PASSWORD) },
    { what: 'v1, user and password in the URL', target: `/write?db=bucket1&u=v1-user&p=${V1_PASSWORD}`, headers: {} },
    { what: 'v3', target: '/api/v3/write_lp?db=bucket1&no_sync=true', headers: { Authorization: `Bearer ${token}` } },
  ]
}

/** What is refused for who asks. */
export function denied(writers: Writers): [status: number, asked: Case][] {
  const { writer, reader, elsewhere, inactive, sleeper } = writers
  const write = (what: string, status: number, headers: Headers, target = v2(writers)): [number, Case] => [
    status,
    { what, target, headers },
  ]
  return [
    write('no credential', 401, {}),
    write('an unknown token', 401, bearing('unknown-token')),
    write('an inactive token', 401, bearing(inactive.token)),
    write('a sleeping owner', 403, bearing(sleeper.token)),
    write('a token that only reads', 403, bearing(reader.token)),
    write('a token for another bucket', 403, bearing(elsewhere.token)),
    write('no such bucket', 403, bearing(writer.token), '/api/v2/write?org=org1&bucket=nothing'),
    write('no such org', 403, bearing(writer.token), '/api/v2/write?org=nothing&bucket=bucket1'),
    write('v1 without a credential', 401, {}, '/write?db=bucket1'),
    write('v1 with Bearer', 401, { Authorization: `Bearer ${writer.token}` }, '/write?db=bucket1'),
    write('v1 with a wrong password', 401, basic('v1-user', 'wrong-password'), '/write?db=bucket1'),
    write('v1 without such a database', 403, bearing(writer.token), '/write?db=nothing'),
    write('v1 without such a retention policy', 403, bearing(writer.token), '/write?db=bucket1&rp=nothing'),
    write('v3, Basic with two colons', 401, basic('any:body', writer.token), '/api/v3/write_lp?db=bucket1'),
    write('v3 with a token for another bucket', 403, bearing(elsewhere.token), '/api/v3/write_lp?db=bucket1'),
  ]
}

/** What cannot be told, or not without the body, and so is refused to whoever asks, the operator too. */
export function undecidable(writers: Writers): Case[] {
  const { ids } = writers
  const headers = bearing(ids.operator)
  const by = (method: string, target: string): Case => ({ what: `${method} ${target}`, method, target, headers })
  const posts = [
    // Given twice, in one spelling or two, or beside what would override it.
    v2(writers, `&bucket=${ids.bucketId}`),
    v2(writers, '&bucket=other'),
    v2(writers, '&%62ucket=other'),
    v2(writers, '&org=org1'),
    '/write?db=bucket1&db=other',
    '/write?db=bucket1&d%62=other',
    '/api/v3/write_lp?db=bucket1&db=other',
    // Nothing we know of, or nothing that says where.
    v2(writers, '&unheard-of=1'),
    '/write?db=bucket1&bucket=other',
    '/api/v3/write_lp?db=bucket1&u=anybody',
    '/api/v2/write?org=org1',
    '/api/v2/write?bucket=bucket1',
    '/api/v2/write',
    '/write?db=',
    // Separated, escaped or ended in a way that others may read otherwise.
    v2(writers, ';bucket=other'),
    v2(writers, '&precision=%zz'),
    v2(writers, '&precision=%00'),
    v2(writers, '?bucket=other'),
    v2(writers, '%26bucket=other'),
    '/api/v2/write?org=org1&Bucket=bucket1',
    // Paths that some servers take for others.
    ...[
      '/api/v2/write/',
      '/api/v2//write',
      '//api/v2/write',
      '/api/v2/./write',
      '/api/v2/x/../write',
      '/api/v2/%77rite',
    ].map(path => `${path}?orgID=${ids.orgId}&bucket=${ids.bucketId}`),
    '/api/v2/query/../write?org=org1&bucket=bucket1',
    '/api/v2/write/../query?org=org1&bucket=bucket1',
    '/api/v2/write;x=1?org=org1&bucket=bucket1',
    '/api/v2/write%2f?org=org1&bucket=bucket1',
    '/api/v2/write%3Forg=org1&bucket=bucket1',
    '/API/V2/WRITE?org=org1&bucket=bucket1',
    '/write/?db=bucket1',
    // Everything that is no write by its URL.
    '/api/v2/query?org=org1',
    '/api/v2/delete?org=org1&bucket=bucket1',
    '/query?db=bucket1&q=DROP%20MEASUREMENT%20m',
    '/api/v3/query_sql?db=bucket1',
    '/api/v3/configure/database',
    '/api/v2/authorizations',
    '/',
  ].map(target => by('POST', target))
  const methods = ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'].map(method => by(method, v2(writers)))
  return [
    ...posts,
    ...methods,
    by('GET', '/query?db=bucket1&q=SELECT%20*%20FROM%20m'),
    by('GET', '/api/v3/query_sql?db=bucket1&q=SELECT%201'),
  ]
}
