// The job that InfluxDB's documentation describes, with the very command, in a real shell: find a user's first token and
// deactivate it.
import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, type Created, createOrg, createToken, createUser, mayAll, ok, refusal } from './fixtures.ts'
import { temporaryFolder } from './server.ts'
import { runInShell } from './shell.ts'

/** Character for character, but for the address and the token. */
const COMMAND =
  `curl --request GET …/api/v2/authorizations?user=user2 --header "Authorization: Token …" ` +
  `--header 'Content-type: application/json' | jq .authorizations[0].id | xargs -I authid ` +
  `curl --request PATCH …/api/v2/authorizations/authid --header "Authorization: Token …" ` +
  `--header 'Content-type: application/json' --data '{ "description": "deactivated_auth", "status": "inactive" }' | jq .`

let server: DescribedServer
let manager: Created
let tokensOfUser2: Created[]
let others: Created[]

beforeAll(async () => {
  server = await startDescribedServer()
  const { operator, onboarded } = server
  const orgID = await createOrg(operator, 'plant')
  const user2 = await createUser(operator, 'user2')
  const user1 = await createUser(operator, 'user1')
  const create = (userID: string, description: string) =>
    createToken(operator, { orgID, userID, description, permissions: mayAll('buckets', { orgID }) })
  // A token of somebody else is older than all of user2's, so that it would be the first without the filter.
  others = [await create(user1, 'of user1'), await create(onboarded.adminId, 'of admin')]
  tokensOfUser2 = [await create(user2, 'one'), await create(user2, 'two'), await create(user2, 'three')]
  const permissions = mayAll('authorizations', { orgID })
  manager = await createToken(operator, { orgID, description: 'manages tokens', permissions })
})

const fill = (token: string) =>
  COMMAND.replaceAll('…/api/v2', `${server.url}/api/v2`).replaceAll('Token …', `Token ${token}`)

async function everything(): Promise<Map<string, unknown>> {
  const { authorizations } = ok(await server.operator.get(AUTHORIZATIONS))
  return new Map(authorizations.map((one: Created) => [one.id, one]))
}

/** Whether a secret is still good, on a path that needs no permission and on one of the data API. */
async function use(token: string): Promise<string[]> {
  const resources = await server.as(token).get('/api/v2/resources')
  const write = await server.request('POST', '/api/v2/write?org=plant&bucket=raw', { token, body: 'm v=1' })
  return [refusal(resources), refusal(write)]
}

describe('the documented command', () => {
  let before: Map<string, unknown>
  let after: Map<string, unknown>

  test('ends well and prints the token that it changed', async () => {
    // Used before, so that it is remembered.
    for (const { token } of tokensOfUser2) expect((await use(token))[0]).toBe('200')
    before = await everything()
    const { exitCode, stdout, stderr } = await runInShell(fill(manager.token), temporaryFolder())
    expect(exitCode, stderr).toBe(0)
    after = await everything()
    const printed = JSON.parse(stdout)
    expect(printed).toMatchObject({ status: 'inactive', description: 'deactivated_auth', user: 'user2', token: '' })
    expect(printed).toEqual(after.get(tokensOfUser2[0]!.id))
  })

  test('changed the first token of user2 and no other', () => {
    const changed = [...after].filter(([id, one]) => JSON.stringify(one) !== JSON.stringify(before.get(id)))
    expect(changed.map(([id]) => id)).toEqual([tokensOfUser2[0]!.id])
    expect([...after.keys()]).toEqual([...before.keys()])
  })

  test('took effect: its secret is refused at the next request, all others are not', async () => {
    const refused = '401 unauthorized: token is inactive'
    expect(await use(tokensOfUser2[0]!.token)).toEqual([refused, refused])
    for (const { token, description } of [...tokensOfUser2.slice(1), ...others]) {
      expect((await use(token))[0], description).toBe('200')
    }
  })

  test('has the same effect when it is run again', async () => {
    const { exitCode, stdout } = await runInShell(fill(manager.token), temporaryFolder())
    expect([exitCode, JSON.parse(stdout).id]).toEqual([0, tokensOfUser2[0]!.id])
    expect((await use(tokensOfUser2[1]!.token))[0]).toBe('200')
  })

  test('changes nothing with a token that may only read, or that may manage nothing', async () => {
    const orgID = manager.orgID
    const readOnly = mayAll('authorizations', { orgID }).slice(0, 1)
    for (const permissions of [readOnly, mayAll('buckets', { orgID })]) {
      const { token } = await createToken(server.operator, { orgID, permissions })
      const now = await everything()
      await runInShell(fill(token), temporaryFolder())
      expect(await everything()).toEqual(now)
    }
  })
})
