// Where buckets are: who says so, and that a place never comes to somebody by chance.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { sluice } from './command.ts'
import type { DescribedServer } from './described-server.ts'
import { BUCKETS, createBucket, createOrg, createToken, mayAll, ok, refusal } from './fixtures.ts'
import { temporaryFolder } from './server.ts'
import { startWithUpstreams } from './upstreams.ts'

let server: DescribedServer
let orgID: string
const bindingOf = (id: string) => `${BUCKETS}/${id}/binding`

beforeAll(async () => {
  server = await startWithUpstreams('lab')
  orgID = await createOrg(server.operator, 'Plant & Co')
})

describe('a new bucket', () => {
  test('gets a place of the only upstream, that nobody else can be given or guess', async () => {
    const id = await createBucket(server.operator, orgID, 'raw values')
    expect(ok(await server.operator.get(bindingOf(id)))).toEqual({
      bucketID: id,
      upstream: 'lab',
      database: `Plant-Co_raw-values_${id}`,
    })
    expect(ok(await server.operator.get(bindingOf(server.onboarded.bucketId))).upstream).toBe('lab')
  })

  test('gets none where there are none or several to choose from', async () => {
    for (const other of [await startWithUpstreams(), await startWithUpstreams('lab', 'old')]) {
      const answer = await other.operator.get(bindingOf(other.onboarded.bucketId))
      expect(refusal(answer)).toBe('404 not found: the bucket is bound to no upstream')
    }
  })

  test('of a name that was deleted before gets another place', async () => {
    const first = await createBucket(server.operator, orgID, 'again')
    const { database } = ok(await server.operator.get(bindingOf(first)))
    ok(await server.operator.delete(`${BUCKETS}/${first}`), 204)
    const second = await createBucket(server.operator, orgID, 'again')
    expect(ok(await server.operator.get(bindingOf(second))).database).not.toBe(database)
  })
})

describe('binding', () => {
  test('moves a bucket, and renaming does not', async () => {
    const id = await createBucket(server.operator, orgID, 'moved')
    const place = { upstream: 'lab', database: 'existing', retentionPolicy: 'weekly' }
    expect(ok(await server.operator.put(bindingOf(id), place))).toEqual({ bucketID: id, ...place })
    ok(await server.operator.patch(`${BUCKETS}/${id}`, { name: 'renamed' }))
    expect(ok(await server.operator.get(bindingOf(id)))).toEqual({ bucketID: id, ...place })
  })

  test('gives a place to one bucket only', async () => {
    const [one, other] = [
      await createBucket(server.operator, orgID, 'one'),
      await createBucket(server.operator, orgID, 'two'),
    ]
    const place = { upstream: 'lab', database: 'wanted' }
    ok(await server.operator.put(bindingOf(one), place))
    ok(await server.operator.put(bindingOf(one), place))
    expect(refusal(await server.operator.put(bindingOf(other), place))).toBe(
      `422 conflict: the bucket with id ${one} is bound to that place`,
    )
    ok(await server.operator.delete(bindingOf(one)), 204)
    ok(await server.operator.put(bindingOf(other), place))
  })

  test('is for operators; whoever reads the bucket may see it', async () => {
    const id = await createBucket(server.operator, orgID, 'seen')
    const { token } = await createToken(server.operator, { orgID, permissions: mayAll('buckets', { orgID }) })
    const member = server.as(token)
    expect(ok(await member.get(bindingOf(id))).bucketID).toBe(id)
    const refused = '401 unauthorized: only an operator binds a bucket to a database'
    expect(refusal(await member.put(bindingOf(id), { upstream: 'lab', database: 'secret' }))).toBe(refused)
    expect(refusal(await member.delete(bindingOf(id)))).toBe(refused)
    const stranger = await createToken(server.operator, { orgID: server.onboarded.orgId })
    expect((await server.as(stranger.token).get(bindingOf(id))).status).toBe(401)
  })

  test.each([
    [{ database: 'a' }, 'upstream is missing'],
    [{ upstream: 'lab' }, 'database is missing'],
    [{ upstream: 'lap', database: 'a' }, 'upstream "lap" is not in the settings: there are lab'],
    [
      { upstream: 'lab', database: 'a"b' },
      'database must be a name without quotes, backslashes and control characters',
    ],
    [
      { upstream: 'lab', database: 'a', retentionPolicy: "b'" },
      'retentionPolicy must be a name without quotes, backslashes and control characters',
    ],
  ])('refuses %j in words', async (place, message) => {
    const before = ok(await server.operator.get(bindingOf(server.onboarded.bucketId)))
    expect(refusal(await server.operator.put(bindingOf(server.onboarded.bucketId), place))).toBe(
      `400 invalid: ${message}`,
    )
    expect(ok(await server.operator.get(bindingOf(server.onboarded.bucketId)))).toEqual(before)
  })
})

test('a server whose upstream has a secret that is none does not start, and says where it is', async () => {
  for (const [name, secret, said] of [
    ['empty', '', 'holds no secret of one line'],
    ['of two lines', 'one\ntwo', 'holds no secret of one line'],
    ['missing', undefined, 'does not exist'],
  ] as const) {
    const dataDir = join(temporaryFolder(), 'data')
    mkdirSync(dataDir, { mode: 0o700 })
    const table = '[upstream.lab]\nkind = "influxdb2"\nurl = "http://127.0.0.1:9"\ntoken_file = "lab.token"\n'
    writeFileSync(join(dataDir, 'sluice.toml'), table)
    if (secret !== undefined) writeFileSync(join(dataDir, 'lab.token'), secret)
    const { code, stderr } = await sluice(dataDir, ['serve', '--listen', '127.0.0.1:0'])
    expect([code, stderr.trim().split('\n').at(-1)], name).toEqual([1, expect.stringContaining(`lab.token ${said}`)])
  }
})
