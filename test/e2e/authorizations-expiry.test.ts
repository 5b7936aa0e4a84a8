// When an authorization ends: which instants it may have, and in which form. That it then ends is tested where time is an
// argument.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, createToken, may, ok, refusal } from './fixtures.ts'

const FUTURE = '2031-05-06T07:08:09Z'

let server: DescribedServer
let path: string

beforeAll(async () => {
  server = await startDescribedServer()
})

beforeEach(async () => {
  const { id } = await createToken(server.operator, { orgID: server.onboarded.orgId })
  path = `${AUTHORIZATIONS}/${id}`
})

const patch = (body: unknown) => server.operator.patch(path, body)
const read = async () => ok(await server.operator.get(path))
const create = (fields: Record<string, unknown>) => {
  const orgID = server.onboarded.orgId
  return server.operator.post(AUTHORIZATIONS, { orgID, permissions: [may('read', 'buckets', { orgID })], ...fields })
}

describe('an expiry', () => {
  test('is set, changed and removed', async () => {
    expect(await read()).not.toHaveProperty('expiresAt')
    expect(ok(await patch({ expiresAt: FUTURE })).expiresAt).toBe(FUTURE)
    expect(ok(await patch({ description: 'after' })).expiresAt).toBe(FUTURE)
    expect(ok(await patch({ expiresAt: '2032-01-01T00:00:00Z' })).expiresAt).toBe('2032-01-01T00:00:00Z')
    expect(ok(await patch({ expiresAt: null }))).not.toHaveProperty('expiresAt')
    expect(await read()).toMatchObject({ description: 'after', status: 'active' })
  })

  test('is set at creation; null is never', async () => {
    expect(ok(await create({ expiresAt: FUTURE }), 201).expiresAt).toBe(FUTURE)
    expect(ok(await create({ expiresAt: null }), 201)).not.toHaveProperty('expiresAt')
  })

  test.each([
    ['2031-05-06T07:08:09.000Z', FUTURE],
    ['2031-05-06T09:08:09+02:00', FUTURE],
    ['2031-05-05T23:08:09-08:00', FUTURE],
    ['2031-05-06t07:08:09z', FUTURE],
    ['2031-05-06T07:08:09.12Z', '2031-05-06T07:08:09.12Z'],
    ['2031-05-06T07:08:09.123456789Z', '2031-05-06T07:08:09.123Z'],
    ['2032-02-29T23:59:59Z', '2032-02-29T23:59:59Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('of %s is kept in UTC', async (expiresAt, kept) => {
    expect(ok(await patch({ expiresAt })).expiresAt).toBe(kept)
    expect((await read()).expiresAt).toBe(kept)
  })

  test('in the past is refused, with what to do instead', async () => {
    for (const expiresAt of [
      '2020-01-01T00:00:00Z',
      '1970-01-01T00:00:00Z',
      '0000-01-01T00:00:00+01:00',
      new Date().toISOString(),
    ]) {
      const refused = /^400 invalid: expiresAt must lie in the future; to end a token now, make it inactive$/
      expect(refusal(await patch({ expiresAt })), expiresAt).toMatch(refused)
      expect(refusal(await create({ expiresAt })), expiresAt).toMatch(refused)
    }
    expect(await read()).not.toHaveProperty('expiresAt')
  })

  test('in another form is refused by its name', async () => {
    const forms = [
      '',
      'tomorrow',
      '2031-05-06',
      '2031-05-06T07:08Z',
      '2031-05-06T07:08:09',
      '2031-05-06 07:08:09Z',
      '2031-13-01T00:00:00Z',
      '2031-02-29T00:00:00Z',
      '2031-05-00T00:00:00Z',
      '2031-05-06T24:00:00Z',
      '2031-05-06T07:08:60Z',
      '2031-05-06T07:08:09+24:00',
      '2031-05-06T07:08:09.Z',
      '+02031-05-06T07:08:09Z',
      '12031-05-06T07:08:09Z',
      '9999-12-31T23:59:59-01:00',
      1_936_000_000,
      true,
      {},
      [FUTURE],
    ]
    for (const expiresAt of forms) {
      expect(refusal(await patch({ expiresAt })), String(expiresAt)).toMatch(/^400 invalid: expiresAt must be /)
      expect(refusal(await create({ expiresAt })), String(expiresAt)).toMatch(/^400 invalid: .*expiresAt must be /)
    }
    expect(await read()).not.toHaveProperty('expiresAt')
  })
})
