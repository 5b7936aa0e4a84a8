// InfluxDB's own client library for JavaScript, as npm has it, does its work with nothing changed but the address.
import { HttpError, InfluxDB } from '@influxdata/influxdb-client'
import {
  AuthorizationsAPI,
  BucketsAPI,
  DbrpsAPI,
  FlagsAPI,
  HealthAPI,
  MeAPI,
  OrgsAPI,
  PingAPI,
  ReadyAPI,
  ResourcesAPI,
  RootAPI,
  SetupAPI,
  SigninAPI,
  SignoutAPI,
  UsersAPI,
} from '@influxdata/influxdb-client-apis'
import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribingProxy, startDescribingProxy } from './describing-proxy.ts'
import { SETUP, startServer } from './server.ts'

const PASSWORD = 'a-long-password'

let proxy: DescribingProxy
let influx: InfluxDB
let orgID: string
let adminID: string

const as = (token?: string) => new InfluxDB({ url: proxy.url, timeout: 60_000, ...(token !== undefined && { token }) })

beforeAll(async () => {
  proxy = await startDescribingProxy(await startServer())
})

/** How the library tells a refusal. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    cause => cause,
  )
  expect(error).toBeInstanceOf(HttpError)
  return `${error.statusCode} ${error.code}: ${JSON.parse(error.body).message}`
}

describe('the client library', () => {
  test('sets up, once', async () => {
    const setup = new SetupAPI(as())
    expect(await setup.getSetup()).toEqual({ allowed: true })
    const { user, org, auth } = await setup.postSetup({ body: SETUP })
    expect(auth?.token).toBe(SETUP.token)
    orgID = org?.id as string
    adminID = user?.id as string
    expect(await setup.getSetup()).toEqual({ allowed: false })
    expect(await refusalOf(setup.postSetup({ body: SETUP }))).toBe(
      '422 conflict: onboarding has already been completed',
    )
    influx = as(SETUP.token)
  })

  test('creates users, renames them, puts them to sleep, sets passwords, deletes them', async () => {
    const users = new UsersAPI(influx)
    const user = await users.postUsers({ body: { name: 'ann' } })
    const userID = user.id as string
    expect(await users.getUsersID({ userID })).toEqual(user)
    expect((await users.getUsers({ name: 'ann' })).users).toEqual([user])
    expect((await users.getUsers({ limit: 1, offset: 1 })).users).toEqual([user])
    expect(await users.patchUsersID({ userID, body: { name: 'anna', status: 'inactive' } })).toMatchObject({
      name: 'anna',
      status: 'inactive',
    })
    await users.postUsersIDPassword({ userID, body: { password: PASSWORD } })
    await users.deleteUsersID({ userID })
    expect(await refusalOf(users.getUsersID({ userID }))).toBe('404 not found: user not found')
  })

  test('creates tokens, lists those of a user, deactivates one, deletes it', async () => {
    const authorizations = new AuthorizationsAPI(influx)
    const { id: userID } = await new UsersAPI(influx).postUsers({ body: { name: 'user2' } })
    const permissions = [{ action: 'read' as const, resource: { type: 'buckets' as const, orgID } }]
    const created = await authorizations.postAuthorizations({
      body: { orgID, userID, description: 'first', permissions } as never,
    })
    const second = await authorizations.postAuthorizations({
      body: { orgID, userID, description: 'second', permissions } as never,
    })
    const listed = (await authorizations.getAuthorizations({ user: 'user2' })).authorizations ?? []
    expect(listed.map(({ id }) => id)).toEqual([created.id, second.id])
    expect(listed.map(({ token }) => token)).toEqual(['', ''])
    const authID = created.id as string
    expect((await new BucketsAPI(as(created.token)).getBuckets({ orgID })).buckets?.length).toBeGreaterThan(0)

    const changed = await authorizations.patchAuthorizationsID({
      authID,
      body: { status: 'inactive', description: 'deactivated_auth' },
    })
    expect(changed).toMatchObject({ id: authID, status: 'inactive', description: 'deactivated_auth', user: 'user2' })
    expect(await authorizations.getAuthorizationsID({ authID })).toEqual(changed)
    expect(await refusalOf(new BucketsAPI(as(created.token)).getBuckets())).toBe('401 unauthorized: token is inactive')
    await authorizations.deleteAuthorizationsID({ authID })
    expect(await refusalOf(authorizations.getAuthorizationsID({ authID }))).toBe(
      '404 not found: authorization not found',
    )
    expect(
      (await authorizations.getAuthorizations({ userID: userID as string })).authorizations?.map(({ id }) => id),
    ).toEqual([second.id])
    expect((await authorizations.getAuthorizations({ orgID })).authorizations?.map(({ user }) => user)).toEqual([
      'admin',
      'user2',
    ])
  })

  test('creates orgs, finds them, says who belongs to them, deletes them', async () => {
    const orgs = new OrgsAPI(influx)
    const { id: userID = '' } = await new UsersAPI(influx).postUsers({ body: { name: 'member' } })
    const org = await orgs.postOrgs({ body: { name: 'Żółw & co', description: 'slow' } })
    const id = org.id as string
    expect((await orgs.getOrgs({ org: 'Żółw & co' })).orgs).toEqual([org])
    expect(await orgs.patchOrgsID({ orgID: id, body: { name: 'renamed' } })).toMatchObject({
      name: 'renamed',
      description: 'slow',
    })
    expect((await orgs.getOrgsIDOwners({ orgID: id })).users).toMatchObject([{ id: adminID, role: 'owner' }])
    await orgs.postOrgsIDMembers({ orgID: id, body: { id: userID } })
    expect((await orgs.getOrgsIDMembers({ orgID: id })).users).toMatchObject([{ id: userID, role: 'member' }])
    await orgs.deleteOrgsIDMembersID({ orgID: id, userID })
    await orgs.postOrgsIDOwners({ orgID: id, body: { id: userID } })
    await orgs.deleteOrgsIDOwnersID({ orgID: id, userID })
    await orgs.deleteOrgsID({ orgID: id })
    expect(await refusalOf(orgs.getOrgsID({ orgID: id }))).toBe('404 not found: organization not found')
  })

  test('creates buckets and mappings, changes them, deletes them', async () => {
    const buckets = new BucketsAPI(influx)
    const dbrps = new DbrpsAPI(influx)
    const bucket = await buckets.postBuckets({
      body: { orgID, name: 'raw', retentionRules: [{ type: 'expire', everySeconds: 86_400 }] },
    })
    const bucketID = bucket.id as string
    expect((await buckets.getBuckets({ orgID, name: 'raw' })).buckets).toEqual([bucket])
    expect((await buckets.getBuckets({ org: 'org1', limit: 2 })).links?.next).toContain('offset=2')
    expect(await buckets.patchBucketsID({ bucketID, body: { description: 'as it comes' } })).toMatchObject({
      description: 'as it comes',
    })
    await buckets.postBucketsIDMembers({ bucketID, body: { id: adminID } })
    expect((await buckets.getBucketsIDMembers({ bucketID })).users).toMatchObject([{ id: adminID }])
    await buckets.deleteBucketsIDMembersID({ bucketID, userID: adminID })
    const { id: dbrpID = '' } = await dbrps.postDBRP({
      body: { orgID, bucketID, database: 'db', retention_policy: 'rp' },
    })
    expect((await dbrps.getDBRPs({ orgID, db: 'db' })).content).toMatchObject([{ id: dbrpID, default: true }])
    expect((await dbrps.patchDBRPID({ dbrpID, orgID, body: { retention_policy: 'rp2' } })).content).toMatchObject({
      retention_policy: 'rp2',
    })
    expect((await dbrps.getDBRPsID({ dbrpID, orgID })).content?.bucketID).toBe(bucketID)
    await dbrps.deleteDBRPID({ dbrpID, orgID })
    await buckets.deleteBucketsID({ bucketID })
    expect(await refusalOf(buckets.getBucketsID({ bucketID }))).toBe('404 not found: bucket not found')
  })

  test('signs in with a password, changes it, and signs out', async () => {
    const cookies: string[] = []
    const started = {
      responseStarted: (headers: Record<string, unknown>) => {
        cookies.push(String(headers['set-cookie']).replace(/;.*/, ''))
      },
    }
    const auth = { user: SETUP.username, password: SETUP.password }
    await new SigninAPI(as()).postSignin({ auth }, started as never)
    const headers = { Cookie: cookies[0] as string }
    expect((await new MeAPI(as()).getMe({}, { headers })).name).toBe('admin')
    await new MeAPI(as()).putMePassword({ auth, body: { password: PASSWORD } }, { headers })
    expect(await refusalOf(new SigninAPI(as()).postSignin({ auth }))).toBe('401 unauthorized: unauthorized access')
    await new SignoutAPI(as()).postSignout({}, { headers })
    expect(await refusalOf(new MeAPI(as()).getMe({}, { headers }))).toBe('401 unauthorized: unauthorized access')
  })

  test('asks how we are, what there is, and who it is', async () => {
    expect(await new HealthAPI(as()).getHealth()).toMatchObject({ name: 'influxdb', status: 'pass' })
    expect(await new ReadyAPI(as()).getReady()).toMatchObject({ status: 'ready' })
    await new PingAPI(as()).getPing()
    expect(await new RootAPI(influx).getRoutes()).toMatchObject({ authorizations: '/api/v2/authorizations' })
    expect(await new ResourcesAPI(influx).getResources()).toContain('authorizations')
    expect(await new FlagsAPI(influx).getFlags()).toEqual({})
    expect((await new MeAPI(influx).getMe()).id).toBe(adminID)
  })

  test('and all that it asked was answered as described', () => {
    expect(proxy.faults).toEqual([])
    console.log(`client library: ${proxy.asked.length} requests`)
  })
})
