// test/vectors/permissions.json through a running server: does who holds this get to do that?
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ResourceType } from '../../src/domain/permission.ts'
import { type ObjectName, VECTORS, type Vector, type VectorPermission } from '../vectors/permissions.ts'
import { type Answer, type Server, startServer } from './server.ts'

let server: Server
let operator: string
/** The id of each object that vectors speak of. */
let ids: Readonly<Record<ObjectName, string>>
/** How many vectors were asked of what. */
const asked = { management: 0, writes: 0, notAskable: 0 }

const wire = ({ action, resource: { type, id, orgID } }: VectorPermission) => ({
  action,
  resource: { type, ...(id && { id: ids[id] }), ...(orgID && { orgID: ids[orgID] }) },
})

/** As messages name it. */
function printed({ action, resource: { type, id, orgID } }: VectorPermission): string {
  return `${action}:${orgID ? `orgs/${ids[orgID]}/` : ''}${type}${id ? `/${ids[id]}` : ''}`
}

async function create(path: string, body: unknown): Promise<{ id: string; token: string }> {
  const answer = await server.request('POST', `/api/v2/${path}`, { token: operator, body })
  expect(answer.status, answer.text).toBe(201)
  return answer.json()
}

beforeAll(async () => {
  server = await startServer({ onboard: true })
  const { onboarded } = server
  operator = onboarded!.operator
  const orgA = onboarded!.orgId
  const orgB = (await create('orgs', { name: 'org B' })).id
  const bucket = async (orgID: string, name: string) => (await create('buckets', { orgID, name })).id
  const authorization = async (orgID: string) => {
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID } }]
    return (await create('authorizations', { orgID, permissions })).id
  }
  ids = {
    orgA,
    orgB,
    userB: (await create('users', { name: 'user B' })).id,
    bucketA: await bucket(orgA, 'bucket A'),
    bucketA2: await bucket(orgA, 'bucket A2'),
    bucketB: await bucket(orgB, 'bucket B'),
    authorizationA: await authorization(orgA),
    authorizationB: await authorization(orgB),
  }
})

afterAll(() => {
  const { management, writes, notAskable } = asked
  console.log(
    `${VECTORS.length} decisions: ${management} asked of the management API, ${writes} of the write path, ` +
      `${notAskable} cannot be asked of a server`,
  )
})

/** An org that a token with these permissions can belong to; undefined if no token can hold them. */
function orgOf({ held }: Vector): ObjectName | undefined {
  if (held.length === 0 || held.some(({ resource }) => resource.type === 'instance')) return undefined
  const orgs = new Set(held.flatMap(({ resource }) => resource.orgID ?? []))
  return orgs.size > 1 ? undefined : ([...orgs][0] ?? 'orgA')
}

/** A request that needs exactly what is required, if there is one. */
function requestFor({ action, resource: { type, id, orgID } }: VectorPermission) {
  const path = COLLECTIONS[type]
  if (path === undefined) return undefined
  const inOrg = type === 'buckets' || type === 'authorizations'
  // Where an object is, is what the server knows, not what one asks.
  if (id !== undefined) {
    if (inOrg && orgID !== HOMES[id]) return undefined
    return action === 'read'
      ? { method: 'GET', path: `${path}/${ids[id]}` }
      : { method: 'PATCH', path: `${path}/${ids[id]}`, body: {} }
  }
  if (action === 'read' || type === 'authorizations' || inOrg !== (orgID !== undefined)) return undefined
  const name = `new ${++made}`
  return { method: 'POST', path, body: inOrg ? { name, orgID: ids[orgID as ObjectName] } : { name } }
}
let made = 0

const COLLECTIONS: Partial<Record<ResourceType, string>> = {
  authorizations: '/api/v2/authorizations',
  buckets: '/api/v2/buckets',
  orgs: '/api/v2/orgs',
  users: '/api/v2/users',
}
const HOMES: Partial<Record<ObjectName, ObjectName>> = {
  bucketA: 'orgA',
  bucketA2: 'orgA',
  bucketB: 'orgB',
  authorizationA: 'orgA',
  authorizationB: 'orgB',
}

/** Allowed, or refused for lack of exactly what was required; anything else is another trouble. */
function outcome(answer: Answer, { required }: Vector): boolean {
  if (answer.status < 300) return true
  const { code, message } = answer.json()
  expect(`${answer.status} ${code}`).toBe('401 unauthorized')
  // Who may neither read nor write is told that he may not read.
  expect(
    [printed(required), printed({ ...required, action: 'read' })].map(name => `${name} is unauthorized`),
  ).toContain(message)
  return false
}

describe('who holds what the vector says', () => {
  test.each(VECTORS)('$name', async vector => {
    const { held, required, allowed } = vector
    const org = orgOf(vector)
    const request = requestFor(required)
    if (org === undefined || request === undefined) {
      asked.notAskable++
      return
    }
    const { token } = await create('authorizations', { orgID: ids[org], permissions: held.map(wire) })
    const { method, path, ...body } = request
    expect(outcome(await server.request(method, path, { token, ...body }), vector)).toBe(allowed)
    asked.management++

    const { action, resource } = required
    if (action !== 'write' || resource.type !== 'buckets' || !resource.id || !resource.orgID) return
    const target = `/api/v2/write?org=${ids[resource.orgID]}&bucket=${ids[resource.id]}`
    const answer = await server.request('POST', target, { token, body: 'm f=1' })
    // What is allowed goes on to an upstream, whatever comes of it there.
    if (allowed) expect([401, 403]).not.toContain(answer.status)
    else expect([answer.status, answer.json().message]).toEqual([403, 'insufficient permissions for write'])
    asked.writes++
  })
})

test('most of the vectors can be asked', () => {
  expect(asked.management).toBeGreaterThan(VECTORS.length * 0.6)
  expect(asked.writes).toBeGreaterThan(3)
})
