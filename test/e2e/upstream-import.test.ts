// `sluice upstream import-buckets` beside a server that runs: from a real InfluxDB 1.x, and from doubles of the others.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { walkAuditChain } from '../../src/store/audit-chain.ts'
import { sql } from '../../src/store/sql.ts'
import { type Influxd, startInfluxd } from '../gateway/influxd.ts'
import { type StrictOptions, startStrictUpstream, TOKEN, threeCore, two } from '../gateway/strict-upstream.ts'
import { closeAfterTest } from '../gateway/upstream-double.ts'
import { sluice } from './command.ts'
import { type Client, clientOf, described } from './described-server.ts'
import { BUCKETS, createBucket, createOrg, createToken, DBRPS, may, mayAll, ok } from './fixtures.ts'
import { lookInto } from './look-into.ts'
import { PROGRAM, type Server, startServer, temporaryFolder } from './server.ts'

interface Plant {
  readonly server: Server
  readonly operator: Client
  readonly orgID: string
  readonly run: (...words: string[]) => ReturnType<typeof sluice>
}

async function startPlant(kind: string, url: string, more = '', env: Record<string, string> = {}): Promise<Plant> {
  const dataDir = join(temporaryFolder(), 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  writeFileSync(join(dataDir, 'sluice.toml'), `[upstream.lab]\nkind = "${kind}"\nurl = "${url}"\n${more}\n`)
  const server = await startServer({ dataDir, onboard: true, env })
  const operator = clientOf(described(server.request), { token: server.onboarded!.operator })
  const orgID = await createOrg(operator, 'plant')
  const run = (...words: string[]) => sluice(dataDir, ['upstream', 'import-buckets', ...words], { env })
  return { server, operator, orgID, run }
}

const IMPORT = ['lab', '--org', 'plant', '--yes']
const bucketsOf = async ({
  operator,
  orgID,
}: Plant): Promise<{ id: string; name: string; retentionRules: unknown[] }[]> =>
  ok(await operator.get(`${BUCKETS}?orgID=${orgID}&limit=100`)).buckets.filter(
    (one: { type: string }) => one.type === 'user',
  )
const bindingOf = async ({ operator }: Plant, id: string) => {
  const { bucketID: _, ...place } = ok(await operator.get(`${BUCKETS}/${id}/binding`))
  return place
}
const everythingIn = async (plant: Plant) =>
  JSON.stringify([await bucketsOf(plant), ok(await plant.operator.get(`${DBRPS}?orgID=${plant.orgID}`))])

describe('from a real InfluxDB 1.x', () => {
  let influxd: Influxd
  let plant: Plant
  const write = (token: string, path: string) =>
    plant.server.request('POST', path, { token, body: 'm,by=gateway f=1 2000' })

  beforeAll(async () => {
    influxd = await startInfluxd(false)
    await influxd.query('CREATE DATABASE telegraf WITH DURATION 7d NAME kept')
    await influxd.query('CREATE DATABASE several')
    await influxd.query('CREATE RETENTION POLICY weekly ON several DURATION 7d REPLICATION 1')
    await influxd.query('CREATE DATABASE "_hidden"')
    await influxd.write('several', 'm,by=hand f=1 1000')
    plant = await startPlant('influxdb1', influxd.url)
  })
  afterAll(() => influxd.stop())

  test('is shown and creates nothing by --dry-run, nor without anybody to ask', async () => {
    const before = await everythingIn(plant)
    const shown = await plant.run('lab', '--org', 'plant', '--dry-run')
    expect([shown.code, shown.stderr, shown.stdout.trimEnd().split('\n')]).toEqual([
      0,
      '',
      [
        'create  bucket "telegraf" for database "telegraf", retention policy "kept", the default, kept 168 hours',
        'create  bucket "several" for database "several", retention policy "autogen", the default',
        'create  bucket "several/weekly" for database "several", retention policy "weekly", kept 168 hours',
      ],
    ])
    const unasked = await plant.run('lab', '--org', 'plant')
    expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('say --yes if you mean it')])
    expect(unasked.stdout).toBe(shown.stdout)
    expect(await everythingIn(plant)).toBe(before)
  })

  test('creates buckets with their bindings and mappings at once, and the second time nothing', async () => {
    const first = await plant.run(...IMPORT, '--json')
    expect([first.code, first.stderr]).toEqual([0, ''])
    const report = JSON.parse(first.stdout)
    expect(report.buckets.map((one: { outcome: string }) => one.outcome)).toEqual(['created', 'created', 'created'])
    const buckets = await bucketsOf(plant)
    const found = await Promise.all(
      buckets.map(async ({ id, name, retentionRules: [rule] }) => [
        name,
        (rule as { everySeconds: number }).everySeconds,
        await bindingOf(plant, id),
      ]),
    )
    expect(found).toEqual([
      ['several', 0, { upstream: 'lab', database: 'several', retentionPolicy: 'autogen' }],
      ['several/weekly', 604_800, { upstream: 'lab', database: 'several', retentionPolicy: 'weekly' }],
      ['telegraf', 604_800, { upstream: 'lab', database: 'telegraf' }],
    ])
    const { content } = ok(await plant.operator.get(`${DBRPS}?orgID=${plant.orgID}`))
    const mapped = content
      .filter((one: { virtual: boolean }) => !one.virtual)
      .map((one: Record<string, unknown>) => [one.database, one.retention_policy, one.default])
    expect(mapped).toEqual([
      ['telegraf', 'kept', true],
      ['several', 'autogen', true],
      ['several', 'weekly', false],
    ])
    // No place of its own was made and left behind on the way.
    const places = await lookInto(plant.server.dataDir, sqlite =>
      sqlite.all(sql`select database_name from bindings where bucket_id is null`),
    )
    expect(places).toEqual([])
    const before = await everythingIn(plant)
    const second = await plant.run(...IMPORT)
    expect([second.code, second.stdout.split('\n')[0]]).toEqual([
      0,
      `bound   database "telegraf", retention policy "kept", the default, kept 168 hours is that of the bucket with id ${buckets[2]!.id}`,
    ])
    expect(await everythingIn(plant)).toBe(before)
  })

  test('and the server that ran meanwhile lets a token write there, and nowhere else', async () => {
    const [several, weekly] = await bucketsOf(plant)
    const permissions = mayAll('buckets', { id: several!.id, orgID: plant.orgID })
    const { token } = await createToken(plant.operator, { orgID: plant.orgID, permissions })
    expect((await write(token, '/write?db=several')).status).toBe(204)
    expect((await influxd.query('SELECT * FROM several.autogen.m', 'several'))[0]?.values).toHaveLength(2)
    expect((await write(token, '/write?db=several&rp=weekly')).status).toBe(404)
    expect((await write(token, '/write?db=telegraf')).status).toBe(404)
    expect(await influxd.query('SELECT * FROM several.weekly.m; SELECT * FROM telegraf..m', 'several')).toEqual([])
    const week = [may('write', 'buckets', { id: weekly!.id, orgID: plant.orgID })]
    const weekWriter = (await createToken(plant.operator, { orgID: plant.orgID, permissions: week })).token
    const now = { token: weekWriter, body: 'm f=1' }
    expect((await plant.server.request('POST', '/write?db=several&rp=weekly', now)).status).toBe(204)
    expect(await influxd.query('SELECT * FROM several.weekly.m', 'several')).toHaveLength(1)
  })

  test('leaves an audit log that is whole and says who did it', async () => {
    expect(await lookInto(plant.server.dataDir, walkAuditChain)).toMatchObject({ intact: true })
    const acts = await lookInto(plant.server.dataDir, sqlite =>
      sqlite.all<{ action: string }>(sql`select action from audit where actor = 'import' order by seq`),
    )
    const each = ['bucket.create', 'binding.set', 'dbrp.create']
    expect(acts.map(({ action }) => action)).toEqual([...each, ...each, ...each])
  })

  test('a policy that comes later becomes a bucket, and no name means another bucket than before', async () => {
    await influxd.query('CREATE RETENTION POLICY later ON telegraf DURATION 2d REPLICATION 1 DEFAULT')
    const { code, stdout } = await plant.run(...IMPORT)
    // The bucket has the database as a whole, whatever its default is.
    expect([code, stdout]).toEqual([1, expect.stringContaining('refused database "telegraf", retention policy "kept"')])
    expect(stdout).toContain('bound   database "telegraf", retention policy "later", the default')
    await influxd.query('DROP RETENTION POLICY later ON telegraf')
  })

  test('a bucket of that name that is elsewhere is in the way, and stays as it is', async () => {
    await influxd.query('CREATE DATABASE taken')
    await influxd.query('CREATE DATABASE free')
    const id = await createBucket(plant.operator, plant.orgID, 'taken')
    const place = await bindingOf(plant, id)
    const { code, stdout } = await plant.run(...IMPORT)
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining(`another bucket has this name: rename or bind it (id ${id})`),
    ])
    expect(stdout).toContain('Created 1 bucket.')
    expect(await bindingOf(plant, id)).toEqual(place)
    expect((await bucketsOf(plant)).map(({ name }) => name)).toContain('free')
  })

  test('a place whose bucket was deleted is marked as such', async () => {
    const [gone] = (await bucketsOf(plant)).filter(({ name }) => name === 'free')
    ok(await plant.operator.delete(`${BUCKETS}/${gone!.id}`), 204)
    const { stdout } = await plant.run('lab', '--org', 'plant', '--dry-run')
    expect(stdout).toContain('; a bucket that was deleted had it before')
  })

  test('an org or an upstream that is none is refused, and what there is is said', async () => {
    const org = await plant.run('lab', '--org', 'plan', '--yes')
    expect([org.code, org.stderr]).toEqual([
      1,
      expect.stringMatching(/there is no organization "plan"; there are .*"plant"/),
    ])
    const upstream = await plant.run('lap', '--org', 'plant', '--yes')
    expect([upstream.code, upstream.stderr]).toEqual([1, expect.stringContaining('there is lab')])
  })
})

describe.each<[string, StrictOptions, string, [string, number][]]>([
  [
    'influxdb3-core',
    threeCore('a/b', 'one'),
    '',
    [
      ['a/b', 0],
      ['one', 0],
    ],
  ],
  [
    'influxdb2',
    two({ raw: 0, 'two words': 86_400 }),
    'org = "lab"',
    [
      ['raw', 0],
      ['two words', 86_400],
    ],
  ],
  ['cloud-serverless', two({ raw: 0 }), 'org = "lab"', [['raw', 0]]],
])('from %s', (kind, options, more, expected) => {
  test('creates a bucket for each database that is not internal', async () => {
    const { url, seen } = closeAfterTest(await startStrictUpstream(options))
    const plant = await startPlant(kind, url, more, { SLUICE_UPSTREAM_LAB_TOKEN: TOKEN })
    const { code, stderr } = await plant.run(...IMPORT)
    expect([code, stderr]).toEqual([0, ''])
    const buckets = await bucketsOf(plant)
    const kept = buckets.map(({ name, retentionRules: [rule] }) => [
      name,
      (rule as { everySeconds: number }).everySeconds,
    ])
    expect(kept).toEqual(expected)
    for (const { id, name } of buckets) expect(await bindingOf(plant, id)).toEqual({ upstream: 'lab', database: name })
    expect(seen.every(({ method }) => method === 'GET')).toBe(true)
  })

  test('creates nothing if it refuses the credential', async () => {
    const { url } = closeAfterTest(await startStrictUpstream(options))
    const plant = await startPlant(kind, url, more, { SLUICE_UPSTREAM_LAB_TOKEN: 'wrong' })
    const before = await everythingIn(plant)
    const { code, stderr } = await plant.run(...IMPORT)
    expect([code, stderr]).toEqual([1, expect.stringContaining('upstream lab does not list what it has (status 401)')])
    expect(await everythingIn(plant)).toBe(before)
  })
})

test('from an InfluxDB 2 that lists a hundred at a time, all of them', async () => {
  const names = Array.from({ length: 230 }, (_, at) => `b${String(at).padStart(3, '0')}`)
  const { exchanges, ...rest } = two()
  const page = (offset: number) => [
    `GET /api/v2/buckets?limit=100&offset=${offset}&org=lab`,
    { status: 200, body: { buckets: names.slice(offset, offset + 100).map(name => ({ name, type: 'user' })) } },
  ]
  const pages = Object.fromEntries([0, 100, 200].map(page))
  const { url, seen } = closeAfterTest(await startStrictUpstream({ ...rest, exchanges: { ...exchanges, ...pages } }))
  const plant = await startPlant('influxdb2', url, 'org = "lab"', { SLUICE_UPSTREAM_LAB_TOKEN: TOKEN })
  const { code, stdout } = await plant.run(...IMPORT, '--json')
  const lists = seen.filter(({ target }) => target !== '/ping')
  expect([code, lists.length]).toEqual([0, 3])
  const { buckets } = JSON.parse(stdout) as { buckets: { name: string; outcome: string }[] }
  expect(buckets.map(({ name }) => name)).toEqual(names)
  expect(buckets.every(({ outcome }) => outcome === 'created')).toBe(true)
})

test('beside a server that is written to meanwhile, all of both is there', async () => {
  const names = Array.from({ length: 200 }, (_, at) => `db${at}`)
  const { url } = closeAfterTest(await startStrictUpstream(threeCore(...names)))
  const plant = await startPlant('influxdb3-core', url, '', { SLUICE_UPSTREAM_LAB_TOKEN: TOKEN })
  let isRunning = true
  const created: string[] = []
  const write = async () => {
    for (let at = 0; isRunning; at++) created.push(await createBucket(plant.operator, plant.orgID, `own${at}`))
  }
  const writing = write()
  const { code, stderr } = await plant.run(...IMPORT)
  isRunning = false
  await writing
  expect([code, stderr, created.length > 0]).toEqual([0, '', true])
  const rows = await lookInto(plant.server.dataDir, sqlite =>
    sqlite.all<{ database: string }>(sql`
      select b.database_name as database from bindings b join buckets on buckets.id = b.bucket_id
      where buckets.org_id = ${plant.orgID}`),
  )
  expect(rows.filter(({ database }) => names.includes(database))).toHaveLength(200)
  expect(rows).toHaveLength(200 + created.length)
  expect(await lookInto(plant.server.dataDir, walkAuditChain)).toMatchObject({ intact: true })
})

test('on a terminal it asks, and creates nothing unless somebody types yes', async () => {
  const { url } = closeAfterTest(await startStrictUpstream(threeCore('asked')))
  const plant = await startPlant('influxdb3-core', url, '', { SLUICE_UPSTREAM_LAB_TOKEN: TOKEN })
  const typed = (keys: string) => {
    const words = `upstream import-buckets lab --org plant --data ${plant.server.dataDir}`
    const command = `stty -echo; exec ${process.execPath} ${PROGRAM} ${words}`
    const env = { PATH: process.env.PATH, SHELL: '/bin/sh', TERM: 'xterm', SLUICE_UPSTREAM_LAB_TOKEN: TOKEN }
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { env, timeout: 30_000 })
    let said = ''
    let isAsked = false
    child.stdout.setEncoding('utf8').on('data', text => {
      said += text
      if (isAsked || !said.includes('Create 1 bucket in "plant"? Type yes to go on:')) return
      isAsked = true
      child.stdin.write(keys)
    })
    return new Promise<[number | null, string]>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', code => resolve([code, said]))
    })
  }
  for (const keys of ['no\r', 'y\r', '\r']) {
    expect(await typed(keys)).toEqual([1, expect.stringContaining('sluice: nothing was changed')])
    expect(await bucketsOf(plant)).toEqual([])
  }
  expect(await typed('yes\r')).toEqual([0, expect.stringContaining('Created 1 bucket.')])
  expect((await bucketsOf(plant)).map(({ name }) => name)).toEqual(['asked'])
})
