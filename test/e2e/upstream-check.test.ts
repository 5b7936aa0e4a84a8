// `sluice upstream check` against a real InfluxDB 1.x, and against doubles of the generations that cannot be installed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { CheckedUpstream } from '../../src/operate/upstreams/check.ts'
import { ADMIN, type Influxd, startInfluxd } from '../gateway/influxd.ts'
import { startStrictUpstream, TOKEN, threeCore, two } from '../gateway/strict-upstream.ts'
import { closeAfterTest, startUpstreamDouble } from '../gateway/upstream-double.ts'
import { sluice } from './command.ts'
import { freePort, temporaryFolder } from './server.ts'

interface Report {
  readonly bad: number
  readonly warn: number
  readonly ok: number
  readonly upstreams: readonly CheckedUpstream[]
}

function folderWith(settings: string): string {
  const dataDir = join(temporaryFolder(), 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  writeFileSync(join(dataDir, 'sluice.toml'), settings)
  return dataDir
}

const table = (kind: string, url: string, more = '', name = 'lab') =>
  `[upstream.${name}]\nkind = "${kind}"\nurl = "${url}"\n${more}\n`

/** All findings as one text each, with the exit code before them. */
async function check(
  settings: string,
  env: Readonly<Record<string, string>> = {},
): Promise<(string | number | null)[]> {
  const { code, stdout, stderr } = await sluice(folderWith(settings), ['upstream', 'check', '--json'], { env })
  expect([stderr, stdout.includes(TOKEN), stdout.includes(ADMIN.password)]).toEqual(['', false, false])
  const { upstreams } = JSON.parse(stdout) as Report
  return [code, ...upstreams.flatMap(({ findings }) => findings.map(({ level, what }) => `${level}: ${what}`))]
}

const AS_TOKEN = { SLUICE_UPSTREAM_LAB_TOKEN: TOKEN }

describe('a real InfluxDB 1.x', () => {
  let open: Influxd
  let guarded: Influxd
  const asUser = (name: string) => `username = "${name}"`
  const password = (text: string) => ({ SLUICE_UPSTREAM_LAB_PASSWORD: text })

  beforeAll(async () => {
    open = await startInfluxd(false)
    guarded = await startInfluxd(true)
    await guarded.query('CREATE DATABASE own')
    for (const name of ['some', 'none']) await guarded.query(`CREATE USER ${name} WITH PASSWORD 'users-password'`)
    await guarded.query('GRANT ALL ON own TO some')
  })
  afterAll(() => Promise.all([open.stop(), guarded.stop()]))

  const runs = ({ url }: Influxd) => `ok: Upstream lab at ${url} runs InfluxDB 1.6.7~rc0.`

  test('that asks for no credential', async () => {
    const all = 'ok: Upstream lab asks for no credential: whoever reaches it may do everything there.'
    expect(await check(table('influxdb1', open.url))).toEqual([0, runs(open), all])
  })

  test('and its administrator', async () => {
    const found = await check(table('influxdb1', guarded.url, asUser(ADMIN.username)), password(ADMIN.password))
    const all = 'ok: Upstream lab takes the credential, which may do everything there.'
    expect(found).toEqual([0, runs(guarded), all])
  })

  test('and a user who reaches one database, or none', async () => {
    const some =
      'warn: Upstream lab takes the user, who is no administrator: he reaches 1 database there, and no other.'
    expect(await check(table('influxdb1', guarded.url, asUser('some')), password('users-password'))).toEqual([
      0,
      runs(guarded),
      some,
    ])
    const none = 'bad: Upstream lab takes the user, but shows him no database.'
    expect(await check(table('influxdb1', guarded.url, asUser('none')), password('users-password'))).toEqual([
      1,
      runs(guarded),
      none,
    ])
  })

  test('and a wrong password, or none', async () => {
    const wrong = 'bad: Upstream lab refuses the credential (401).'
    const given = await check(table('influxdb1', guarded.url, asUser(ADMIN.username)), password('wrong-password'))
    expect(given).toEqual([1, runs(guarded), wrong])
    const missing = 'bad: Upstream lab asks for a credential, and has none.'
    expect(await check(table('influxdb1', guarded.url))).toEqual([1, runs(guarded), missing])
  })

  test('that the settings take for another generation', async () => {
    expect(await check(table('influxdb3-core', open.url))).toEqual([
      1,
      `warn: Upstream lab at ${open.url} runs InfluxDB 1.6.7~rc0, but the settings say influxdb3-core.`,
      'bad: Upstream lab does not answer /api/v3/configure/database as an influxdb3-core does (status 404).',
    ])
  })
})

describe('an InfluxDB 3 Core', () => {
  test('that takes the token, and one that does not', async () => {
    const { url } = closeAfterTest(await startStrictUpstream(threeCore('plant')))
    const settings = table('influxdb3-core', url)
    expect(await check(settings, AS_TOKEN)).toEqual([
      0,
      `ok: Upstream lab at ${url} runs InfluxDB 3.6.0 (Core).`,
      'ok: Upstream lab takes the credential, which may do everything there.',
    ])
    const silent = `warn: Upstream lab at ${url} answers, but does not say what it runs.`
    const refused = 'bad: Upstream lab refuses the credential (401).'
    expect(await check(settings, { SLUICE_UPSTREAM_LAB_TOKEN: 'wrong' })).toEqual([1, silent, refused])
    expect(await check(settings)).toEqual([1, silent, 'bad: Upstream lab asks for a credential, and has none.'])
  })

  test('that the settings take for Enterprise', async () => {
    const { url } = closeAfterTest(await startStrictUpstream(threeCore()))
    const what = `warn: Upstream lab at ${url} runs InfluxDB 3.6.0 (Core), but the settings say influxdb3-enterprise.`
    expect(await check(table('influxdb3-enterprise', url), AS_TOKEN)).toContain(what)
  })
})

describe('an InfluxDB 2', () => {
  test('with its organization, without, and with a wrong one', async () => {
    const { url } = closeAfterTest(await startStrictUpstream(two()))
    const runs = `ok: Upstream lab at ${url} runs InfluxDB 2.7.12.`
    expect(await check(table('influxdb2', url, 'org = "lab"'), AS_TOKEN)).toEqual([
      0,
      runs,
      'ok: Upstream lab takes the credential, which sees buckets there; whether it may write to each, a write shows.',
    ])
    const without = 'bad: Upstream lab has no org in the settings, and InfluxDB 2 wants one with every write.'
    expect(await check(table('influxdb2', url), AS_TOKEN)).toEqual([1, runs, without])
    const wrong = 'bad: Upstream lab knows no organization "other", or does not show it to this token.'
    expect(await check(table('influxdb2', url, 'org = "other"'), AS_TOKEN)).toEqual([1, runs, wrong])
    const refused = 'bad: Upstream lab refuses the credential (401).'
    const env = { SLUICE_UPSTREAM_LAB_TOKEN: 'wrong' }
    expect(await check(table('influxdb2', url, 'org = "lab"'), env)).toEqual([1, runs, refused])
  })

  test('whose token sees no bucket', async () => {
    const { url } = closeAfterTest(await startStrictUpstream(two({})))
    const found = await check(table('influxdb2', url, 'org = "lab"'), AS_TOKEN)
    expect([found[0], found[2]]).toEqual([1, 'bad: Upstream lab takes the token, but shows it no bucket.'])
  })
})

test('InfluxDB Cloud is known by its build, and asked for its buckets', async () => {
  const { exchanges, ...rest } = two()
  const said = { 'x-influxdb-build': 'Cloud', 'x-influxdb-version': '5e2a?' }
  const cloud = { ...exchanges, 'GET /ping': { status: 204, headers: said } }
  const { url, seen } = closeAfterTest(await startStrictUpstream({ ...rest, exchanges: cloud }))
  const found = await check(table('cloud-serverless', url, 'org = "lab"'), AS_TOKEN)
  expect(found.slice(0, 2)).toEqual([0, `ok: Upstream lab at ${url} runs InfluxDB Cloud.`])
  expect(seen.map(({ target }) => target)).toEqual(['/ping', '/api/v2/buckets?limit=1&org=lab'])
})

describe('what is no upstream', () => {
  test('nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const what = `bad: Upstream lab at ${url} cannot be reached: nobody listens there.`
    expect(await check(table('influxdb1', url))).toEqual([1, what])
  })

  test('somebody who says nothing, for no longer than the settings say', async () => {
    const mute = createServer(() => {})
    await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void mute.close())
    const url = `http://127.0.0.1:${(mute.address() as { port: number }).port}`
    const settings = table('influxdb1', url, 'connect_seconds = 1\nanswer_seconds = 1')
    expect(await check(settings)).toEqual([1, `bad: Upstream lab at ${url} does not answer within 2 seconds.`])
  })

  test('a page, and one who sends elsewhere: the credential does not go there', async () => {
    const other = closeAfterTest(await startUpstreamDouble(undefined, 'seen'))
    const elsewhere = closeAfterTest(
      await startUpstreamDouble(
        (_, outgoing) => outgoing.writeHead(302, { location: `${other.url}/` }).end('<html>'),
        'seen',
      ),
    )
    const what = `warn: What answers at ${elsewhere.url} for upstream lab does not say that it is an InfluxDB (status 302).`
    expect((await check(table('influxdb3-core', elsewhere.url), AS_TOKEN)).slice(0, 2)).toEqual([1, what])
    expect(other.seen).toEqual([])
  })

  test('another Sluice', async () => {
    const answer = { 'x-influxdb-version': 'v2.9.0+sluice.0.1.0', 'x-influxdb-build': 'OSS' }
    const { url, seen } = closeAfterTest(await startUpstreamDouble((_, o) => o.writeHead(204, answer).end(), 'seen'))
    const what = `bad: Upstream lab at ${url} is another Sluice, or this one.`
    expect(await check(table('influxdb2', url, 'org = "lab"'), AS_TOKEN)).toEqual([1, what])
    expect(seen).toHaveLength(1)
  })

  test('a credential that cannot be read', async () => {
    const found = await check(table('influxdb2', 'http://127.0.0.1:9', 'token_file = "missing"'))
    expect(found).toEqual([1, expect.stringMatching(/^bad: The credential of upstream lab cannot be read: .*missing/)])
  })
})

test('one of several is chosen by name; a name that is none is refused', async () => {
  const { url } = closeAfterTest(await startStrictUpstream(threeCore()))
  const dead = `http://127.0.0.1:${await freePort()}`
  const dataDir = folderWith(table('influxdb3-core', url) + table('influxdb1', dead, '', 'old'))
  const ran = (...words: string[]) => sluice(dataDir, ['upstream', 'check', ...words], { env: AS_TOKEN })
  expect((await ran('lab')).code).toBe(0)
  const both = await ran()
  expect([both.code, both.stdout.split('\n')[0], both.stdout.trimEnd().split('\n').at(-1)]).toEqual([
    1,
    `bad   Upstream old at ${dead} cannot be reached: nobody listens there.`,
    '1 bad.',
  ])
  const { code, stderr } = await ran('lap')
  expect([code, stderr]).toEqual([1, 'sluice: there is no upstream "lap" in the settings; there is lab, old\n'])
  const none = await sluice(folderWith(''), ['upstream', 'check'])
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('there is no upstream in the settings')])
})

test('the doctor looks at upstreams too', async () => {
  const dead = `http://127.0.0.1:${await freePort()}`
  const listen = ['--listen', `127.0.0.1:${await freePort()}`]
  const { code, stdout } = await sluice(folderWith(table('influxdb1', dead)), ['doctor', ...listen])
  expect([code, stdout]).toEqual([1, expect.stringContaining(`bad   Upstream lab at ${dead} cannot be reached`)])
})
