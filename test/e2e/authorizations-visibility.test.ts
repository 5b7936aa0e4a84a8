// What somebody may not see of other people's tokens appears nowhere: not in rows, not in totals, not in errors, not by order.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, type DescribedServer, startDescribedServer } from './described-server.ts'
import {
  AUTHORIZATIONS,
  type Created,
  createOrg,
  createToken,
  createUser,
  may,
  mayAll,
  ok,
  type PermissionJson,
  refusal,
  signIn,
} from './fixtures.ts'

const COLUMNS = ['id', 'description', 'status', 'createdAt', 'updatedAt', 'expiresAt', 'user', 'org']

let server: DescribedServer
let own: string
let foreign: string
let owns: Created[]
let foreigns: Created[]
let userId: string

beforeAll(async () => {
  server = await startDescribedServer()
  const { operator } = server
  own = await createOrg(operator, 'own')
  foreign = await createOrg(operator, 'foreign')
  userId = await createUser(operator, 'owner of both')
  owns = []
  foreigns = []
  for (let i = 0; i < 6; i++) {
    owns.push(await createToken(operator, { orgID: own, userID: userId, description: `own ${i}` }))
    foreigns.push(await createToken(operator, { orgID: foreign, userID: userId, description: `foreign-secret ${i}` }))
  }
})

/** Somebody with a token of the own org that may do just this. It is no part of what is listed: it lies in the third org. */
async function holding(...permissions: PermissionJson[]): Promise<Client> {
  const orgID =
    permissions.find(({ resource }) => resource.orgID !== undefined)?.resource.orgID ?? server.onboarded.orgId
  const { id, token } = await createToken(server.operator, { orgID, permissions, description: 'caller' })
  callers.add(id)
  return server.as(token)
}
const callers = new Set<string>()

async function seen(caller: Client, query: Record<string, string> = {}): Promise<{ ids: string[]; total: number }> {
  const { authorizations, total } = ok(
    await caller.get(`${AUTHORIZATIONS}?${new URLSearchParams({ ...query, total: 'true' })}`),
  )
  const ids: string[] = authorizations.map(({ id }: Created) => id)
  const strangers = ids.filter(id => !callers.has(id))
  return { ids: strangers, total: total - (ids.length - strangers.length) }
}

/** Requires that, whatever is asked, exactly these are seen and counted, and no word of any other. */
async function expectToSee(caller: Client, ids: readonly string[]): Promise<void> {
  const hidden = [...owns, ...foreigns].filter(({ id }) => !ids.includes(id))
  const bases = [
    '',
    `userID=${userId}`,
    'user=owner+of+both',
    'search=secret',
    'search=e',
    'status=active',
    `orgID=${foreign}`,
  ]
  const pages = ['', 'limit=3', 'limit=1000', ...COLUMNS.map(column => `sortBy=${column}&descending=true`)]
  const filters = [
    'org=own',
    'org=foreign',
    ...owns.map(({ token }) => `token=${token}`),
    ...foreigns.map(({ token }) => `token=${token}`),
  ]
  const queries = [...bases.flatMap(base => pages.map(page => `${base}&${page}`)), ...filters]
  for (const query of queries) {
    const { text } = await caller.get(`${AUTHORIZATIONS}?total=true&${query}`)
    for (const { id, description } of hidden) {
      expect(text, query).not.toContain(id)
      expect(text, query).not.toContain(description)
    }
  }
  expect(await seen(caller)).toEqual({ ids, total: ids.length })
  for (const sortBy of COLUMNS) {
    const sorted = await seen(caller, { sortBy })
    expect({ ids: sorted.ids.sort(), total: sorted.total }, sortBy).toEqual({ ids: [...ids].sort(), total: ids.length })
  }
  for (const { id } of hidden) expect(await seen(caller, { id })).toEqual({ ids: [], total: 0 })
  for (const { token } of hidden) expect(await seen(caller, { token })).toEqual({ ids: [], total: 0 })
}

const idsOf = (tokens: readonly Created[]) => tokens.map(({ id }) => id)

describe('a list', () => {
  test('is empty for who may not read authorizations', async () => {
    await expectToSee(
      await holding(may('read', 'buckets', { orgID: own }), may('write', 'authorizations', { orgID: own })),
      [],
    )
    await expectToSee(await holding(...mayAll('users'), ...mayAll('orgs'), ...mayAll('buckets')), [])
  })

  test('holds those of the org for who may read them there', async () => {
    await expectToSee(await holding(may('read', 'authorizations', { orgID: own })), idsOf(owns))
  })

  test('holds single ones for who may read just these', async () => {
    const [first, , third] = idsOf(owns) as [string, string, string]
    await expectToSee(
      await holding(
        may('read', 'authorizations', { id: first }),
        may('read', 'authorizations', { id: third, orgID: own }),
      ),
      [first, third],
    )
    await expectToSee(await holding(may('read', 'authorizations', { id: foreigns[0]!.id })), [foreigns[0]!.id])
  })

  test('neither shows nor counts one that lies in another org than the permission says', async () => {
    const permissions = foreigns.map(({ id }) => may('read', 'authorizations', { id, orgID: own }))
    await expectToSee(await holding(...permissions), [])
    const mixed = await holding(...permissions, may('read', 'authorizations', { id: owns[0]!.id }))
    await expectToSee(mixed, [owns[0]!.id])
  })

  test('of a session follows what its user may', async () => {
    const session = await signIn(server, userId, 'owner of both', 'a-long-password')
    // His tokens may read buckets; that he owns them says nothing.
    await expectToSee(session, [])
  })

  test('holds everything for who may read everything', async () => {
    const all = (await seen(await holding(may('read', 'authorizations')))).ids
    expect(all).toEqual(expect.arrayContaining(idsOf([...owns, ...foreigns])))
  })
})

describe('what is hidden', () => {
  test('cannot be read, and its place in an order is not told', async () => {
    const caller = await holding(may('read', 'authorizations', { orgID: own }))
    for (const { id } of foreigns) {
      expect(refusal(await caller.get(`${AUTHORIZATIONS}/${id}`))).toBe(
        `401 unauthorized: read:orgs/${foreign}/authorizations/${id} is unauthorized`,
      )
      const unknown = refusal(await caller.get(`${AUTHORIZATIONS}?sortBy=description&after=0d1a2b3c4d5e6000`))
      for (const sortBy of COLUMNS.filter(column => column !== 'id')) {
        expect(refusal(await caller.get(`${AUTHORIZATIONS}?sortBy=${sortBy}&after=${id}`))).toBe(unknown)
      }
    }
  })

  test('cannot be changed, and the refusal has no word of it', async () => {
    const caller = await holding(...mayAll('authorizations', { orgID: own }))
    for (const { id, description } of foreigns) {
      for (const answer of [
        await caller.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }),
        await caller.put(
          `${AUTHORIZATIONS}/${id}/permissions`,
          { permissions: [may('read', 'buckets', { orgID: own })] },
          { headers: { 'If-Match': '"1"' } },
        ),
        await caller.delete(`${AUTHORIZATIONS}/${id}`),
      ]) {
        expect(answer.status).toBe(401)
        expect(answer.text).not.toContain(description)
      }
      expect(ok(await server.operator.get(`${AUTHORIZATIONS}/${id}`))).toMatchObject({ status: 'active', description })
    }
  })
})

test('no list, and nothing else that is asked afterwards, shows a secret', async () => {
  const secrets = [...owns, ...foreigns].map(({ token }) => token)
  const { operator } = server
  const texts = [
    await operator.get(AUTHORIZATIONS),
    await operator.get(`${AUTHORIZATIONS}?token=${secrets[0]}`),
    await operator.get(`${AUTHORIZATIONS}/${owns[0]!.id}`),
    await operator.patch(`${AUTHORIZATIONS}/${owns[0]!.id}`, { token: secrets[1] }),
    await server.as(secrets[0]).get(AUTHORIZATIONS),
    await server.as(secrets[0]).get('/metrics'),
  ].map(({ text }) => text)
  for (const secret of secrets) for (const text of texts) expect(text).not.toContain(secret)
})
