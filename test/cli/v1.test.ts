// `influx v1 auth` and `influx v1 dbrp` against a real server: what the recorded scenarios do not show.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { type Operator, operatorOf } from './operator.ts'
import { json, type Recorded, recordingServer } from './recording-server.ts'

const PASSWORD = 'a-password-of-1.x'

let server: Server
let influx: Operator
let bucketId: string

beforeAll(async () => {
  server = await startServer({ onboard: true })
  influx = operatorOf(server, 'org1')
  bucketId = server.onboarded!.bucketId
  secretsSeen.add(PASSWORD)
})

const create = (username: string, ...more: string[]) =>
  influx.json('v1', 'auth', 'create', '--username', username, '--read-bucket', bucketId, ...more)

describe('v1 auth', () => {
  test('asks for the password, which may come by a pipe', async () => {
    const args = ['v1', 'auth', 'create', '--username', 'piped', '--read-bucket', bucketId]
    const { exit, stderr } = await influx.run(args, { stdin: `${PASSWORD}\n` })
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  })

  test('leaves nothing behind when the password is refused', async () => {
    const args = ['v1', 'auth', 'create', '--username', 'shorty', '--password', 'short', '--read-bucket', bucketId]
    expect(await influx.fail(...args)).toMatch(/^Error: failed to set password for "shorty": 400 /)
    expect(await influx.fail('v1', 'auth', 'list', '--username', 'shorty')).toContain('404')
  })

  test('says when something is left behind all the same', async () => {
    const half = await recordingServer(({ method, path }: Recorded) => {
      if (path.endsWith('/password') || method === 'DELETE') return json(500, { code: 'internal error', message: 'no' })
      if (method === 'GET')
        return path.endsWith('orgs') ? json(200, { orgs: [{ id: '1', name: 'org1' }] }) : json(404, {})
      return json(201, { id: '0e0e0e0e0e0e0e01', token: 'left' })
    })
    const args = ['v1', 'auth', 'create', '--username', 'left', '--password', PASSWORD]
    expect(await operatorOf(half, 'org1').fail(...args)).toBe(
      'Error: failed to set password for "left": 500 Internal Server Error: no\n' +
        'The authorization with ID "0e0e0e0e0e0e0e01" stays, without a password: 500 Internal Server Error: no\n',
    )
  })

  test('selects one by id or by name, also for its password', async () => {
    for (const command of ['set-active', 'set-inactive', 'set-password', 'delete']) {
      expect(await influx.fail('v1', 'auth', command)).toBe('Error: id or username required\n')
      expect(await influx.fail('v1', 'auth', command, '--id', '', '--username', '')).toContain('required')
      expect(await influx.fail('v1', 'auth', command, '--id', 'a', '--username', 'b')).toBe(
        'Error: specify id or username, not both\n',
      )
    }
  })

  test('lists the one of an id, and no other, also if the server gives them all', async () => {
    const [one] = [await create('of-an-id', '--no-password'), await create('of-another', '--no-password')]
    const list = ['v1', 'auth', 'list', '--id', one.id]
    expect((await influx.json(...list)).map(({ id }: { id: string }) => id)).toEqual([one.id])
    const careless = await recordingServer(({ path }: Recorded) =>
      json(
        200,
        path.includes('/users') ? { id: '1', name: 'user1' } : { authorizations: [{ id: one.id }, { id: '2' }] },
      ),
    )
    expect((await operatorOf(careless, 'org1').json(...list)).map(({ id }: { id: string }) => id)).toEqual([one.id])
  })

  test('that no list has is not found, in words without leftovers, and no other is taken for it', async () => {
    for (const authorizations of [[], [{ id: '1', token: 'other' }]]) {
      const elsewhere = operatorOf(await recordingServer(() => json(200, { authorizations })))
      for (const command of ['set-active', 'set-password', 'delete']) {
        expect(await elsewhere.fail('v1', 'auth', command, '--username', 'ghost')).toBe(
          'Error: could not find v1 auth with token (username) "ghost"\n',
        )
      }
    }
  })

  test('asks for the name of an owner only where the server does not tell it, and once', async () => {
    const records = ['1', '2'].map(id => ({ id, token: `name-${id}`, userID: '0b0b0b0b0b0b0b01', permissions: null }))
    const terse = await recordingServer(({ path }: Recorded) =>
      path.includes('/users/')
        ? json(200, { id: '0b0b0b0b0b0b0b01', name: 'ann' })
        : json(200, { authorizations: records }),
    )
    expect(await operatorOf(terse).print('v1', 'auth', 'list', '--hide-headers')).toBe(
      '1\t\tname-1\tann\t0b0b0b0b0b0b0b01\t[]\n2\t\tname-2\tann\t0b0b0b0b0b0b0b01\t[]\n',
    )
    expect(terse.requests).toHaveLength(2)
    await create('told', '--no-password')
    const { stderr } = await influx.run(['v1', 'auth', 'list', '--username', 'told', '--http-debug'])
    expect(stderr.match(/> GET /g)).toHaveLength(1)
  })

  test('lists only what its filters select', async () => {
    await create('first', '--no-password')
    await create('second', '--no-password')
    const names = async (...args: string[]) =>
      (await influx.json('v1', 'auth', 'list', ...args)).map(({ token }: { token: string }) => token)
    expect(await names('--username', 'second')).toEqual(['second'])
    expect(await names('--user', 'admin')).toEqual(expect.arrayContaining(['first', 'second']))
    expect(await names('--user-id', server.onboarded!.adminId)).toEqual(expect.arrayContaining(['first', 'second']))
    expect(await influx.fail('v1', 'auth', 'list', '--user', 'nobody')).toMatch(
      /^Error: could not find Authorizations for specified arguments: 404 /,
    )
  })
})

describe('v1 dbrp', () => {
  const dbrp = (...args: string[]) => influx.print('v1', 'dbrp', ...args)
  const map = (db: string, rp: string, ...more: string[]) =>
    influx.json('v1', 'dbrp', 'create', '--bucket-id', bucketId, '--db', db, '--rp', rp, ...more)

  test('creates a default where it is asked to', async () => {
    const first = await map('sensors', 'week')
    expect(first).toEqual({
      bucketID: bucketId,
      database: 'sensors',
      default: true,
      id: first.id,
      orgID: server.onboarded!.orgId,
      retention_policy: 'week',
      virtual: false,
    })
    expect((await map('sensors', 'month')).default).toBe(false)
    expect((await map('sensors', 'year', '--default')).default).toBe(true)
    const [listed] = await influx.json('v1', 'dbrp', 'list', '--db', 'sensors', '--default')
    expect(listed.retention_policy).toBe('year')
  })

  test('changes the policy, and the default, both ways', async () => {
    const one = await map('meters', 'a')
    const two = await map('meters', 'b')
    const update = (id: string, ...args: string[]) => influx.json('v1', 'dbrp', 'update', '--id', id, ...args)
    expect(await update(two.id, '--rp', 'c')).toMatchObject({ retention_policy: 'c', default: false })
    expect(await update(two.id, '--default')).toMatchObject({ retention_policy: 'c', default: true })
    expect(await update(two.id, '--default=false')).toMatchObject({ default: false })
    const [found] = await influx.json('v1', 'dbrp', 'list', '--id', one.id)
    expect(found.default).toBe(true)
  })

  test('prints a mapping that it deletes, which is then gone', async () => {
    const { id } = await map('gone', 'week')
    const header = 'ID\t\t\tDatabase\tBucket ID\t\tRetention Policy\tDefault\tOrganization ID\n'
    expect(await dbrp('delete', '--id', id)).toBe(
      `${header}${id}\tgone\t\t${bucketId}\tweek\t\t\ttrue\t${server.onboarded!.orgId}\n`,
    )
    expect(await influx.fail('v1', 'dbrp', 'delete', '--id', id)).toBe(
      `Error: failed to find DBRP mapping "${id}": 404 Not Found: unable to find DBRP\n`,
    )
  })

  test('lists stored mappings and those that follow from buckets in two tables, or in one list', async () => {
    const fresh = await influx.json('org', 'create', '-n', 'fresh')
    const [bucket, mapped] = await Promise.all(
      ['telegraf/week', 'plain'].map(name => influx.json('bucket', 'create', '-n', name, '--org', 'fresh')),
    )
    const at = { INFLUX_ORG: undefined, INFLUX_ORG_ID: fresh.id }
    const run = async (...args: string[]) => (await influx.run(['v1', 'dbrp', ...args], { env: at })).stdout
    const created = JSON.parse(await run('create', '--bucket-id', mapped.id, '--db', 'd', '--rp', 'r', '--json'))
    const text = await run('list')
    const [stored, title, dashes, ...virtual] = text
      .split('\n\n')
      .flatMap((part, at) => (at === 0 ? [part] : part.split('\n')))
    expect(stored).toBe(
      `ID\t\t\tDatabase\tBucket ID\t\tRetention Policy\tDefault\tOrganization ID\n${created.id}\td\t\t${mapped.id}\tr\t\t\ttrue\t${fresh.id}`,
    )
    expect(title).toBe('VIRTUAL DBRP MAPPINGS (READ-ONLY)')
    expect(dashes).toBe('-'.repeat(34))
    expect(virtual[0]).toMatch(/^ID\t/)
    expect(text).toContain(`${bucket.id}\ttelegraf\t`)
    const all = JSON.parse(await run('list', '--json'))
    expect(all.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([created.id, bucket.id]))
    expect(await run('list', '--output', 'csv', '--db', 'd')).toBe(
      `ID,Database,Bucket ID,Retention Policy,Default,Organization ID,Virtual\r\n${created.id},d,${mapped.id},r,true,${fresh.id},false\r\n`,
    )
    expect(await run('list', '--json', '--db', 'nothing')).toBe('[]\n')
    expect(await run('list', '--hide-headers', '--db', 'nothing')).toBe(`\n${title}\n${dashes}\n`)
  })

  test('says what failed', async () => {
    const wrong = '0c0c0c0c0c0c0c01'
    expect(await influx.fail('v1', 'dbrp', 'create', '--bucket-id', wrong, '--db', 'd', '--rp', 'r')).toBe(
      `Error: failed to create dbrp for bucket "${wrong}": 404 Not Found: bucket not found\n`,
    )
    expect(await influx.fail('v1', 'dbrp', 'update', '--id', wrong, '--default')).toMatch(
      new RegExp(`^Error: failed to update DBRP mapping "${wrong}": 404 `),
    )
    expect(await operatorOf(server).fail('v1', 'dbrp', 'list')).toBe('Error: must specify org ID or org name\n')
    expect(await influx.fail('v1', 'dbrp', 'list', '--org', 'nowhere')).toMatch(/^Error: failed to list dbrps: 404 /)
  })
})
