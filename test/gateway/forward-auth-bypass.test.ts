// The bypass corpus past nginx and Caddy, which ask for a verdict and forward what the client sent: nothing of it reaches
// another database than that of the bucket.
import { Agent } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Case } from '../bypass/case.ts'
import { FAMILIES } from '../bypass/corpus.ts'
import type { Sent } from '../bypass/send.ts'
import { AT_ONCE, sendFamily, tally } from '../bypass/send-family.ts'
import { foulOf } from '../bypass/strict-reader.ts'
import { startCaddy, startNginx } from '../e2e/proxies.ts'
import { type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
afterAll(() => agent.destroy())

const PROXIES = ['nginx', 'Caddy'] as const

const TRUSTED = { SLUICE_FORWARD_AUTH_TRUSTED: '127.0.0.1' }

/** Its databases are called as its buckets are, or forward-auth would allow nothing at all. */
const startUnchanged = (kind: string, url: string) =>
  startPlant(kind, url, 'org = "plant"\n', TRUSTED, { databaseOf: bucket => bucket })

/** What is behind a proxy, and what of the corpus is to get there. */
interface Behind {
  readonly plant: Plant
  readonly url: string
  /** All unless given. */
  readonly families?: readonly string[]
  readonly reworded?: (one: Case) => Case
}

/** What is read in another way before another generation; the others are refused for their path, or are about the proxy. */
const BY_GENERATION = ['path-forms', 'parameters', 'headers', 'credentials', 'content-types', 'statements']

/** InfluxDB 2 would take an org's id for one of its own. */
const byOrgName = (one: Case): Case => JSON.parse(JSON.stringify(one).replaceAll('orgID=«org»', 'org=plant'))

/** Sends families of the corpus through a proxy, and tells of each case as soon as it is answered. */
async function sendThrough(
  proxy: (typeof PROXIES)[number],
  { plant, url: upstreamUrl, families = FAMILIES, reworded }: Behind,
  tell: (one: Case, id: string, sent: Sent) => void,
): Promise<void> {
  const ports = [plant.server.port, Number(new URL(upstreamUrl).port)] as const
  const { url } = await (proxy === 'nginx' ? startNginx(...ports, true) : startCaddy(...ports))
  const receiver = { plant, agent, port: Number(new URL(url).port), ...(reworded && { reworded }) }
  for (const family of families) await sendFamily(family, receiver, tell)
  // Whatever was begun and not answered has had its time.
  await new Promise(resolve => setTimeout(resolve, 300))
}

describe.each<[kind: string, part: Pick<Behind, 'families' | 'reworded'>]>([
  ['influxdb1', {}],
  ['influxdb2', { families: BY_GENERATION, reworded: byOrgName }],
  ['influxdb3-core', { families: BY_GENERATION }],
])('before an upstream %s that writes down what it sees', (kind, part) => {
  let upstream: UpstreamDouble
  let plant: Plant

  beforeAll(async () => {
    upstream = await startUpstreamDouble()
    plant = await startUnchanged(kind, upstream.url)
  })
  afterAll(() => upstream.close())

  test.each(PROXIES)('what passes %s says to any reader that it is of the bucket', async proxy => {
    upstream.seen.length = 0
    const startedAt = performance.now()
    const told = new Map<string, { one: Case; sent: Sent }>()
    const tell = (one: Case, id: string, sent: Sent) => told.set(id, { one, sent })
    await sendThrough(proxy, { plant, url: upstream.url, ...part }, tell)
    const fouls = upstream.seen.flatMap(seen => {
      const foul = foulOf(seen, plant.tokens)
      if (foul === undefined) return []
      const name = told.get(String(seen.headers['x-request-id']))?.one.name
      return [`${name}: ${foul}: ${seen.method} ${seen.target}`]
    })
    const took = Math.round(performance.now() - startedAt)
    const count = `${told.size} requests, ${upstream.seen.length} arrived, ${took} ms`
    console.log(`${kind} behind ${proxy}: ${count}; ${tally([...told.values()])}`)
    expect(fouls).toEqual([])
    // They were not refused for another reason than theirs: the same writes without a trick do arrive.
    expect(upstream.seen.length).toBeGreaterThan(80)
  })
})

describe('before a real InfluxDB 1.x', () => {
  const OTHERS = ['secret', 'db_secret', 'db_raw']
  let influxd: Influxd
  let plant: Plant
  let before: readonly string[]
  const contents = () => Promise.all(OTHERS.map(influxd.contentOf))

  beforeAll(async () => {
    influxd = await startInfluxd(false)
    for (const name of ['raw', ...OTHERS]) await influxd.query(`CREATE DATABASE "${name}"`)
    for (const name of OTHERS) await influxd.write(name, `hidden,place=${name} text="${MARK}" 1000\nm,t=a f=1 1000`)
    before = await contents()
    plant = await startUnchanged('influxdb1', influxd.url)
  })
  afterAll(() => influxd.stop())

  test.each(PROXIES)('behind %s, the corpus changes and reveals nothing of the other databases', async proxy => {
    await influxd.query('DROP SERIES FROM m', 'raw')
    const revealed: string[] = []
    const tell = ({ name }: Case, _: string, { text }: Sent) => text.includes(MARK) && revealed.push(name)
    await sendThrough(proxy, { plant, url: influxd.url }, tell)
    expect(revealed).toEqual([])
    expect(await contents()).toEqual(before)
    expect(before[0]).toContain(MARK)
    // The corpus did arrive: what is allowed was written.
    expect(await influxd.query('SELECT * FROM m', 'raw')).not.toEqual([])
  })
})

/** Is in no request. */
const MARK = 'only-in-the-other-database'
