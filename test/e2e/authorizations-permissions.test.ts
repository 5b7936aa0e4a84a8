// The permissions of an authorization: replaced as a whole, by who says which version of it he saw.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, type Created, createToken, may, mayAll, ok, refusal } from './fixtures.ts'
import type { Answer } from './server.ts'

let server: DescribedServer
let orgID: string
let token: Created
let path: string

beforeAll(async () => {
  server = await startDescribedServer()
  orgID = server.onboarded.orgId
})

beforeEach(async () => {
  token = await createToken(server.operator, {
    orgID,
    description: 'before',
    permissions: mayAll('buckets', { orgID }),
  })
  path = `${AUTHORIZATIONS}/${token.id}`
})

const patch = (body: unknown) => server.operator.patch(path, body)
const read = async () => ok(await server.operator.get(path))

describe('permissions', () => {
  const wanted = [may('read', 'buckets', { orgID: '' })]
  const put = (permissions: unknown, ifMatch?: string) =>
    server.operator.put(
      `${path}/permissions`,
      { permissions },
      { headers: ifMatch === undefined ? {} : { 'If-Match': ifMatch } },
    )
  const etag = async () => (await server.operator.get(path)).headers.etag as string
  const bare = (one: Created & { permissions: { action: string; resource: Record<string, string> }[] }) =>
    one.permissions.map(({ action, resource: { type, id, orgID } }) => ({
      action,
      resource: { type, ...(id && { id }), ...(orgID && { orgID }) },
    }))

  beforeEach(() => {
    wanted[0] = may('read', 'tasks', { orgID })
  })

  test('are replaced as a whole, in order, and what was taken away is gone at the next request', async () => {
    const session = server.as(token.token)
    expect(ok(await session.get('/api/v2/buckets')).buckets.length).toBeGreaterThan(0)
    const permissions = [
      may('write', 'users', { id: server.onboarded.adminId }),
      may('read', 'tasks', { orgID }),
      may('read', 'dashboards', { orgID }),
    ]
    const answer = await put(permissions, await etag())
    expect(bare(ok(answer))).toEqual(permissions)
    expect([answer.headers.etag, await etag()]).toEqual(['"2"', '"2"'])
    expect(bare(await read())).toEqual(permissions)
    expect(ok(await session.get('/api/v2/buckets')).buckets).toEqual([])
  })

  test('are replaced only by who says which version he saw', async () => {
    for (const ifMatch of [undefined, '*', '1', 'abc', '"abc"', '"-1"', '"1", "2"', `"${'9'.repeat(30)}"`]) {
      const answer = await put(wanted, ifMatch)
      expect(answer.status, ifMatch).toBe(428)
      expect(answer.json().message).toContain('If-Match')
    }
    expect(await etag()).toBe('"1"')
  })

  test('are not replaced by who saw an older version', async () => {
    const seen = await etag()
    ok(await patch({ description: 'meanwhile' }))
    const answer = await put(wanted, seen)
    expect([answer.status, answer.json().code]).toEqual([412, 'conflict'])
    expect((await put(wanted, '"999"')).status).toBe(412)
    expect(bare(await read())).toEqual(mayAll('buckets', { orgID }))
    ok(await put(wanted, await etag()))
  })

  test('of many that saw the same version, exactly one replaces them', async () => {
    const types = ['tasks', 'dashboards', 'labels', 'views', 'checks', 'secrets', 'sources', 'variables']
    const answers = await Promise.all(types.map(type => put([may('read', type, { orgID })], '"1"')))
    const winners = answers.filter(({ status }) => status === 200)
    expect([winners.length, answers.filter(({ status }) => status === 412).length]).toEqual([1, types.length - 1])
    expect(await read()).toEqual(ok(winners[0] as Answer))
  })

  test('cannot be none, nor what makes no sense, nor what belongs elsewhere', async () => {
    const refused = async (permissions: unknown) => refusal(await put(permissions, await etag()))
    expect(await refused([])).toBe('400 invalid: authorization must include permissions')
    expect(await refused(null)).toBe('400 invalid: authorization must include permissions')
    expect(await refused('all')).toBe('400 invalid: invalid json structure: permissions must be an array')
    expect(await refused([1])).toBe('400 invalid: invalid json structure: permissions[0] must be an object')
    expect(await refused([{ action: 'read', resource: 'buckets' }])).toMatch(
      /permissions\[0\]\.resource must be an object$/,
    )
    expect(await refused([{ action: 'read' }])).toMatch(/^400 invalid: invalid resource type/)
    expect(await refused([{ resource: { type: 'buckets' } }])).toMatch(/^400 invalid: invalid action type/)
    const elsewhere = may('read', 'buckets', { orgID: '0d1a2b3c4d5e6000' })
    expect(await refused([elsewhere])).toBe(
      `400 invalid: permission read:orgs/0d1a2b3c4d5e6000/buckets is not for org id ${orgID}`,
    )
    expect(await etag()).toBe('"1"')
  })

  test('cannot be more than the one who changes them holds; fewer, they can', async () => {
    const permissions = [...mayAll('authorizations', { orgID }), may('read', 'tasks', { orgID })]
    const manager = server.as((await createToken(server.operator, { orgID, permissions })).token)
    const asManager = (list: unknown, ifMatch: string) =>
      manager.put(`${path}/permissions`, { permissions: list }, { headers: { 'If-Match': ifMatch } })
    const [readBuckets, writeBuckets] = mayAll('buckets', { orgID })
    const more = refusal(await asManager([readBuckets, writeBuckets, may('write', 'tasks', { orgID })], '"1"'))
    expect(more).toMatch(/^403 forbidden: permission write:orgs\/[0-9a-f]+\/tasks is not allowed/)
    // What is there already may stay, though he does not hold it.
    ok(await asManager([readBuckets, may('read', 'tasks', { orgID })], '"1"'))
    expect(refusal(await asManager([readBuckets, writeBuckets], '"2"'))).toMatch(/^403 forbidden/)
  })
})
