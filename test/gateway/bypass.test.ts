// The bypass corpus against a gateway whose tokens are for one bucket: what is denied does not reach the upstream.
import { Agent } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Case, Expectation } from '../bypass/case.ts'
import { FAMILIES, readFamily } from '../bypass/corpus.ts'
import type { Sent } from '../bypass/send.ts'
import { AT_ONCE, sendFamily, tally } from '../bypass/send-family.ts'
import { AS_ADMIN, type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'
import { type Seen, startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
afterAll(() => agent.destroy())

/** All that an upstream may be told beside its data. */
const TOLD = ['accept', 'accept-encoding', 'connection', 'content-encoding', 'content-length', 'content-type', 'host']
const TOLD_ALSO = ['transfer-encoding', 'user-agent', 'x-request-id']
/** Of another database than raw, or of none. */
const FOREIGN = /secret|hidden|_internal|system|information_schema|passwd/i
const NOT_READING =
  /\b(drop|create|alter|grant|grants|revoke|kill|delete|set|into|users|queries|stats|diagnostics|shards?|subscriptions)\b/i

/** What is wrong with what became of a case; undefined if it is as it must be. */
function faultOf({ expect: wanted = 'denied' }: Case, sent: Sent, seen: readonly Seen[]): string | undefined {
  const all = seen.map(({ method, target, body }) => `${method} ${target} ${body}`)
  const texts = all.map(text => decodeURIComponent(text.replaceAll('+', ' ').replaceAll(/%(?![0-9a-f]{2})/gi, '%25')))
  if (wanted === 'nothing of secret') {
    const foreign = texts.find(text => FOREIGN.test(text) || NOT_READING.test(text))
    return foreign === undefined ? undefined : `answered ${sent.status}; the upstream saw ${foreign}`
  }
  if (typeof wanted === 'string') {
    if (seen.length > 0) return `the upstream saw ${texts.join(' and ')}`
    const isRefused = sent.status === 0 || sent.status >= 400
    return wanted === 'ours' || isRefused ? undefined : `answered ${sent.status}: ${sent.text.slice(0, 200)}`
  }
  return faultOfApproved(wanted, sent, seen)
}

function faultOfApproved(wanted: Exclude<Expectation, string>, sent: Sent, seen: readonly Seen[]): string | undefined {
  const [one] = seen
  if (one === undefined) return `did not arrive: ${sent.status} ${sent.text.slice(0, 200)}`
  if (seen.length > 1) return `arrived ${seen.length} times`
  if (one.method !== 'POST' || one.target !== wanted.target) return `arrived as ${one.method} ${one.target}`
  const body = wanted.body === undefined ? sent.body : Buffer.from(wanted.body, 'latin1')
  if (!one.bytes.equals(body)) return `arrived with the body ${JSON.stringify(one.body)}`
  const foreign = Object.keys(one.headers).filter(name => ![...TOLD, ...TOLD_ALSO].includes(name))
  if (foreign.length > 0) return `arrived with the headers ${foreign.join()}`
  return undefined
}

/** Of each kind of upstream: the settings of one, and whether a case says what must become of it there. */
const KINDS: [kind: string, settings: string, isWanted: (one: Case, family: string) => boolean][] = [
  ['influxdb1', '', ({ kind }) => kind === undefined],
  // What is refused for its text is refused wherever it is sent; how a write is asked for is written down for 1.x alone.
  ...(['influxdb2', 'influxdb3-core'] as const).map(
    kind =>
      [
        kind,
        kind === 'influxdb2' ? 'org = "theirs"\n' : '',
        (one: Case, family: string) => one.kind === kind || (family === 'statements' && typeof one.expect === 'string'),
      ] as [string, string, (one: Case, family: string) => boolean],
  ),
]

describe.each(KINDS)('in front of an upstream %s that writes down what it sees', (kind, settings, isWanted) => {
  let upstream: UpstreamDouble
  let plant: Plant
  const counts: string[] = []

  beforeAll(async () => {
    upstream = await startUpstreamDouble()
    plant = await startPlant(kind, upstream.url, settings)
  })
  afterAll(async () => {
    console.log(counts.join('\n'))
    await upstream.close()
  })

  const families = FAMILIES.filter(family => readFamily(family).some(one => isWanted(one, family)))

  test.each(families)(
    '%s: what is denied does not arrive, what is allowed arrives in the approved form',
    async family => {
      upstream.seen.length = 0
      const startedAt = performance.now()
      const told: { one: Case; id: string; sent: Sent }[] = []
      const tell = (one: Case, id: string, sent: Sent) => told.push({ one, id, sent })
      await sendFamily(family, { plant, agent }, tell, one => isWanted(one, family))
      // Whatever was begun and not answered has had its time.
      await new Promise(resolve => setTimeout(resolve, 300))
      const seenOf = (id: string) => upstream.seen.filter(({ headers }) => headers['x-request-id'] === id)
      const faults = told.flatMap(({ one, id, sent }) => {
        const fault = faultOf(one, sent, seenOf(id))
        return fault === undefined ? [] : [`${one.name}: ${fault}`]
      })
      const ids = new Set(told.map(({ id }) => id))
      const strays = upstream.seen.filter(({ headers }) => !ids.has(headers['x-request-id'] as string))
      const took = Math.round(performance.now() - startedAt)
      counts.push(`${family}: ${told.length} requests, ${upstream.seen.length} arrived, ${took} ms; ${tally(told)}`)
      expect({ faults, strays }).toEqual({ faults: [], strays: [] })
    },
  )
})

describe.each([
  ['without authentication', false],
  ['with authentication', true],
])('in front of a real InfluxDB 1.x %s', (_, auth) => {
  let influxd: Influxd
  let plant: Plant

  beforeAll(async () => {
    influxd = await startInfluxd(auth)
    for (const name of ['db_raw', 'db_secret', 'secret', 'raw']) await influxd.query(`CREATE DATABASE "${name}"`)
    await influxd.write('db_secret', `hidden,place=here text="${MARK}" 1000\nm,t=a f=1,text="${MARK}" 1000`)
    await influxd.write('secret', `hidden,place=there text="${MARK}" 1000`)
    const [settings, env] = auth ? AS_ADMIN : []
    plant = await startPlant('influxdb1', influxd.url, settings, env)
  })
  afterAll(() => influxd.stop())

  test('the corpus changes nothing of the other databases, and reveals nothing of them', async () => {
    const contents = () => Promise.all(['db_secret', 'secret', 'raw'].map(influxd.contentOf))
    const before = await contents()
    const revealed: string[] = []
    for (const family of FAMILIES) {
      await sendFamily(family, { plant, agent }, (one, _, { text }) => text.includes(MARK) && revealed.push(one.name))
    }
    expect(revealed).toEqual([])
    expect(await contents()).toEqual(before)
    expect(before[0]).toContain(MARK)
    // The corpus did arrive: what is allowed was written.
    expect(await influxd.query('SELECT * FROM m', 'db_raw')).not.toEqual([])
  })
})

/** Is in no request. */
const MARK = 'only-in-the-other-database'
