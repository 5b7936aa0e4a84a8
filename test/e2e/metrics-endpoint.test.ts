import { beforeAll, describe, expect, test } from 'vitest'
import { openapi } from '../wire/document.ts'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { createToken, forEach, ORGS } from './fixtures.ts'
import { secretsSeen, send } from './server.ts'

/** Paths that are answered but belong to the data API. */
const DATA_ROUTES = [
  '/api/v2/write',
  '/api/v2/query',
  '/api/v2/delete',
  '/write',
  '/query',
  '/api/v3/write_lp',
  '/api/v3/configure/database',
  '/api/v3/configure/database/retention_period',
  '/api/v3/configure/table',
  '/api/v3/configure/last_cache',
  '/api/v3/configure/distinct_cache',
  '/api/v3/query_sql',
  '/api/v3/query_influxql',
]
const ROUTES = new Set([
  ...Object.keys(openapi.paths).map(path => path.replaceAll(/\{.+?\}/g, ':id')),
  ...DATA_ROUTES,
  '/',
  'other',
])

interface Sample {
  readonly metric: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const HEAD = /^# (?:HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*|TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram))$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[+-]Inf|-?[0-9.]+(?:e[+-]?\d+)?)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/g

/** Reads the text format strictly. Source: prometheus.io/docs/instrumenting/exposition_formats. */
function samplesIn(text: string): Sample[] {
  const typed = new Map<string, string>()
  expect(text.endsWith('\n')).toBe(true)
  return text
    .slice(0, -1)
    .split('\n')
    .flatMap(line => {
      const head = HEAD.exec(line)
      if (head?.[2] !== undefined) typed.set(head[2], head[3] as string)
      if (head !== null) return []
      const [, metric = '', labels = '', value] = SAMPLE.exec(line) ?? []
      expect(metric, line).not.toBe('')
      const base = metric.replace(/_(?:bucket|sum|count)$/, '')
      expect(typed.has(metric) || typed.get(base) === 'histogram', `${line} has a type`).toBe(true)
      expect(labels.replaceAll(LABEL, ''), line).toBe('')
      const pairs = [...labels.matchAll(LABEL)].map(([, name, text]) => [name, text])
      return [{ metric, labels: Object.fromEntries(pairs), value: Number(value) }]
    })
}

let server: DescribedServer

beforeAll(async () => {
  server = await startDescribedServer()
})

const scrape = async () => samplesIn((await server.as().get('/metrics')).text)

function countOf(samples: readonly Sample[], labels: Record<string, string>): number {
  const fits = (sample: Sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value)
  const counters = samples.filter(({ metric }) => metric === 'sluice_http_requests_total')
  return counters.filter(fits).reduce((sum, { value }) => sum + value, 0)
}

describe('metrics', () => {
  test('are text that Prometheus reads, to anybody', async () => {
    const answer = await server.as().get('/metrics')
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    const names = new Set(samplesIn(answer.text).map(({ metric }) => metric))
    expect(names).toContain('sluice_http_requests_total')
    expect(names).toContain('process_resident_memory_bytes')
  })

  test('count each request once, by method, route and status', async () => {
    const before = await scrape()
    const { orgId } = server.onboarded
    for (let round = 0; round < 3; round++) await server.operator.get(`${ORGS}/${orgId}`)
    await server.as().get(`${ORGS}/${orgId}`)
    await server.operator.get(`${ORGS}/${orgId}?x=another`)
    await server.operator.patch(`${ORGS}/${orgId}`, { name: '' })
    const after = await scrape()
    const route = `${ORGS}/:id`
    const grown = (labels: Record<string, string>) => countOf(after, labels) - countOf(before, labels)
    expect(grown({ route, method: 'GET', status: '200' })).toBe(4)
    expect(grown({ route, method: 'GET', status: '401' })).toBe(1)
    expect(grown({ route, method: 'PATCH', status: '400' })).toBe(1)
    // And the first scrape itself, which was not over when it was written.
    expect(grown({})).toBe(7)
  })

  test('have histograms that add up', async () => {
    const samples = await scrape()
    const of = (suffix: string) =>
      samples.filter(({ metric }) => metric === `sluice_http_request_duration_seconds_${suffix}`)
    const total = of('count').reduce((sum, { value }) => sum + value, 0)
    expect(total).toBe(countOf(samples, {}))
    for (const { labels, value } of of('count')) {
      const buckets = of('bucket').filter(bucket => bucket.labels.route === labels.route)
      expect(buckets.map(bucket => bucket.value)).toEqual(buckets.map(bucket => bucket.value).sort((a, b) => a - b))
      expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value })
    }
  })

  test('name only routes that there are, whatever is asked for', async () => {
    const words = [
      'users',
      'password',
      'members',
      'owners',
      'permissions',
      '0d1a2b3c4d5e6000',
      'x',
      '%00',
      'slc_',
      '..',
    ]
    const parents = ['me', 'users', 'orgs', 'buckets', 'authorizations', 'setup', 'write', 'resources', 'flags']
    const odd = parents.flatMap(parent => words.flatMap(a => words.map(b => `/api/v2/${parent}/${a}/${b}`)))
    const more = Array.from({ length: 200 }, (_, i) => `/${'x'.repeat(i)}/${i}`)
    const private_ = words.map(word => `/private/legacy/authorizations/${word}/${word}/${word}`)
    const methods = ['GET', 'MKCOL', 'PROPFIND']
    const paths = [...odd, ...more, ...private_]
    await forEach(paths, 8, path => server.request(methods[path.length % 3]!, path))

    const samples = await scrape()
    const routes = new Set(samples.flatMap(({ labels }) => labels.route ?? []))
    expect([...routes].filter(route => !ROUTES.has(route))).toEqual([])
    const used = new Set(samples.flatMap(({ labels }) => labels.method ?? []))
    expect([...used].filter(method => !/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other)$/.test(method))).toEqual([])
    console.log(`metrics: ${paths.length} odd paths, ${routes.size} routes, ${samples.length} samples`)
  })

  test('name every route that there is', async () => {
    const paths = Object.keys(openapi.paths)
    for (const path of paths) await server.request('GET', path.replaceAll(/\{.+?\}/g, '0d1a2b3c4d5e6000'))
    // In the words of version 3, some of them, which openapi.json does not describe.
    for (const path of DATA_ROUTES) await send(server.url, 'GET', path)
    const routes = new Set((await scrape()).flatMap(({ labels }) => labels.route ?? []))
    expect([...ROUTES].filter(route => route !== '/' && !routes.has(route))).toEqual([])
  })

  test('contain no secret', async () => {
    const { token } = await createToken(server.operator, { orgID: server.onboarded.orgId })
    await server.as(token).get(`/api/v2/${token}`)
    await server.as(token).get(`/api/v2/authorizations/${token}?token=${token}`)
    await server.as().get(`/write?db=x&u=a&p=${token}`)
    const { text } = await server.as().get('/metrics')
    for (const secret of secretsSeen) expect(text).not.toContain(secret)
  })

  test('are refused when they are switched off', async () => {
    const without = await startDescribedServer({ env: { SLUICE_METRICS_ENABLED: 'false' } })
    expect((await without.as().get('/metrics')).json()).toEqual({ code: 'forbidden', message: 'metrics disabled' })
  })
})
