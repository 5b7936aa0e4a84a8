// How much one request may ask for.
import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, createToken, may, ok, refusal, V1_AUTHORIZATIONS } from './fixtures.ts'

let server: DescribedServer
let orgID: string

beforeAll(async () => {
  server = await startDescribedServer()
  orgID = server.onboarded.orgId
})

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => may('read', 'tasks', { orgID, id: `${at + 1}`.padStart(16, '0') }))

describe('an authorization', () => {
  test('has a thousand permissions at most', async () => {
    const refused = '400 invalid: permissions must have at most 1000 entries'
    const wanted = { orgID, permissions: many(1001) }
    expect(refusal(await server.operator.post(AUTHORIZATIONS, wanted))).toBe(refused)
    expect(refusal(await server.operator.post(V1_AUTHORIZATIONS, { ...wanted, token: 'wide' }))).toBe(refused)
    const { id, token } = await createToken(server.operator, { orgID, permissions: many(1000) })
    const headers = { 'If-Match': '"1"' }
    const path = `${AUTHORIZATIONS}/${id}/permissions`
    expect(refusal(await server.operator.put(path, { permissions: many(1001) }, { headers }))).toBe(refused)
    ok(await server.operator.put(path, { permissions: many(1000).reverse() }, { headers }))
    expect((await server.as(token).get(AUTHORIZATIONS)).status).toBe(200)
  })
})
